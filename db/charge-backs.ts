/** RP-3.8: the bank has taken the money back, so that the ticket ends and nothing more is paid. */

import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { OrderId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';
import { takeBack } from './grant-ends.ts';
import { type Judgement, judgeTicket, keepJudgement } from './judgements.ts';
import { type Booking, bookEntries } from './ledger.ts';
import { closingAppealEndsAt } from './reviews.ts';
import type { StepChange } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

export const isChargedBack = async (trx: Transaction, orderId: OrderId): Promise<boolean> =>
  (await trx('disputes').where({ order_id: orderId }).whereIn('state', ['lost', 'prevented']).first('id')) !==
  undefined;

/** As far as a judgement has read it. */
export const hasTakenMoney = ({ kase }: Judgement): boolean =>
  kase.disputes.some(({ state }) => state === 'lost' || state === 'prevented');

/** Ends the ticket, unless something is still on its way: whatever ends that comes back to this. */
export async function chargedBack(
  trx: Transaction,
  ticket: TicketRow,
  events: StepChange['events'],
  at: Date,
): Promise<StepChange | Refusal> {
  const judged = await judgeTicket(trx, ticket.id, at);
  return isRefusal(judged) ? judged : endChargedBack(trx, ticket, judged, { events, at, unbooked: [] });
}

export interface Ending {
  readonly events: StepChange['events'];
  readonly at: Date;
  /** What the step moved before and has not booked yet. */
  readonly unbooked: readonly Booking[];
}

/** The same for a case that the step has judged; nothing that is taken back counts as being on its way. */
export async function endChargedBack(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  { events, at, unbooked }: Ending,
): Promise<StepChange | Refusal> {
  if (ticket.phase === 'settling') await takeBack(trx, ticket, 'charged_back', at, unbooked);
  else await bookEntries(trx, unbooked, at);
  if (judged.kase.leftUs > 0) return { events, kase: judged.kase };
  await keepJudgement(trx, ticket.id, judged, 'closing', at);
  return {
    move: 'disputeLost',
    events,
    notices: [
      {
        template: 'charged-back',
        parameters: { appealBy: closingAppealEndsAt(judged, at) },
        to: { subjectId: ticket.subject_id },
      },
    ],
    kase: judged.kase,
    endsHold: 'dispute',
  };
}
