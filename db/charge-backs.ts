/** RP-3.8: the bank has taken the money back, so that the ticket ends and nothing more is paid. */

import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { OrderId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';
import { takeBack } from './grant-ends.ts';
import { closeHold } from './holds.ts';
import { judgeTicket, keepJudgement } from './judgements.ts';
import { appealEndsAt } from './reviews.ts';
import type { StepChange } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

export const isChargedBack = async (trx: Transaction, orderId: OrderId): Promise<boolean> =>
  (await trx('disputes').where({ order_id: orderId }).whereIn('state', ['lost', 'prevented']).first('id')) !==
  undefined;

/** Ends the ticket, unless something is still on its way: whatever ends that comes back to this. */
export async function chargedBack(
  trx: Transaction,
  ticket: TicketRow,
  events: StepChange['events'],
  at: Date,
): Promise<StepChange | Refusal> {
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  if (ticket.phase === 'settling') await takeBack(trx, ticket.id, 'charged_back', at);
  if (judged.kase.leftUs > 0) return { events, kase: judged.kase };
  await closeHold(trx, { ticketId: ticket.id, which: { kind: 'dispute' }, result: 'ended', by: null, at });
  await keepJudgement(trx, ticket.id, judged, 'closing', at);
  return {
    move: 'disputeLost',
    events,
    notices: [
      {
        template: 'charged-back',
        parameters: { appealBy: appealEndsAt(judged, at) },
        to: { subjectId: ticket.subject_id },
      },
    ],
    kase: judged.kase,
  };
}
