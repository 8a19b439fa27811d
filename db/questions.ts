/** The open question of a ticket, ended where nobody waits for its answer any more, with the hold and the pauses it placed. */

import type { SubjectId, TicketId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';

/** A review made without the answer, a new question, or facts that settle the case take the place of the open one. */
export async function endQuestion(trx: Transaction, ticketId: TicketId, by: SubjectId | null, at: Date): Promise<void> {
  await trx.raw(
    `with ended as (
       update information_requests set ended_at = :at, result = 'superseded'
       where ticket_id = :ticket and ended_at is null returning hold_id
     ), released as (
       update holds set released_at = :at, released_by = :by, result = 'released'
       where id in (select hold_id from ended) returning id
     )
     update clock_pauses set ended_at = :at where hold_id in (select id from released) and ended_at is null`,
    { ticket: ticketId, by, at },
  );
}
