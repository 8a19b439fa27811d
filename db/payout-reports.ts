/** How payouts end: what the provider reports of them, and finance's no to one that has not left or has failed. */

import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { InputId, PayoutId, TicketId } from '../domain/ids.ts';
import { formatMoney } from '../domain/money.ts';
import {
  isFinal,
  leftUs,
  type PayoutChange,
  type PayoutState,
  reduceReport,
  waitsForSomebody,
} from '../domain/payout.ts';
import type { OutcomeUnknown, RailReport } from '../domain/rail.ts';
import type { Actor, TicketSnapshot } from '../domain/ticket.ts';
import { readBar } from './bars.ts';
import { type Ending, endChargedBack, hasTakenMoney } from './charge-backs.ts';
import type { Database, Transaction } from './database.ts';
import { releaseIntervals } from './intervals.ts';
import { judgeTicket } from './judgements.ts';
import { bookEntries } from './ledger.ts';
import { isOfAnother, mayContradict, noteContradiction } from './payout-contradictions.ts';
import { eventOf, isShort, noticesOf, reasonOf } from './payout-telling.ts';
import {
  about,
  amountOf,
  isReplaced,
  keepPlan,
  moveOf,
  movePayout,
  movePayoutRow,
  ownPayout,
  type PayoutRow,
  readTicketPayouts,
} from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { type NewNotice, type StepChange, takeStep, withNotices } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/** Finance says no to a payout that has not left, or gives up one that failed or came back: the ticket is decided anew. */
export function recordDecline(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      const payout = await ownPayout(trx, ticket, input?.payout_id);
      if (!payout || ticket.phase !== 'settling') return refuse('payout-phase', payout ? { state: payout.state } : {});
      const events = [{ kind: 'payoutDeclined', data: about(payout) }];
      if (payout.state === 'granted' || payout.state === 'approved') {
        await movePayout(trx, payout, { state: 'cancelled', reason: 'declined' }, at);
        return { ...moveOf(await keepPlan(trx, payout, 'declined', at)), events };
      }
      if (payout.state !== 'failed' && payout.state !== 'returned')
        return refuse(leftUs(payout.state) ? 'payout-sent' : 'payout-phase', { state: payout.state });
      const payouts = await readTicketPayouts(trx, ticket.id);
      if (isReplaced(payouts, payout)) return refuse('payout-replaced');
      // Of any grant: an older payout that is declined again must not free a ticket whose newer one is on its way.
      const open = payouts.filter(({ state }) => !isFinal(state)).length;
      if (open > 0) return refuse('payout-phase', { open });
      return { move: 'payoutDeclined', events };
    },
  );
}

/**
 * Records what a provider reports, by answer, look-up or webhook: one reducer, indifferent to order and repetition.
 * Settled payouts close their ticket in the same transaction; money that came back opens it again where it can.
 */
export function recordReport(
  db: Database,
  given: { ticketId: TicketId; payoutId: PayoutId; inputId: InputId | null; report: RailReport | OutcomeUnknown },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  const actor: Actor = { id: null, role: 'provider' };
  return takeStep(db, { ticketId: given.ticketId, inputId: given.inputId, actor, at }, (trx, ticket) =>
    reportOn(trx, ticket, given, at),
  );
}

/** What the report makes of the payout's state; that another refund failed or was cancelled makes nothing of ours. */
function changeBy(payout: PayoutRow, report: RailReport | OutcomeUnknown): PayoutChange | null {
  const isBad = report.status === 'failed' || report.status === 'cancelled';
  return isBad && isOfAnother(payout, report) ? null : reduceReport(payout.state, report);
}

/** Whether the report is news: it moves the payout, says more of it, or says what our books do not. */
export function isNewsOf(payout: PayoutRow, report: RailReport): 'moves' | 'tells' | null {
  if (changeBy(payout, report)) return 'moves';
  if (mayContradict(payout, report)) return 'tells';
  if (report.status === 'sent') return payout.state === 'sent' && reasonIn(report) !== payout.reason ? 'tells' : null;
  if (report.status !== 'settled') return null;
  return report.bankRef !== undefined && payout.bank_ref === null ? 'tells' : null;
}

const reasonIn = (report: RailReport): string | null => ('reason' in report && report.reason) || null;

