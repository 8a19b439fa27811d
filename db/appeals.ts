/** What is looked at anew: one appeal per decision before another reviewer, a lapsed request, a fact that came late. */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { SubjectId } from '../domain/ids.ts';
import { reviewingRoles } from '../domain/review.ts';
import { advance, isAppealable, isBetterable, type TicketMove, type TicketSnapshot } from '../domain/ticket.ts';
import { assessmentBindings, assessmentInsert } from './assessments.ts';
import { asReached, isHeldForDispute } from './cases.ts';
import { hasTakenMoney } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { takeBackUnsent } from './grant-ends.ts';
import { checkOf, forOpenDispute, openHolds } from './holds.ts';
import { matchIncidents } from './incident-telling.ts';
import { assessmentOf, decisionBy, type Judgement, judgeAgain, judgeTicket, leavesSome } from './judgements.ts';
import { adoptLinkedContext } from './network-contexts.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { lockLinked } from './shared-evidence.ts';
import { type NewNotice, type StepChange, takeStep, toRoles } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const appealSchema = z.object({ ground: z.string().optional() });
const reopeningSchema = z.object({ ground: z.string() });

const dayMs = 86_400_000;

export function recordAppeal(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { ground = null } = readRow('appeal input', appealSchema, input?.body);
    const calledOff = ticket.phase === 'settling';
    // One that was confirmed since counts, also where the closed ticket was not told of it yet.
    if (!calledOff) await matchIncidents(trx, ticket.order_id, at);
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const no =
      appealRefusal(ticket, judged, ground, input?.kept_at ?? at) ??
      (calledOff ? await takeBackUnsent(trx, ticket, judged, 'appealed', at) : null);
    if (no) return no;
    await insertAppeal(trx, message, judged, ground, at);
    return reopened(trx, ticket, judged, 'appealed', at, (answerBy, barred) => [
      {
        template: 'appeal-received',
        parameters: { decisionBy: answerBy, calledOff },
        to: { subjectId: ticket.subject_id },
      },
      ...toRoles(reviewingRoles, barred, { template: 'appeal-assigned', parameters: { dueAt: answerBy } }),
    ]);
  });
}

/** With the assessment of the case as it was appealed, in one statement. */
async function insertAppeal(
  trx: Transaction,
  { ticketId, by, inputId }: PersonMessage,
  judged: Judgement,
  ground: string | null,
  at: Date,
): Promise<void> {
  await trx.raw(
    `with assessed as (${assessmentInsert})
     insert into appeals (ticket_id, decision_id, ground, appealed_by, at, input_id)
     values (:ticket, :decision, :ground, :by, :at, :input)`,
    {
      ...assessmentBindings(assessmentOf(ticketId, judged, 'appeal', at)),
      decision: judged.kase.decision?.id ?? null,
      ground,
      by: by.id,
      at,
      input: inputId,
    },
  );
}

/**
 * Once per decision, within the version's time after the ticket was closed by it, as it was kept. RP-4.6: one that was made without a
 * person needs no ground, and need not be closed.
 */
function appealRefusal(ticket: TicketRow, { kase }: Judgement, ground: string | null, keptAt: Date): Refusal | null {
  const isDesks = kase.decision?.state === 'final' && kase.decision.decidedBy === null;
  const isClosed = ticket.phase === 'closed';
  if (!isClosed && !(isDesks && ticket.phase === 'settling')) return refuse('ticket-phase', { phase: ticket.phase });
  if (isClosed && !isAppealable(ticket.outcome)) return refuse('not-reopenable');
  if (ground === null && !isDesks) return refuse('ground-missing');
  if (kase.appealedDecisionIds.includes(kase.decision?.id ?? null)) return refuse('appeal-used');
  const closedAt = ticket.closed_at ?? keptAt;
  const { appealDays } = kase.version.document.parameters;
  return keptAt.getTime() > closedAt.getTime() + appealDays * dayMs ? refuse('appeal-late') : null;
}

/**
 * A lapsed ticket keeps its moment of asking (RP-2.3): an offer is open again for its time, or the materials are asked
 * for again. Staff may open any other for a fact that could improve its outcome, or take back an offer that nobody has
 * chosen from; a person then decides.
 */
