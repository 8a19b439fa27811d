/** What a ticket's events say in the tour, one line each: the codes of their data put into words. */

import { currencySchema } from '../contract/wire.ts';
import type { LeftOutReason } from '../domain/incident-wave.ts';
import { formatMoney, money } from '../domain/money.ts';

export type EventData = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? value.replaceAll('_', ' ') : '');
const list = (value: unknown): string => (Array.isArray(value) ? value.map(text).join(', ') : '');
const day = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 16).replace('T', ' ') : 'open');

function amount({ minor, currency }: EventData): string {
  const known = currencySchema.safeParse(currency);
  return typeof minor === 'string' && known.success ? formatMoney(money(BigInt(minor), known.data)) : '';
}

const missing = ({ missing: parts }: EventData): string => {
  const named = list(parts);
  return named === '' ? '' : `, without ${named}`;
};

const gained = ({ minutes, bytes }: EventData): string =>
  typeof minutes === 'number' && minutes > 0 ? `${minutes} minutes` : `${text(bytes)} bytes`;

const words: Readonly<Record<string, (data: EventData) => string>> = {
  ticketCreated: (data) =>
    data['byWave'] === true
      ? 'opens a ticket for an order that an incident touched'
      : `asks for the money back${missing(data)} (RP-4.1)`,
  materialsCompleted: () => 'has all that a review needs (RP-4.1)',
  settledByFacts: () => 'finds the case settled by what is known',
  lapsed: (data) => `closes it for lack of an answer${missing(data)} (RP-4.2)`,
  reopened: () => 'opens it again',
  appealed: () => 'appeals to another reviewer',
  evidenceAdded: () => 'adds a log and the network context',
  evidenceShared: () => 'counts what was added for an order of the same request',
  evidenceRefused: ({ reason }) => `does not take a file: ${text(reason)}`,
  reviewRecorded: ({ cause }) => `reviews: the cause is ${text(cause)} (RP-4.2)`,
  informationRequested: ({ materials }) =>
    `asks back${list(materials) === '' ? '' : ` for ${list(materials)}`} (RP-4.2)`,
  informationAnswered: () => 'answers (RP-5.2)',
  remediationBegun: ({ deadline }) => `takes the fault as ours: to be mended by ${day(deadline)} (RP-2.4a)`,
  fixReported: ({ answerBy }) => `reports a fix; silence until ${day(answerBy)} counts as a yes (RP-2.4a)`,
  fixAnswered: ({ answer }) => `on the fix: ${text(answer)} (RP-2.4a)`,
  probesBegun: () => 'begins to test the plan itself',
  probesFailing: ({ attempts, failed }) =>
    `finds that the fix does not hold: ${text(failed)} of ${text(attempts)} tests failed by our cause (RP-2.4a)`,
  probeFailed: () => 'reports that a probe failed (RP-2.4a)',
  remediationExpired: () => 'sees the 15 days pass (RP-2.4a)',
  incidentNoted: ({ ref, confirmed }) =>
    `hears of ${confirmed === true ? 'the confirmed' : 'an unconfirmed'} incident ${text(ref)}`,
  orderNoted: ({ fact }) => `hears from the shop of the ${text(fact)}`,
  incidentConfirmed: () => 'ends the wait: an incident covers the order (RP-2.4b)',
  refundDecided: (data) => `decides: refund ${amount(data)}`,
  refusalDecided: ({ clauses }) => `decides: refuse under ${list(clauses)}`,
  offerMade: (data) =>
    `offers ${amount(data) || 'no money'} or ${gained(data)} more, until ${day(data['expiresAt'])} (RP-4.5)`,
  offerTold: (data) => `mails the offer, whose days run from then, until ${day(data['expiresAt'])} (RP-4.5)`,
  offerAnswered: ({ choice }) => `chooses the ${text(choice)} (RP-4.5)`,
  decisionAwaits: ({ decision }) => `decides against the proposal (${text(decision)}); a second person must agree`,
  decisionConfirmed: ({ confirmed }) => (confirmed === true ? 'agrees as the second person' : 'does not agree'),
  captureRead: () => 'tells what was captured',
  refundedElsewhere: (data) => `tells that ${amount(data)} went back elsewhere (R10)`,
  payoutApproved: (data) => `approves the payout of ${amount(data)}`,
  payoutPending: (data) =>
    `has the payout of ${amount(data)} and waits: ${text(data['reason'] ?? 'it does not say for what')}`,
  payoutHeld: (data) => `holds the payout of ${amount(data)}: ${text(data['reason'])}`,
  payoutSending: (data) => `sends ${amount(data)} back by ${text(data['method'])} (RP-4.4)`,
  payoutUnknown: () => 'gives no answer: nobody knows yet whether it was paid (R3)',
  payoutSent: (data) => `has the refund of ${amount(data)} on its way`,
  payoutSettled: (data) => `has settled the refund of ${amount(data)}`,
  remedyApplying: ({ kind }) => `asks the shop for the ${text(kind)}`,
  remedyApplied: ({ kind, planEndsAt }) =>
    `has done the ${text(kind)}${typeof planEndsAt === 'string' ? `; the plan ends at ${day(planEndsAt)}` : ''}`,
  holdPlaced: ({ kind }) => `holds all payouts: ${text(kind)}`,
  holdReleased: ({ kind }) => `lifts the hold: ${text(kind)}`,
  kycRecorded: ({ result }) => `records the check of identity: ${text(result)} (RP-5.3)`,
  factRecorded: ({ fact }) => `records a fact: ${text(fact)}`,
  disputeOpened: ({ state }) => `tells of a dispute (${text(state)}): payouts are held (RP-3.8)`,
  disputeEnded: ({ state }) => `tells that the dispute ended: ${text(state)} (RP-3.8)`,
  chargedBack: () => 'tells that the dispute was lost: the money is back with the customer (RP-3.8)',
  withdrawn: () => 'takes the request back',
};

/** An event without words of its own is told by its name. */
export const eventWords = (kind: string, data: EventData): string => words[kind]?.(data) ?? kind;

/** Why a wave offers nothing to an order. */
export const leftOutWords: Readonly<Record<LeftOutReason, string>> = {
  crypto: 'paid by crypto, of which no part is given (RP-3.2)',
  reseller: 'bought from a reseller (RP-3.3)',
  disputed: 'under a dispute (RP-3.8)',
  ended: 'its plan is over, or all of its money is back',
  compensated: 'what it lost was made good before',
  nothing_lost: 'none of the lost time was its own',
  late: 'too late for a claim',
  barred: 'barred by a ground of RP-3 or RP-5.3',
  capture_unknown: 'no provider could tell what was captured',
  tied: 'tied to somebody who decided the wave',
  unclear: 'a person must settle it first',
};