/** What a report of a payout changes, whoever tells it. */
export async function reportOn(
  trx: Transaction,
  ticket: TicketRow,
  given: { payoutId: PayoutId; report: RailReport | OutcomeUnknown },
  at: Date,
): Promise<StepChange | Refusal | null> {
  const payouts = await readTicketPayouts(trx, ticket.id);
  const payout = payouts.find(({ id: own }) => own === given.payoutId);
  if (!payout) return null;
  const change = changeBy(payout, given.report);
  if (!change)
    return (
      (await noteContradiction(trx, ticket, payout, given.report, at)) ??
      (given.report.status === 'unknown'
        ? noteUnknown(trx, payout, given.report, at)
        : noteLateNews(trx, ticket, payout, given.report, at))
    );
  return move(trx, ticket, payouts, payout, await withBar(trx, payout, change), at);
}

/** R2, RP-3.8, RP-5.3: what the desk called off without anybody’s asking says why. */
async function withBar(trx: Transaction, payout: PayoutRow, change: PayoutChange): Promise<PayoutChange> {
  const isOurs = change.state === 'cancelled' && waitsForSomebody(payout.reason) && payout.cancel_asked_at === null;
  const bar = isOurs ? await readBar(trx, payout) : null;
  return bar ? { ...change, reason: bar.reason } : change;
}

/** What the payout's move makes of its ticket. */
async function move(
  trx: Transaction,
  ticket: TicketRow,
  payouts: readonly PayoutRow[],
  payout: PayoutRow,
  change: PayoutChange,
  at: Date,
): Promise<StepChange | Refusal | null> {
  const unbooked = await movePayoutRow(trx, payout, change, at, { checked_at: at });
  const events = [{ kind: eventOf(payout, change.state), data: { ...about(payout), ...reasonOf(change) } }];
  const notices = noticesOf(ticket, payout, change);
  // A word on an older grant leaves the newest one to go on.
  if (ticket.phase === 'settling' && isOfNewest(payouts, payout)) {
    const states = statesAfter(payouts, payout, change.state);
    const ending = { events, at, unbooked };
    return withNotices(
      await whileSettling(trx, ticket, { payout, states, isLastWord: isFinal(change.state) }, ending),
      notices,
    );
  }
  await bookEntries(trx, unbooked, at);
  const isBack = change.state === 'returned';
  if (isBack && ticket.phase !== 'closed') return oweAgain(trx, ticket, payout, { events, notices }, at);
  const reopens = isBack && ticket.phase === 'closed' && !(await otherClaim(trx, ticket));
  return { ...(reopens ? { move: 'payoutReturned' } : {}), events, notices };
}

/**
 * Asked again, and again no clear answer: what the newest one said is what may have to be put right. Told only where it says
 * something else; of what has left `unknown` an answer that got lost says nothing.
 */
async function noteUnknown(
  trx: Transaction,
  payout: PayoutRow,
  { reason }: OutcomeUnknown,
  at: Date,
): Promise<StepChange | null> {
  if (payout.state !== 'unknown') return null;
  const isNew = payout.reason !== reason;
  await trx('payouts')
    .where({ id: payout.id })
    .update({ checked_at: at, ...(isNew ? { reason, updated_at: at } : {}) });
  return isNew ? { events: [{ kind: 'payoutUnknown', data: { ...about(payout), reason } }] } : null;
}

/** How long the receiver may take to give the provider what it needs before they are reminded (S6). */
const detailsReminderMs = 3 * 86_400_000;

/** What moves nothing may still be told: the bank's reference (S9), why it is pending (S4), or that details are needed (S6). */
async function noteLateNews(
  trx: Transaction,
  ticket: TicketRow,
  payout: PayoutRow,
  report: RailReport,
  at: Date,
): Promise<StepChange | null> {
  const waits = payout.state === 'sent' && report.status === 'sent' && report.reason === 'requires_action';
  // One that was pending first waits for the receiver only since it says so.
  if (!waits || payout.reason !== report.reason)
    return (await noteLate(trx, payout, report, at)) ?? notePending(trx, ticket, payout, report, at);
  const since = payout.attention_since ?? at;
  if (payout.details_asked_at !== null || at.getTime() - since.getTime() < detailsReminderMs) return null;
  await trx('payouts').where({ id: payout.id }).update({ details_asked_at: at, updated_at: at });
  const parameters = { amount: formatMoney(amountOf(payout)), reference: report.providerRef };
  return {
    events: [{ kind: 'payoutNeedsDetails', data: about(payout) }],
    notices: [{ template: 'payout-needs-details', parameters, to: { subjectId: ticket.subject_id } }],
  };
}

/**
 * What was paid by a former grant and came back while its ticket is open again is owed again: the time that it was for is
 * free, and is part of what is decided next. Where nothing is left to decide, whoever may open it again is told.
 */
