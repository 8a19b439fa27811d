/** A row of `evidence_files`: a file that somebody hands in, from its announcement on. */

import { z } from 'zod';
import { evidenceKinds } from '../domain/evidence.ts';
import type { AccountId, SubjectId, TicketId, UploadId } from '../domain/ids.ts';
import { intakeReasons, intakeStates } from '../domain/intake.ts';
import { id, instant } from './row.ts';

const byteCount = z.string().transform(Number);

export const evidenceRowSchema = z.object({
  id: id<UploadId>(),
  account_id: id<AccountId>(),
  subject_id: id<SubjectId>(),
  ticket_id: id<TicketId>().nullable(),
  state: z.enum(['receiving', 'complete', 'attached']),
  name: z.string(),
  announced_bytes: byteCount,
  announced_sha256: z.instanceof(Buffer),
  received_bytes: byteCount,
  kind: z.enum(evidenceKinds).nullable(),
  stored_bytes: byteCount.nullable(),
  stored_sha256: z.instanceof(Buffer).nullable(),
  masked: z.record(z.string(), z.number()).nullable(),
  created_at: instant,
  completed_at: instant.nullable(),
  intake: z.enum(intakeStates).nullable(),
  intake_reason: z.enum(intakeReasons).nullable(),
  intake_finding: z.string().nullable(),
  intake_lease: z.string().nullable(),
  intake_failures: z.number().int(),
  intake_failing_since: instant.nullable(),
  origin_id: id<UploadId>().nullable(),
  same_as: id<UploadId>().nullable(),
  pages: z.number().int().nullable(),
  has_thumbnail: z.boolean(),
  removal_at: instant.nullable(),
});

export type EvidenceRow = z.output<typeof evidenceRowSchema>;
