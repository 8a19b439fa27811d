/** Offers (RP-4.5): what was reckoned, the customer's choice of money or time, and the lost intervals that it settles once. */

import { z } from 'zod';
import type { Assessment } from '../domain/assessment.ts';
import { dayMs } from '../domain/clocks.ts';
import { dueOfPhase } from '../domain/due.ts';
import { barsPart } from '../domain/engine-whole.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { Interval } from '../domain/facts.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { OfferProposal } from '../domain/incident-wave.ts';
import { type Currency, formatMoney, type Money, money } from '../domain/money.ts';
import type { ExtensionGranted } from '../domain/notice.ts';
import { lengthMs, mergeSpans, subtractSpans, toSpan } from '../domain/spans.ts';
import { leftOf } from '../domain/tender-facts.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import { waitsOf } from './cases.ts';
import type { Database, Transaction } from './database.ts';
import { alreadyPaying, awaitingApproval, type GrantSettings, grantRefund, splitOverTenders } from './grants.ts';
import { takeIntervals } from './intervals.ts';
import { type Judgement, judgeTicket } from './judgements.ts';
import { insertRemedy } from './remedies.ts';
import type { PersonMessage } from './reviews.ts';
import { readRow } from './row.ts';
import { type NewNotice, type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/** What an offer gives: as its row holds it. */
export type Terms = Pick<Offer, 'refundMinor' | 'minutes' | 'bytes' | 'intervals' | 'days' | 'endsPlan'>;

/**
 * RP-4.5: an offer that was taken back for a better one: its customer gets no less, until another decision took effect, its
 * time was made good otherwise, or something came up that bars a part as well.
 */
export function standingOffer({ kase: { offer, facts }, assessment }: Judgement): Offer | null {
  if (offer?.choice !== 'taken_back' || offer.isSuperseded || barsPart(assessment.proposal)) return null;
  const spansOf = (intervals: readonly Interval[]) => intervals.map((interval) => toSpan(interval, 0));
  const [lost, compensated] = [spansOf(offer.intervals), spansOf(facts.compensated)];
  return lengthMs(subtractSpans(lost, compensated)) < lengthMs(mergeSpans(lost)) ? null : offer;
}

/** What of a former offer can still be given: the money that is left, and time where there is a shop; `null` for nothing. */
function givable(offer: Offer, { kase, assessment }: Judgement, hasShop: boolean): Terms | null {
  const { order } = kase.facts;
  const left = leftOf(
    order,
    order.tenders.filter(({ id }) => assessment.refundableTenders.includes(id)),
  );
  const minor = offer.refundMinor === null ? 0n : BigInt(offer.refundMinor);
  const refund = minor < left.minor ? minor : left.minor;
  const { minutes, bytes } = hasShop ? offer : { minutes: 0, bytes: '0' };
  if (refund === 0n && minutes === 0 && bytes === '0') return null;
  return { ...offer, refundMinor: refund === 0n ? null : refund.toString(), minutes, bytes };
}

/** A time that nobody could give is not offered. */
function reckoned({ proposal }: Assessment, hasShop: boolean): Terms | Refusal | null {
  if (proposal.kind !== 'offer') return null;
  const extension = hasShop ? proposal.extension : null;
  if (proposal.refund === null && extension === null) return refuse('rail-unavailable', { what: 'shop' });
  return termsOf({ ...proposal, extension });
}

export const termsOf = ({ refund, extension, expiresAfterDays }: OfferProposal): Terms => ({
  refundMinor: refund?.amount.minor ?? null,
  minutes: extension?.minutes ?? 0,
  bytes: extension?.bytes ?? '0',
  intervals: [...((refund ?? extension)?.intervals ?? [])],
  days: expiresAfterDays,
  endsPlan: refund?.endsPlan ?? false,
});

/** What a mail tells of the time; `null` for none. */
export const timeOf = ({ minutes, bytes }: Pick<Terms, 'minutes' | 'bytes'>): ExtensionGranted | null =>
  minutes > 0 || bytes !== '0' ? { minutes, bytes } : null;

/** By the money first, which can be compared with any other, then by the time. */
const givesLess = (left: Terms, right: Terms): boolean => {
  const [money, least] = [BigInt(left.refundMinor ?? '0'), BigInt(right.refundMinor ?? '0')];
  return money === least ? left.minutes < right.minutes || BigInt(left.bytes) < BigInt(right.bytes) : money < least;
};

/** Makes the offer that the policy reckoned, or again the one that was taken back, where the policy now gives less. */
export async function insertOffer(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  decisionId: DecisionId,
  settings: GrantSettings,
  at: Date,
): Promise<StepChange | Refusal> {
  const former = standingOffer(judged);
  const standing = former && givable(former, judged, settings.hasShop);
  const now = reckoned(judged.assessment, settings.hasShop);
  if (isRefusal(now) && standing === null) return now;
  const terms = now === null || isRefusal(now) || (standing && givesLess(now, standing)) ? standing : now;
  if (terms === null) return refuse('against-proposal', { proposed: judged.assessment.proposal.kind });
  const { currency } = judged.kase.order;
  await trx('offers').insert({
    ticket_id: ticket.id,
    decision_id: decisionId,
    refund_minor: terms.refundMinor,
    currency,
    extend_minutes: terms.minutes,
    extend_bytes: terms.bytes,
    intervals: JSON.stringify(terms.intervals),
    offered_at: at,
    offer_days: terms.days,
    ends_plan: terms.endsPlan,
  });
  const fresh = await judgeTicket(trx, ticket.id, at);
  if (isRefusal(fresh)) return fresh;
  const { event, notice } = madeOf(terms, currency, { stands: terms === standing, at });
  return {
    move: 'offerMade',
    events: [event],
    notices: [{ ...notice, to: { subjectId: ticket.subject_id } }],
    kase: fresh.kase,
  };
}

/** What is recorded and told of an offer. */
export function madeOf(
  terms: Terms,
  currency: Currency,
  { stands, at }: { readonly stands: boolean; readonly at: Date },
) {
  const expiresAt = new Date(at.getTime() + terms.days * dayMs).toISOString();
  const { refundMinor: minor, minutes, bytes } = terms;
  const amount = minor === null ? null : formatMoney(money(BigInt(minor), currency));
  const parameters = { amount, extension: timeOf(terms), endsPlan: terms.endsPlan, expiresAt, stands };
  return {
    event: { kind: 'offerMade', data: { minor, currency, minutes, bytes, expiresAt } },
    notice: { template: 'offer-made' as const, parameters },
  };
}

const choiceSchema = z.object({ choice: z.enum(['refund', 'extension']) });

/** The customer's choice; of two that race exactly one is granted (R14), since the second finds no open offer. */
export function recordOfferAnswer(
  db: Database,
  message: PersonMessage,
  settings: GrantSettings,
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const { choice } = readRow('offer input', choiceSchema, input?.body);
    const judged = await judgeTicket(trx, ticket.id, at);
    if (isRefusal(judged)) return judged;
    const { offer } = judged.kase;
    if (offer === null || offer.choice !== null) return refuse('no-open-offer');
    const chosenAt = input?.kept_at ?? at;
    // What was chosen before it was made, or made anew, was chosen from another.
    if (chosenAt < new Date(offer.offeredAt) || isExpired(judged, chosenAt)) return refuse('no-open-offer');
    // RP-3.8, D3: under a dispute, or after one that took the money, nothing is extended; under an inquiry no part is paid.
    if (judged.kase.disputes.some(({ state }) => state !== 'won' && state !== 'closed')) return refuse('payouts-held');
    if (choice === 'refund' ? offer.refundMinor === null : offer.minutes === 0 && offer.bytes === '0')
      return refuse('choice-impossible');
    await trx('offers').where({ id: offer.id }).update({ choice, chosen_by: message.by.id, chosen_at: at });
    const taken = await takeIntervals(
      trx,
      { order_id: ticket.order_id, ticket_id: ticket.id, offer_id: offer.id, at },
      offer.intervals,
    );
    if (taken) return taken;
    return choice === 'refund'
      ? chooseRefund(trx, ticket, judged, offer, settings, at)
      : chooseExtension(trx, ticket, judged, offer, at);
  });
}

