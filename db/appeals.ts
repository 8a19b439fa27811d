/** Closed tickets that open again: one appeal per decision before another reviewer, a lapsed request, a fact that came late. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { advance, isAppealable, isBetterable, type TicketMove, type TicketSnapshot } from '../domain/ticket.ts';
import { hasTakenMoney } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { checkOf, forOpenDispute, openHolds } from './holds.ts';
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
    return reopened(trx, ticket, judged, 'appealed', at, (answerBy) => [
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
    if (!byCustomer) return reopened(trx, ticket, judged, 'factImproved', at, notices);
    if (judged.kase.offer?.choice !== 'lapsed') {
      const isComplete = judged.kase.facts.missing.length === 0;
      return reopened(trx, ticket, judged, isComplete ? 'reviewResumed' : 'reopened', at, notices);
    }
    // RP-3.8: the bank has taken the money back since, so that nothing is offered any more.
    if (hasTakenMoney(judged)) return refuse('not-reopenable');
    await trx('offers')
      .where({ id: judged.kase.offer.id })
      .update({ choice: null, chosen_by: null, chosen_at: null, offered_at: at });
    return reopened(trx, ticket, judged, 'offerReopened', at, notices);
  });
}

/**
 * Another ticket may have claimed the order since: an order has one open claim. `before` is the case as it was closed, but
 * for what the step opened of it.
 */
async function reopened(
  trx: Transaction,
  ticket: TicketRow,
  before: Judgement,
  move: TicketMove,
  at: Date,
  noticesOf: (answerBy: string | null) => readonly NewNotice[],
): Promise<StepChange | Refusal> {
  const { disputes, holds, claimedBy } = before.kase;
  if (claimedBy !== null) return refuse('order-claimed', { ticketId: claimedBy });
  const isHeld = disputes.some(({ state }) => state === 'open' || (state === 'inquiry' && move === 'offerReopened'));
  // RP-5.3: a check that ended with the ticket was neither passed nor failed, so it is asked for again.
  const isUnchecked = holds.findLast(({ kind }) => kind === 'kyc')?.result === 'closed';
  const check = isUnchecked ? checkOf(ticket, before.kase, at) : null;
  await openHolds(trx, [...(isHeld ? [forOpenDispute(ticket.id, at)] : []), ...(check ? [check.hold] : [])]);
  const isChanged = isHeld || isUnchecked || move === 'offerReopened';
  const judged = isChanged ? await judgeTicket(trx, ticket.id, at) : before;
  if (isRefusal(judged)) return judged;
  const reopenedAt = at.toISOString();
  const again = judgeAgain({ ...judged.kase, reopenedAt, facts: { ...judged.kase.facts, reopenedAt } }, at);
  const phase = advance(ticket, move)?.phase ?? ticket.phase;
  return {
    move,
    events: [{ kind: move, data: { move } }, ...(check?.change.events ?? [])],
    notices: [...noticesOf(decisionBy(again, phase)), ...(check?.change.notices ?? [])],
    kase: again.kase,
  };
}
