/** Evidence as people look at it: what is attached to a ticket, whole. */

import type { SubjectId, TicketId, UploadId } from '../domain/ids.ts';
import type { Queryable } from './database.ts';
import { type EvidenceRow, readEvidence } from './evidence.ts';

export interface EvidenceView {
  readonly id: UploadId;
  readonly ticketId: TicketId | null;
  readonly subjectId: SubjectId;
  readonly name: string;
  readonly kind: 'png' | 'jpeg' | 'webp' | 'text';
  readonly bytes: number;
  readonly sha256: string;
  readonly masked: Readonly<Record<string, number>>;
  readonly at: Date;
}

/** The view of a row that is whole; an unfinished upload is no evidence. */
export function evidenceViewOf(row: EvidenceRow): EvidenceView[] {
  if (row.kind === null || row.stored_bytes === null || row.stored_sha256 === null || row.completed_at === null)
    return [];
  return [
    {
      id: row.id,
      ticketId: row.ticket_id,
      subjectId: row.subject_id,
      name: row.name,
      kind: row.kind,
      bytes: row.stored_bytes,
      sha256: row.stored_sha256.toString('hex'),
      masked: row.masked ?? {},
      at: row.completed_at,
    },
  ];
}

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
