/** Each look of a member of staff at a customer's data (PV-1.2). Rows are only ever added. */

import type { SubjectId, TicketId } from '../domain/ids.ts';
import type { Database } from './database.ts';

export async function recordAccess(
  db: Database,
  look: { at: Date; viewerId: SubjectId; operation: string; subjectId: SubjectId | null; ticketId: TicketId | null },
): Promise<void> {
  await db('access_log').insert({
    at: look.at,
    viewer_id: look.viewerId,
    operation: look.operation,
    subject_id: look.subjectId,
    ticket_id: look.ticketId,
  });
}
