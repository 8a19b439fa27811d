/** Evidence as people look at it: what is attached to a ticket, whole. */

import type { EvidenceKind } from '../domain/evidence.ts';
import type { SubjectId, TicketId, UploadId } from '../domain/ids.ts';
import type { IntakeReason, IntakeState } from '../domain/intake.ts';
import type { Queryable } from './database.ts';
import type { EvidenceRow } from './evidence-row.ts';
import { readEvidence } from './uploads.ts';

export interface EvidenceView {
  readonly id: UploadId;
  readonly ticketId: TicketId | null;
  readonly subjectId: SubjectId;
  readonly name: string;
  readonly state: IntakeState;
  /** Why it was refused or is held. */
  readonly reason: IntakeReason | null;
  /** What the scanner found in it; for staff. */
  readonly finding: string | null;
  /** Where it could not be looked through for a fault of the desk's: since when, and how often that was tried. */
  readonly failing: { readonly since: Date; readonly tries: number } | null;
  /** As what it is kept; `null` until it is. */
  readonly kind: EvidenceKind | null;
  /** As they are kept; until then as they were received. */
  readonly bytes: number;
  readonly sha256: string;
  readonly masked: Readonly<Record<string, number>>;
  readonly at: Date;
  /** The archive that it came out of. */
  readonly originId: UploadId | null;
  /** Of a PDF. */
  readonly pages: number | null;
  readonly hasThumbnail: boolean;
}

/** The view of a row whose bytes are all there; an unfinished upload is no evidence. */
export function evidenceViewOf(row: EvidenceRow): EvidenceView[] {
  if (row.intake === null || row.completed_at === null) return [];
  return [
    {
      id: row.id,
      ticketId: row.ticket_id,
      subjectId: row.subject_id,
      name: row.name,
      state: row.intake,
      reason: row.intake_reason,
      finding: row.intake_finding,
      failing: failingOf(row),
      kind: row.kind,
      bytes: row.stored_bytes ?? row.announced_bytes,
      sha256: (row.stored_sha256 ?? row.announced_sha256).toString('hex'),
      masked: row.masked ?? {},
      at: row.completed_at,
      originId: row.origin_id,
      pages: row.pages,
      hasThumbnail: row.has_thumbnail,
    },
  ];
}

const failingOf = ({ intake, intake_failing_since: since, intake_failures: tries }: EvidenceRow) =>
  since === null || intake === 'complete' || intake === 'refused' ? null : { since, tries };

/** What was not taken is no evidence, and an archive is as much as what came out of it. */
export const countsAsEvidence = ({ state, kind }: EvidenceView): boolean => state !== 'refused' && kind !== 'archive';

/** Evidence that is shown on this ticket, that of linked ones included; of another ticket there is none. */
export async function readAttachedEvidence(
  db: Queryable,
  ticketId: TicketId,
  evidenceId: UploadId,
): Promise<EvidenceView | null> {
  const shown: unknown = await db('ticket_evidence')
    .where({ ticket_id: ticketId, evidence_id: evidenceId, shown: true })
    .first();
  const row = shown === undefined ? null : await readEvidence(db, evidenceId);
  return (row && evidenceViewOf(row)[0]) ?? null;
}
