/** Each look of a member of staff at a customer's data (PV-1.2). Rows are only ever added. */

import type { SubjectId, TicketId } from '../domain/ids.ts';
import type { Database } from './database.ts';

export interface Look {
  readonly at: Date;
  readonly viewerId: SubjectId;
  readonly operation: string;
  readonly subjectId: SubjectId | null;
  readonly ticketId: TicketId | null;
}

/** One statement, however many rows an answer showed. */
export async function recordAccess(db: Database, looks: readonly Look[]): Promise<void> {
  if (looks.length === 0) return;
  await db('access_log').insert(
    looks.map((look) => ({
      at: look.at,
      viewer_id: look.viewerId,
      operation: look.operation,
      subject_id: look.subjectId,
      ticket_id: look.ticketId,
    })),
  );
}