/** The last instant still counts; what was kept by then is taken, however late it comes. A clock that stands still has no end. */
function isExpired({ kase, assessment }: Judgement, keptAt: Date): boolean {
  const due = dueOfPhase(waitsOf(kase, 'offering', assessment), keptAt.toISOString());
  return due !== null && keptAt.getTime() > Date.parse(due.at);
}

type Offer = NonNullable<Judgement['kase']['offer']>;

async function chooseRefund(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  offer: Offer,
  settings: GrantSettings,
  at: Date,
): Promise<StepChange | Refusal> {
  const open = alreadyPaying(judged.kase.openPayouts);
  if (open) return open;
  const amount = money(BigInt(offer.refundMinor ?? '0'), judged.kase.order.currency);
  const split = await splitOverTenders(trx, ticket, amount, judged.assessment.refundableTenders, settings);
  if (isRefusal(split)) return split;
  const granted = await grantRefund(
    trx,
    {
      ticket,
      decisionId: offer.decisionId,
      offerId: offer.id,
      decidedBy: judged.kase.decision?.decidedBy ?? null,
      amount,
      endsPlan: offer.endsPlan,
      withoutApproval: judged.kase.version.document.parameters.limits.payoutWithoutApproval,
      at,
    },
    split,
    settings,
  );
  return {
    move: 'refundChosen',
    events: [{ kind: 'offerAnswered', data: { choice: 'refund' } }],
    notices: [chosen(ticket, { amount }), ...awaitingApproval(granted, formatMoney(amount))],
    kase: judged.kase,
  };
}

async function chooseExtension(
  trx: Transaction,
  ticket: TicketRow,
  judged: Judgement,
  offer: Offer,
  at: Date,
): Promise<StepChange> {
  const { minutes, bytes, decisionId } = offer;
  await insertRemedy(trx, { ticket, decisionId, kind: 'extension', minutes, bytes, at });
  return {
    move: 'extensionChosen',
    events: [{ kind: 'offerAnswered', data: { choice: 'extension' } }],
    notices: [chosen(ticket, { extension: { minutes, bytes } })],
    kase: judged.kase,
  };
}

const chosen = (
  ticket: TicketRow,
  what: { amount: Money } | { extension: { minutes: number; bytes: string } },
): NewNotice => ({
  template: 'offer-chosen',
  parameters: 'amount' in what ? { amount: formatMoney(what.amount) } : what,
  to: { subjectId: ticket.subject_id },
});
