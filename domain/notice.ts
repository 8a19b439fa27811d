/**
 * Every notice of a ticket and what a step keeps of it: codes, amounts, instants and grounds. They become words only
 * when the mail is sent, in the reader's language. A new notice is a row here and a file per language.
 */

import { exceptions } from './decision.ts';
import { disputeKinds } from './dispute.ts';
import { intakeRefusals } from './intake.ts';
import { materials } from './materials.ts';
import type { PolicyLanguage } from './policy.ts';
import { railNames, tenderMethods } from './rail.ts';

/** Codes that a notice may carry, by the kind of its parameter; each has its words in every language. */
export const noticeCodes = {
  material: materials,
  method: tenderMethods,
  /** Another way than the money came. */
  rail: railNames,
  /** Where a refund goes. */
  destination: railNames,
  /** What holds a ticket; a hold never stops the time of RP-2.4a. */
  hold: ['customer', 'kyc', 'dispute', 'provider'],
  clock: ['decision', 'lapse', 'offer'],
  /** RP-5.3. */
  kyc: ['passed', 'failed', 'timed_out'],
  /** RP-3.8: how a dispute ended; a lost one has a notice of its own. */
  dispute: ['won', 'closed', 'prevented'],
  /** D11: what is told of a dispute is told by its kind. */
  disputeKind: disputeKinds,
  decision: ['refund', 'refusal', 'offer', 'replacement'],
  /** Against what the policy proposes (RP-3.9). */
  exception: exceptions,
  /** Why a closed ticket is open again. */
  reopening: ['lapsed', 'fact', 'money'],
  /** Why a decision is awaited now. */
  turn: [
    'remediation_over',
    'incident',
    'other_cause',
    'payout_declined',
    'remedy_failed',
    'kyc_failed',
    'not_confirmed',
  ],
  remedy: ['extension', 'end_of_plan', 'store_balance', 'replacement'],
  /** Why a file was not taken. */
  notTaken: intakeRefusals,
  /** What came to be known of a closed ticket. */
  fact: ['incident', 'review', 'usage', 'dispute', 'kyc', 'order', 'payout'],
} as const;

export type NoticeCode = keyof typeof noticeCodes;

/** By how much a plan is extended; one of the two is zero. */
export interface ExtensionGranted {
  readonly minutes: number;
  /** Digits. */
  readonly bytes: string;
}

interface StoredKinds {
  /** From `formatMoney`. */
  amount: string;
  text: string;
  /** As a person wrote it, or the engine's sentence in each language. */
  ground: string | Readonly<Record<PolicyLanguage, string>>;
  /** RFC 3339. */
  instant: string;
  clauses: readonly string[];
  materials: readonly (typeof noticeCodes.material)[number][];
  clocks: readonly (typeof noticeCodes.clock)[number][];
  extension: ExtensionGranted;
  /** A provider's code; the known ones have words. */
  reason: string;
  flag: boolean;
}

type StoredKind = keyof StoredKinds;
/** Known when the mail is written, so that no step keeps it. */
type KnownKind = 'order' | 'postingDays';

export type NoticeKind = StoredKind | NoticeCode | KnownKind;
/** `?` may be left out. */
export type NoticeField = NoticeKind | `${NoticeKind}?`;

const offered = { amount: 'amount?', extension: 'extension?' } as const;
const decided = {
  ground: 'ground',
  clauses: 'clauses?',
  exception: 'exception?',
  provision: 'text?',
  bySystem: 'flag?',
  appealBy: 'instant?',
} as const;
/** By which way, and by when it is usually seen there; that it arrived is never claimed. */
const paid = { amount: 'amount', reference: 'text', destination: 'destination?', postingDays: 'postingDays' } as const;

