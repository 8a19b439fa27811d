/** What is looked at anew: one appeal per decision before another reviewer, a lapsed request, a fact that came late. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { SubjectId } from '../domain/ids.ts';
import { reviewingRoles } from '../domain/review.ts';
import { advance, isAppealable, isBetterable, type TicketMove, type TicketSnapshot } from '../domain/ticket.ts';
import { isChargedBack } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { takeBackUnsent } from './grant-ends.ts';
import { askForKyc, holdForOpenDispute } from './holds.ts';
import { decisionBy, type Judgement, judgeAgain, judgeTicket, keepJudgement } from './judgements.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { adoptNetworkContext, lockLinked } from './shared-evidence.ts';
import { type NewNotice, type StepChange, takeStep, toRoles } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const appealSchema = z.object({ ground: z.string().optional() });
const reopeningSchema = z.object({ ground: z.string() });

const dayMs = 86_400_000;

export function recordAppeal(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { ground = null } = readRow('appeal input', appealSchema, input?.body);
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const calledOff = ticket.phase === 'settling';
    const no =
      appealRefusal(ticket, judged, ground, at) ??
      (calledOff ? await takeBackUnsent(trx, ticket.id, 'appealed', at) : null);
    if (no) return no;
    await trx('appeals').insert({
      ticket_id: ticket.id,
      decision_id: judged.kase.decision?.id ?? null,
      ground,
      appealed_by: message.by.id,
      at,
      input_id: message.inputId,
    });
    await keepJudgement(trx, ticket.id, judged, 'appeal', at);
    return reopened(trx, ticket, 'appealed', at, (answerBy, barred) => [
      {
        template: 'appeal-received',
        parameters: { decisionBy: answerBy, calledOff },
        to: { subjectId: ticket.subject_id },
      },
      ...toRoles(reviewingRoles, barred, { template: 'appeal-assigned', parameters: { dueAt: answerBy } }),
    ]);
  });
}

/**
 * Once per decision, within the version's time after the ticket was closed by it. RP-4.6: one that was made without a
 * person needs no ground, and need not be closed.
 */
function appealRefusal(ticket: TicketRow, { kase }: Judgement, ground: string | null, at: Date): Refusal | null {
  const isDesks = kase.decision?.state === 'final' && kase.decision.decidedBy === null;
  const isClosed = ticket.phase === 'closed';
  if (!isClosed && !(isDesks && ticket.phase === 'settling')) return refuse('ticket-phase', { phase: ticket.phase });
  if (isClosed && !isAppealable(ticket.outcome)) return refuse('not-reopenable');
  if (ground === null && !isDesks) return refuse('ground-missing');
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
    readRow('reopening input', reopeningSchema, input?.body);
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
    if (judged.kase.offer?.choice !== 'lapsed') {
      const isComplete = judged.kase.facts.missing.length === 0;
      return reopened(trx, ticket, isComplete ? 'reviewResumed' : 'reopened', at, notices);
    }
    // RP-3.8: the bank has taken the money back since, so that nothing is offered any more.
    if (await isChargedBack(trx, ticket.order_id)) return refuse('not-reopenable');
    await trx('offers')
      .where({ id: judged.kase.offer.id })
      .update({ choice: null, chosen_by: null, chosen_at: null, offered_at: at });
    return reopened(trx, ticket, 'offerReopened', at, notices);
  });
}

/** Another ticket may have claimed the order since: an order has one open claim. */
async function reopened(
  trx: Transaction,
  ticket: TicketRow,
  move: TicketMove,
  at: Date,
  noticesOf: (answerBy: string | null, barred: readonly SubjectId[]) => readonly NewNotice[],
): Promise<StepChange | Refusal> {
  const claimed: { id: string } | undefined = await trx('tickets')
    .where({ order_id: ticket.order_id })
    .whereNot({ phase: 'closed' })
    .whereNot({ id: ticket.id })
    .first('id');
  if (claimed) return refuse('order-claimed', { ticketId: claimed.id });
  const before = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(before)) return before;
  const { disputes, holds } = before.kase;
  const isHeld = holds.some(({ kind, releasedAt }) => kind === 'dispute' && releasedAt === null);
  const isBarred = disputes.some(({ state }) => state === 'open' || (state === 'inquiry' && move === 'offerReopened'));
  if (isBarred && !isHeld) await holdForOpenDispute(trx, ticket.id, at);
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
    notices: [...noticesOf(decisionBy(again, phase), again.kase.barred), ...(asked?.notices ?? [])],
    kase: again.kase,
  };
}
