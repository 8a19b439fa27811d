/** Closed tickets that open again: one appeal per decision before another reviewer, a lapsed request, a fact that came late. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { advance, isAppealable, isBetterable, type TicketMove, type TicketSnapshot } from '../domain/ticket.ts';
import { isChargedBack } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { askForKyc, holdForOpenDispute } from './holds.ts';
import { decisionBy, type Judgement, judgeAgain, judgeTicket, keepJudgement } from './judgements.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { adoptNetworkContext, lockLinked } from './shared-evidence.ts';
import { type NewNotice, type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const bodySchema = z.object({ ground: z.string() });

const dayMs = 86_400_000;

export function recordAppeal(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { ground } = readRow('appeal input', bodySchema, input?.body);
    if (!isAppealable(ticket.outcome)) return refuse('not-reopenable');
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const no = appealRefusal(ticket, judged, at);
    if (no) return no;
    const decisionId = judged.kase.decision?.id ?? null;
    await trx('appeals').insert({
      ticket_id: ticket.id,
      decision_id: decisionId,
      ground,
      appealed_by: message.by.id,
      at,
      input_id: message.inputId,
    });
    await keepJudgement(trx, ticket.id, judged, 'appeal', at);
    return reopened(trx, ticket, 'appealed', at, (answerBy) => [
      { template: 'appeal-received', parameters: { decisionBy: answerBy }, to: { subjectId: ticket.subject_id } },
      { template: 'appeal-assigned', parameters: { dueAt: answerBy }, to: { role: 'lead' } },
    ]);
  });
}

/** Once per decision, within the version's time after the ticket was closed by it. */
function appealRefusal(ticket: TicketRow, { kase }: Judgement, at: Date): Refusal | null {
  if (kase.appealedDecisionIds.includes(kase.decision?.id ?? null)) return refuse('appeal-used');
  const closedAt = ticket.closed_at ?? at;
  const { appealDays } = kase.version.document.parameters;
  return at.getTime() > closedAt.getTime() + appealDays * dayMs ? refuse('appeal-late') : null;
}

/**
 * A lapsed ticket keeps its moment of asking (RP-2.3): an offer is open again for its time, or the materials are asked
 * for again. Staff may open any other for a fact that could improve its outcome; a person then decides.
 */
export function recordReopening(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    readRow('reopening input', bodySchema, input?.body);
    const byCustomer = message.by.role === 'customer';
    if (byCustomer && ticket.outcome !== 'lapsed') return refuse('not-reopenable');
    if (!byCustomer && !isBetterable(ticket.outcome)) return refuse('not-reopenable');
    // What a linked ticket was given meanwhile counts, and what it is being given is waited for.
    await lockLinked(trx, ticket);
    await adoptNetworkContext(trx, ticket);
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const cause = byCustomer ? 'lapsed' : 'fact';
    const notices = (answerBy: string | null): NewNotice[] => [
      {
        template: 'ticket-reopened',
        parameters: { cause, decisionBy: answerBy },
        to: { subjectId: ticket.subject_id },
      },
    ];
    if (!byCustomer) return reopened(trx, ticket, 'factImproved', at, notices);
    const isOffered = judged.kase.offer?.choice === 'lapsed' && (await openLapsedOffer(trx, ticket, at));
    if (!isOffered) {
      const isComplete = judged.kase.facts.missing.length === 0;
      return reopened(trx, ticket, isComplete ? 'reviewResumed' : 'reopened', at, notices);
    }
    // RP-3.8: the bank has taken the money back since, so that nothing is offered any more.
    if (await isChargedBack(trx, ticket.order_id)) return refuse('not-reopenable');
    return reopened(trx, ticket, 'offerReopened', at, notices);
  });
}

/** Only the offer that closed the ticket by lapsing: one that lapsed before was followed by a question or another decision. */
async function openLapsedOffer(trx: Transaction, ticket: TicketRow, at: Date): Promise<boolean> {
  const opened = await trx('offers')
    .where({ ticket_id: ticket.id, choice: 'lapsed', chosen_at: ticket.closed_at })
    .update({ choice: null, chosen_by: null, chosen_at: null, offered_at: at });
  return opened > 0;
}

/** Another ticket may have claimed the order since: an order has one open claim. */
async function reopened(
  trx: Transaction,
  ticket: TicketRow,
  move: TicketMove,
  at: Date,
  noticesOf: (answerBy: string | null) => readonly NewNotice[],
): Promise<StepChange | Refusal> {
  const claimed: { id: string } | undefined = await trx('tickets')
    .where({ order_id: ticket.order_id })
    .whereNot({ phase: 'closed' })
    .first('id');
  if (claimed) return refuse('order-claimed', { ticketId: claimed.id });
  const before = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(before)) return before;
  const { disputes, holds } = before.kase;
  const isHeld = disputes.some(({ state }) => state === 'open' || (state === 'inquiry' && move === 'offerReopened'));
  if (isHeld) await holdForOpenDispute(trx, ticket.id, at);
  // RP-5.3: a check that ended with the ticket was neither passed nor failed, so it is asked for again.
  const isUnchecked = holds.findLast(({ kind }) => kind === 'kyc')?.result === 'closed';
  const asked = isUnchecked ? await askForKyc(trx, ticket, before.kase, at) : null;
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  const reopenedAt = at.toISOString();
  const again = judgeAgain({ ...judged.kase, reopenedAt, facts: { ...judged.kase.facts, reopenedAt } }, at);
  const phase = advance(ticket, move)?.phase ?? ticket.phase;
  return {
    move,
    events: [{ kind: move, data: { move } }, ...(asked?.events ?? [])],
    notices: [...noticesOf(decisionBy(again, phase)), ...(asked?.notices ?? [])],
    kase: again.kase,
  };
}