export function recordReopening(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    readRow('reopening input', reopeningSchema, input?.body);
    const byCustomer = message.by.role === 'customer';
    if (byCustomer && ticket.outcome !== 'lapsed') return refuse('not-reopenable');
    // What a linked ticket was given meanwhile counts, and what it is being given is waited for.
    await lockLinked(trx, ticket);
    await adoptLinkedContext(trx, ticket);
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    if (!byCustomer && !isBetterable(ticket, leavesSome(judged))) return refuse('not-reopenable');
    if (ticket.phase === 'offering') return offerBettered(trx, ticket, judged, at);
    const cause = byCustomer ? 'lapsed' : 'fact';
    const notices = (answerBy: string | null): NewNotice[] => [
      {
        template: 'ticket-reopened',
        parameters: { cause, decisionBy: answerBy },
        to: { subjectId: ticket.subject_id },
      },
    ];
    if (!byCustomer) return reopened(trx, ticket, judged, 'factImproved', at, notices);
    const isOffered = judged.kase.offer?.choice === 'lapsed' && (await openLapsedOffer(trx, ticket, at));
    if (!isOffered) {
      const isComplete = judged.kase.facts.missing.length === 0;
      return reopened(trx, ticket, judged, isComplete ? 'reviewResumed' : 'reopened', at, notices);
    }
    // RP-3.8: the bank has taken the money back since, so that nothing is offered any more.
    if (hasTakenMoney(judged)) return refuse('not-reopenable');
    return reopened(trx, ticket, judged, 'offerReopened', at, notices);
  });
}

/** An offer that is to be bettered is taken back, so that nobody settles for less meanwhile. */
async function offerBettered(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  at: Date,
): Promise<StepChange | Refusal> {
  await trx('offers')
    .where({ ticket_id: ticket.id })
    .whereNull('choice')
    .update({ choice: 'taken_back', chosen_at: at });
  return reopened(trx, ticket, judged, 'factImproved', at, (answerBy) => [
    { template: 'offer-taken-back', parameters: { decisionBy: answerBy }, to: { subjectId: ticket.subject_id } },
  ]);
}

/** Only the offer that closed the ticket by lapsing: one that lapsed before was followed by a question or another decision. */
async function openLapsedOffer(trx: Transaction, ticket: TicketRow, at: Date): Promise<boolean> {
  const opened = await trx('offers')
    .where({ ticket_id: ticket.id, choice: 'lapsed', chosen_at: ticket.closed_at })
    .update({ choice: null, chosen_by: null, chosen_at: null, offered_at: at, told_at: null });
  return opened > 0;
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
  noticesOf: (answerBy: string | null, barred: readonly SubjectId[]) => readonly NewNotice[],
): Promise<StepChange | Refusal> {
  const { disputes, holds, claimedBy } = before.kase;
  if (claimedBy !== null) return refuse('order-claimed', { ticketId: claimedBy });
  const isHeld = isHeldForDispute(before.kase);
  const isBarred = disputes.some(({ state }) => state === 'open' || (state === 'inquiry' && move === 'offerReopened'));
  const dispute = isBarred && !isHeld ? forOpenDispute(ticket.id, at) : null;
  // RP-5.3: a check that ended with the ticket was neither passed nor failed, so it is asked for again.
  const isUnchecked = holds.findLast(({ kind }) => kind === 'kyc')?.result === 'closed';
  const check = isUnchecked ? checkOf(ticket, before.kase, at) : null;
  await openHolds(trx, [...(dispute ? [dispute] : []), ...(check ? [check.hold] : [])]);
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return judged;
  const reopenedAt = at.toISOString();
  const phase = advance(ticket, move)?.phase ?? ticket.phase;
  const kase = asReached(judged.kase, phase, at);
  const again = judgeAgain({ ...kase, reopenedAt, facts: { ...kase.facts, reopenedAt } }, at);
  return {
    move,
    events: [{ kind: move, data: { move } }, ...(check?.change.events ?? [])],
    notices: [...noticesOf(decisionBy(again, phase), again.kase.barred), ...(check?.change.notices ?? [])],
    kase: again.kase,
  };
}