export const customerNotices = {
  'ticket-received': { orderRef: 'order', complete: 'flag', missing: 'materials', settled: 'flag?', linked: 'flag?' },
  'ticket-decided-refund': { amount: 'amount', released: 'flag?', ...decided },
  'ticket-decided-refusal': decided,
  'ticket-withdrawn': { orderRef: 'order' },
  'message-to-customer': {},
  'payout-approved': { amount: 'amount', method: 'method', rerouted: 'flag?' },
  /** RP-4.4: with the day on which it was changed. */
  /** S6: with the payment provider, which needs something of the customer. */
  'payout-needs-details': { amount: 'amount', reference: 'text' },
  'payout-rerouted': { amount: 'amount', way: 'rail', at: 'instant' },
  'payout-sent': paid,
  'payout-settled': { ...paid, bankReference: 'text?' },
  /** To the customer, and to finance. */
  'payout-returned': { amount: 'amount', reason: 'reason' },
  /** RP-4.2: materials by name, or a question that stands in the ticket. */
  'information-requested': { missing: 'materials', asked: 'flag', answerBy: 'instant', owedDaysPause: 'flag?' },
  'information-reminder': { missing: 'materials', asked: 'flag', lapsesAt: 'instant' },
  'ticket-lapsed': { orderRef: 'order', missing: 'materials', appealBy: 'instant?' },
  /** After the ticket had it; of an archive once, for the first of its files that was not taken. */
  'file-not-taken': { file: 'text', why: 'notTaken', inArchive: 'flag?' },
  'review-begun': { decisionBy: 'instant' },
  /** What is known decides it: no more is asked for, and a question that was open needs no answer. */
  'settled-by-facts': { decisionBy: 'instant?', wasAsked: 'flag?' },
  'fault-being-mended': { mendBy: 'instant', owedDaysPause: 'flag?' },
  'fix-reported': { answerBy: 'instant' },
  /** A probe of ours failed, so that the question whether it works is void. */
  'fix-withdrawn': { mendBy: 'instant?' },
  /** Confirmed by the customer, presumed from their silence, or found by a review. */
  'ticket-remediated': { presumed: 'flag', byReview: 'flag?', appealBy: 'instant?' },
  progress: { decisionBy: 'instant' },
  'decision-begun': { turn: 'turn', decisionBy: 'instant?' },
  /** `stands`: it was taken back before, and the policy would give less now. */
  /** Without an end where its clock stands still. */
  'offer-made': { ...offered, endsPlan: 'flag', expiresAt: 'instant?', stands: 'flag?' },
  'offer-reminder': { ...offered, expiresAt: 'instant' },
  'offer-lapsed': { ...offered, appealBy: 'instant?' },
  /** RP-4.5: for a fact that could better it. */
  'offer-taken-back': { decisionBy: 'instant?' },
  'offer-chosen': offered,
  'extension-applied': { orderRef: 'order', extension: 'extension', endsAt: 'instant?' },
  'replacement-decided': { orderRef: 'order' },
  'replacement-applied': { orderRef: 'order' },
  'hold-placed': { hold: 'hold', stops: 'clocks', until: 'instant?', owedDaysPause: 'flag?' },
  'hold-released': { hold: 'hold', decisionBy: 'instant?' },
  'kyc-requested': { answerBy: 'instant' },
  'kyc-reminder': { answerBy: 'instant' },
  'kyc-result': { result: 'kyc', decisionBy: 'instant?' },
  'dispute-opened': { orderRef: 'order', mendBy: 'instant?' },
  'dispute-ended': { orderRef: 'order', ending: 'dispute', decisionBy: 'instant?' },
  'charged-back': { orderRef: 'order', appealBy: 'instant?' },
  'appeal-received': { decisionBy: 'instant?', calledOff: 'flag?' },
  'ticket-reopened': { cause: 'reopening', decisionBy: 'instant?' },
  /** RP-2.4b: of an order that nobody has asked for yet; until when all of it is due to whoever asks. */
  'full-refund-due': { orderRef: 'order', amount: 'amount', askBy: 'instant?' },
  'decided-by-desk': { decision: 'decision', appealBy: 'instant?' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, NoticeField>>>>;

export const staffNotices = {
  'payout-failed': { amount: 'amount', reason: 'reason' },
  'payout-awaiting-approval': { amount: 'amount' },
  'payout-by-hand': { amount: 'amount' },
  /** It was paid although it had ended, or twice. */
  'payout-contradicted': { amount: 'amount', twice: 'flag' },
  /** RP-4.3: first a reminder, then to a lead before the promise breaks. */
  'decision-due': { escalated: 'flag', dueAt: 'instant' },
  /** RP-2.4a: first a reminder, then to a lead before the days for mending end. */
  'mending-due': { escalated: 'flag', mendBy: 'instant' },
  /** The customer's no to a reported fix; without a date where the days are over. */
  'fix-not-mended': { mendBy: 'instant?' },
  /** RP-2.4a: since that report the desk's own tests fail by our cause. */
  'probes-failing': { reportedAt: 'instant' },
  'ticket-to-decide': { turn: 'turn', dueAt: 'instant?' },
  /** RP-3.9, and any decision against the proposal. */
  'decision-awaits-confirmation': { decision: 'decision', amount: 'amount?', dueAt: 'instant?' },
  'remedy-failed': { remedy: 'remedy', reason: 'reason' },
  /** The shop ended the plan, and the refund that it was for was taken back before that was known. */
  'plan-ended-unpaid': { reason: 'reason' },
  'appeal-assigned': { dueAt: 'instant?' },
  /** On a closed ticket, or beside an open offer. */
  'fact-arrived': { fact: 'fact', offered: 'flag?', settling: 'flag?' },
  /** To finance; these are of a dispute and not of a ticket, since it may be of an order that nobody claims. */
  'dispute-told': { kind: 'disputeKind', orderRef: 'order', amount: 'amount?', answerBy: 'instant?' },
  /** First reminders, then to a lead on the last day; `unclear`: it was sent, and its provider has not said that it has it. */
  'dispute-due': { kind: 'disputeKind', orderRef: 'order', escalated: 'flag', unclear: 'flag?', answerBy: 'instant' },
  'dispute-lapsed': { kind: 'disputeKind', orderRef: 'order', unclear: 'flag?' },
  'evidence-refused': { kind: 'disputeKind', orderRef: 'order', reason: 'reason' },
  /** D8: to whoever works on the order's ticket. */
  'fraud-warned': { orderRef: 'order' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, NoticeField>>>>;

export const noticeFields = { ...customerNotices, ...staffNotices };

export type NoticeTemplate = keyof typeof noticeFields;

export const noticeTemplates = Object.keys(noticeFields) as NoticeTemplate[];

/** Of an order that has no ticket, so that none can be opened. */
export const isOrderNotice = (template: string): boolean => template === 'full-refund-due';

export const isStaffNotice = (template: string): boolean => Object.hasOwn(staffNotices, template);

type Stored<Kind> = Kind extends StoredKind
  ? StoredKinds[Kind]
  : Kind extends NoticeCode
    ? (typeof noticeCodes)[Kind][number]
    : never;

type Kept<Fields> = {
  readonly [Name in keyof Fields as Fields[Name] extends KnownKind | `${string}?` ? never : Name]: Stored<Fields[Name]>;
} & {
  readonly [Name in keyof Fields as Fields[Name] extends `${StoredKind | NoticeCode}?` ? Name : never]?:
    | (Fields[Name] extends `${infer Kind}?` ? Stored<Kind> : never)
    | null
    | undefined;
};

/** What a step must keep for each notice. */
export type NoticeParameters = { readonly [Template in NoticeTemplate]: Kept<(typeof noticeFields)[Template]> };

/** A notice with what is kept for it, one variant a template. */
export type NoticeSaid = {
  readonly [Template in NoticeTemplate]: {
    readonly template: Template;
    readonly parameters: NoticeParameters[Template];
  };
}[NoticeTemplate];