async function oweAgain(
  trx: Transaction,
  ticket: TicketRow,
  payout: PayoutRow,
  change: Pick<StepChange, 'events' | 'notices'>,
  at: Date,
): Promise<StepChange | Refusal> {
  const ofThisGrant = 'and offers.id = (select offer_id from grants where id = :grant)';
  await trx.raw(`${releaseIntervals} ${ofThisGrant}`, { ticket: ticket.id, grant: payout.grant_id, at });
  const judged = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(judged)) return change;
  const parameters = {
    fact: 'payout',
    offered: ticket.phase === 'offering',
    settling: ticket.phase === 'settling',
  } as const;
  const told: NewNotice = { template: 'fact-arrived', parameters, to: { role: 'lead' } };
  const isDecided = ticket.phase === 'offering' || ticket.phase === 'settling';
  return withNotices({ ...change, kase: judged.kase }, isDecided ? [told] : []);
}

/** Where the report leads a ticket that waits for its money. */
async function whileSettling(
  trx: Transaction,
  ticket: TicketRow,
  { payout, states, isLastWord }: { payout: PayoutRow; states: readonly PayoutState[]; isLastWord: boolean },
  ending: Ending,
): Promise<StepChange | Refusal> {
  const { events, at, unbooked } = ending;
  const { move } = await moveAfter(trx, payout, states);
  // RP-3.8: the bank was faster; what was still on its way has come to an end, and so has the ticket.
  const isOver = isLastWord && move !== 'payoutsSettled';
  const judged = isOver ? await judgeTicket(trx, ticket.id, at) : null;
  // A provider's word stands, whatever can be said of the case.
  const known = isRefusal(judged) ? null : judged;
  if (known && hasTakenMoney(known)) return endChargedBack(trx, ticket, known, ending);
  await bookEntries(trx, unbooked, at);
  return { ...(move ? { move } : {}), ...(move && known ? { kase: known.kase } : {}), events };
}

/** RP-5.3: what was called off since a check was not passed is decided anew for that, and not for finance's no. */
async function moveAfter(
  trx: Transaction,
  payout: PayoutRow,
  states: readonly PayoutState[],
): Promise<Pick<StepChange, 'move'>> {
  const { move } = moveOf(states);
  if (move !== 'payoutDeclined') return move ? { move } : {};
  return { move: (await readBar(trx, payout))?.reason === 'kyc_failed' ? 'kycFailed' : move };
}

const isOfNewest = (payouts: readonly PayoutRow[], { grant_id }: PayoutRow): boolean =>
  payouts.at(-1)?.grant_id === grant_id;

/** States of the payouts of one grant that nothing replaces, with what becomes of one of them. */
const statesAfter = (payouts: readonly PayoutRow[], moved: PayoutRow, state: PayoutState): PayoutState[] =>
  payouts
    .filter((payout) => payout.grant_id === moved.grant_id && !isReplaced(payouts, payout))
    .map((payout) => (payout.id === moved.id ? state : payout.state));

/** S9: the bank's reference may come after the rail's last word; it moves nothing. */
async function noteLate(trx: Transaction, payout: PayoutRow, report: RailReport, at: Date): Promise<StepChange | null> {
  const bankRef = report.status === 'settled' ? report.bankRef : undefined;
  if (payout.state !== 'settled' || payout.bank_ref !== null || bankRef === undefined) return null;
  await trx('payouts').where({ id: payout.id }).update({ bank_ref: bankRef, updated_at: at });
  return { events: [{ kind: 'payoutReferenceKnown', data: about(payout) }] };
}

/** S4: why the provider has not carried it out may change while it has it; that moves nothing. */
async function notePending(
  trx: Transaction,
  ticket: TicketRow,
  payout: PayoutRow,
  report: RailReport,
  at: Date,
): Promise<StepChange | null> {
  if (payout.state !== 'sent' || report.status !== 'sent') return null;
  const reason = report.reason ?? null;
  if (reason === payout.reason) return null;
  await trx('payouts').where({ id: payout.id }).update({ reason, checked_at: at, updated_at: at });
  const begins = isShort(payout.reason) && !isShort(reason);
  return {
    events: [{ kind: 'payoutPending', data: { ...about(payout), reason } }],
    notices: begins ? noticesOf(ticket, payout, { state: 'sent' }) : [],
  };
}

async function otherClaim(trx: Transaction, ticket: TicketRow): Promise<boolean> {
  return (
    (await trx('tickets').where({ order_id: ticket.order_id }).whereNot({ phase: 'closed' }).first('id')) !== undefined
  );
}
