/**
 * Disputes as the desk follows them: what each word of a provider makes of one, whatever the order in which its words
 * come (W2, W10), and what is due on it by itself. Pure: no clock, no I/O.
 */

import { canonicalJson } from './canonical.ts';
import { dayMs } from './clocks.ts';
import { type Refusal, refuse } from './errors.ts';
import { disputeStates } from './facts.ts';
import type { PacketId } from './ids.ts';
import type { Currency } from './money.ts';

/**
 * An inquiry takes no money yet (D3); a warning is no dispute at all but the card network's word that one may come (D8);
 * what PayPal itself calls a chargeback is none of a card (D11).
 */
export const disputeKinds = ['chargeback', 'inquiry', 'early_fraud_warning', 'paypal_claim'] as const;

export type DisputeKind = (typeof disputeKinds)[number];

/** What people read of the kind: a card's word is never lent to another provider's case (D11). */
export const disputeLabels = {
  chargeback: { en: 'Chargeback', ru: 'Оспаривание через банк' },
  inquiry: { en: 'Inquiry', ru: 'Запрос банка' },
  early_fraud_warning: { en: 'Early fraud warning', ru: 'Раннее предупреждение о мошенничестве' },
  paypal_claim: { en: 'PayPal claim', ru: 'Претензия в PayPal' },
} as const satisfies Record<DisputeKind, Readonly<Record<'en' | 'ru', string>>>;

/** `warned` bars nothing: a refund is what spares the dispute that may follow. */
export const disputeStandings = [...disputeStates, 'warned'] as const;

export type DisputeStanding = (typeof disputeStandings)[number];

export const isEnded = (standing: DisputeStanding): boolean =>
  standing !== 'open' && standing !== 'inquiry' && standing !== 'warned';

/** One word of the provider, as it is kept: codes, amounts as digits and instants in RFC 3339. */
export interface DisputeWord {
  /** The provider's own name of what happened. */
  readonly cause: string;
  readonly toldAt: string;
  readonly kind: DisputeKind;
  readonly state: DisputeStanding;
  /** `null` where the provider names none, as with a warning. */
  readonly amount: WireAmount | null;
  /** What its end gave the customer, where the provider tells that: else all of `amount` counts. */
  readonly returned: WireAmount | null;
  /** Our own refunds may be in `returned`: with them it is never more than was captured. */
  readonly includesRefunds: boolean;
  readonly reason: string | null;
  readonly networkReason: string | null;
  /** What the provider charges the seller for it. */
  readonly fee: WireAmount | null;
  readonly evidenceDueAt: string | null;
  /** How often evidence was submitted, by whomever. */
  readonly submissions: number;
  /** Of a warning: whether something can still be done about it. */
  readonly actionable: boolean | null;
}

export interface DisputeTaking {
  readonly state: DisputeStanding;
  /** What of the seller's money it holds or has taken. */
  readonly takenMinor: bigint;
}

/**
 * What it bars is its state; what it takes may be less, or nothing. `leftMinor` is what was captured less what has gone
 * back of it. One that our own refunds alone ended in the customer's favour has taken nothing, so that it is no lost one.
 */
export function takingOf(
  { state, amount, returned, includesRefunds }: Pick<DisputeWord, 'state' | 'amount' | 'returned' | 'includesRefunds'>,
  leftMinor: bigint | null,
): DisputeTaking {
  const disputed = BigInt(amount?.minor ?? 0);
  if (state === 'open') return { state, takenMinor: disputed };
  if (state !== 'lost' && state !== 'prevented') return { state, takenMinor: 0n };
  const given = returned === null ? disputed : BigInt(returned.minor);
  const takenMinor = includesRefunds && leftMinor !== null && leftMinor < given ? leftMinor : given;
  return { state: state === 'lost' && takenMinor < given && takenMinor === 0n ? 'closed' : state, takenMinor };
}

export interface WireAmount {
  readonly minor: string;
  readonly currency: Currency;
}

/** What all words together say. */
export interface DisputeFolded extends Omit<DisputeWord, 'cause'> {
  /** The provider's time of the first word that knew of evidence for what is asked now. */
  readonly submittedAt: string | null;
}

/** Of words of the same second the one that goes further counts; what ended with the money gone goes furthest. */
const further: readonly DisputeStanding[] = ['warned', 'inquiry', 'open', 'closed', 'won', 'prevented', 'lost'];

const inOrder = (left: DisputeWord, right: DisputeWord): number =>
  left.toldAt.localeCompare(right.toldAt) ||
  further.indexOf(left.state) - further.indexOf(right.state) ||
  canonicalJson(left).localeCompare(canonicalJson(right));

