/** The open question of a ticket, and how it ends with the hold and the pauses that it placed. */

import type { SubjectId, TicketId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';

/** A review made without the answer, a new question, or facts that settle the case take the place of the open one. */
export async function endQuestion(trx: Transaction, ticketId: TicketId, by: SubjectId | null, at: Date): Promise<void> {
  await end(trx, { ticketId, by, at, result: 'superseded', released: 'released', answer: null });
}

/** Whether there was a question to answer. */
export const answerQuestion = (
  trx: Transaction,
  given: { readonly ticketId: TicketId; readonly by: SubjectId; readonly at: Date; readonly answer: string | null },
): Promise<boolean> => end(trx, { ...given, result: 'answered', released: 'answered' });

async function end(
  trx: Transaction,
  given: {
    readonly ticketId: TicketId;
    readonly by: SubjectId | null;
    readonly at: Date;
    readonly result: 'superseded' | 'answered';
    /** What became of its hold. */
    readonly released: 'released' | 'answered';
    readonly answer: string | null;
  },
): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with ended as (
       update information_requests set ended_at = :at, result = :result, answer = :answer,
         answered_by = case when :result = 'answered' then :by::uuid end
       where ticket_id = :ticketId and ended_at is null returning hold_id
     ), let_go as (
       update holds set released_at = :at, released_by = :by, result = :released
       where id in (select hold_id from ended) returning id
     ), resumed as (
       update clock_pauses set ended_at = :at where hold_id in (select id from let_go) and ended_at is null
     )
     select hold_id from ended`,
    given,
  );
  return rows.length > 0;
}