/** The newest word counts; what it leaves out is as the newest that told it said. */
export function foldWords([first, ...others]: readonly [DisputeWord, ...DisputeWord[]]): DisputeFolded {
  const words = [first, ...others].toSorted(inOrder);
  const newest = words.at(-1) ?? first;
  const newestOf = <Name extends 'amount' | 'reason' | 'networkReason' | 'fee' | 'evidenceDueAt' | 'actionable'>(
    name: Name,
  ): DisputeWord[Name] => words.findLast((word) => word[name] !== null)?.[name] ?? newest[name];
  return {
    toldAt: newest.toldAt,
    kind: newest.kind,
    state: newest.state,
    amount: newestOf('amount'),
    // Of an end alone: one that is taken up again gives nothing until it ends anew.
    returned: newest.returned,
    includesRefunds: newest.includesRefunds,
    reason: newestOf('reason'),
    networkReason: newestOf('networkReason'),
    fee: newestOf('fee'),
    evidenceDueAt: newestOf('evidenceDueAt'),
    submissions: Math.max(...words.map(({ submissions }) => submissions)),
    actionable: newestOf('actionable'),
    submittedAt: answeredAt(words),
  };
}

/**
 * D11: PayPal may ask at several stages of the same case, and names a day only while it asks; what was shown before is no
 * answer to that, also where the desk never heard of what it answered.
 */
export const asksAgain = (kind: DisputeKind): boolean => kind === 'paypal_claim';

function answeredAt(words: readonly DisputeWord[]): string | null {
  let [dueAt, shown, answered]: [string | null, number, string | null] = [null, 0, null];
  for (const { kind, evidenceDueAt, submissions, toldAt } of words) {
    if (asksAgain(kind) && evidenceDueAt !== null && (dueAt === null || evidenceDueAt > dueAt)) {
      answered = null;
      shown = Math.max(shown, submissions);
    }
    if (submissions > shown) answered ??= toldAt;
    shown = Math.max(shown, submissions);
    dueAt = evidenceDueAt ?? dueAt;
  }
  return answered;
}

/** Why a ticket goes before others. */
export const urgencies = ['early_fraud_warning'] as const;

export type Urgency = (typeof urgencies)[number];

export const disputeDueKinds = ['reminder', 'escalation', 'deadline'] as const;

export type DisputeDueKind = (typeof disputeDueKinds)[number];

export interface DisputeDue {
  readonly kind: DisputeDueKind;
  /** RFC 3339, UTC. */
  readonly at: string;
}

/** Days before the evidence is due on which finance is reminded, and on the last of which it takes a lead. */
const reminderDays = [7, 3] as const;
const escalationDays = 1;

export const dueKey = ({ kind, at }: DisputeDue): string => `due/${kind}/${at}`;

/** All that will be due on a dispute whose evidence is, the earliest first. */
export function plannedDues(evidenceDueAt: string): DisputeDue[] {
  const before = (days: number): string => new Date(Date.parse(evidenceDueAt) - days * dayMs).toISOString();
  return [
    ...reminderDays.map((days) => ({ kind: 'reminder' as const, at: before(days) })),
    { kind: 'escalation', at: before(escalationDays) },
    { kind: 'deadline', at: evidenceDueAt },
  ];
}

export interface DisputeWaits {
  readonly state: DisputeStanding;
  readonly evidenceDueAt: string | null;
  /** Evidence is surely there: what is on its way, or was sent without a clear answer, must not let the time pass unseen. */
  readonly isSubmitted: boolean;
  /** By `dueKey`. */
  readonly taken: readonly string[];
}

/** What is due next, or has come and was not taken yet. A warning waits for nobody's evidence. */
export function nextDue({ state, evidenceDueAt, isSubmitted, taken }: DisputeWaits): DisputeDue | null {
  if (isEnded(state) || state === 'warned' || isSubmitted || evidenceDueAt === null) return null;
  return plannedDues(evidenceDueAt).find((due) => !taken.includes(dueKey(due))) ?? null;
}

export const packetStates = ['kept', 'submitting', 'unknown', 'submitted', 'refused', 'void'] as const;

/** `refused`: by the provider. `void`: the dispute had ended before anything was sent. Both leave room for another. */
export type PacketState = (typeof packetStates)[number];

export const isPacketDone = (state: PacketState): boolean => !['kept', 'submitting', 'unknown'].includes(state);

/** What the dispute's workflow works from. */
export interface DisputeSnapshot {
  readonly version: number;
  readonly state: DisputeStanding;
  readonly due?: DisputeDue;
  /** A packet on its way to the provider. */
  readonly packetId?: PacketId;
}

/** Why no evidence can be submitted now; the provider has the last word. */
export function refuseEvidence(
  dispute: { readonly state: DisputeStanding; readonly evidenceDueAt: Date | null; readonly isAnswered: boolean },
  at: Date,
): Refusal | null {
  if (isEnded(dispute.state)) return refuse('dispute-ended', { state: dispute.state });
  if (dispute.state === 'warned') return refuse('dispute-unanswerable');
  if (dispute.isAnswered) return refuse('evidence-submitted');
  if (dispute.evidenceDueAt === null) return refuse('dispute-unanswerable');
  if (at >= dispute.evidenceDueAt) return refuse('evidence-late', { dueAt: dispute.evidenceDueAt.toISOString() });
  return null;
}
