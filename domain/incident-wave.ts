/**
 * A wave of offers for an incident: its states, and what it comes to for one order, as the engine judges a claim that is
 * made now (RP-4.5). Pure.
 */

import type { Assessment, Proposal } from './assessment.ts';
import type { CaseFacts } from './facts.ts';
import { exceeds, type Money, money } from './money.ts';
import type { LimitPerCurrency, RefundClauseId } from './policy.ts';

export const waveStates = ['awaiting', 'running', 'paused', 'cancelled', 'done'] as const;

export type WaveState = (typeof waveStates)[number];

/** By a person; before its budget would be passed; because the incident is another by now. */
export const waveReasons = ['person', 'budget', 'incident'] as const;

export type WaveReason = (typeof waveReasons)[number];

/** What people and the wave itself can do with it; `awaiting` a second person's word. */
export const waveMoves = {
  confirm: { from: ['awaiting'], to: 'running' },
  reject: { from: ['awaiting'], to: 'cancelled' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['awaiting', 'running', 'paused'], to: 'cancelled' },
  finish: { from: ['running'], to: 'done' },
} as const satisfies Record<string, { from: readonly WaveState[]; to: WaveState }>;

export type WaveMove = keyof typeof waveMoves;

export function advanceWave(state: WaveState, move: WaveMove): WaveState | null {
  const { from, to }: { from: readonly WaveState[]; to: WaveState } = waveMoves[move];
  return from.includes(state) ? to : null;
}

/** What became of an order that a wave has reached. */
export const waveOutcomes = ['offered', 'joined', 'told', 'left_out'] as const;

export type WaveOutcome = (typeof waveOutcomes)[number];

export const leftOutReasons = [
  /** RP-3.2: no part of it is ever paid or extended. */
  'crypto',
  /** RP-3.3. */
  'reseller',
  /** RP-3.8: under a dispute, or after one that took the money. */
  'disputed',
  /** Its plan was ended, its time is over, or all its money has gone back. */
  'ended',
  /** The time that it lost was made good before. */
  'compensated',
  /** Nothing of the lost time lies within its own. */
  'nothing_lost',
  /** The version’s time for a claim after the incident is over. */
  'late',
  /** RP-3.4 to RP-3.6, RP-3.9, RP-5.3. */
  'barred',
  /** No provider could tell what was captured (R10). */
  'capture_unknown',
  /** Whoever decided the wave shares an address or a payment instrument with its account. */
  'tied',
  /** It waits for a fact, or a person must settle it: nothing is guessed for many at once. */
  'unclear',
] as const;

export type LeftOutReason = (typeof leftOutReasons)[number];

/** Those that can pass: a later wave, or one that somebody else decides, looks at such an order again. */
export const passingReasons = [
  'disputed',
  'capture_unknown',
  'tied',
  'unclear',
] as const satisfies readonly LeftOutReason[];

export type OfferProposal = Extract<Proposal, { kind: 'offer' }>;
type RefundProposal = Extract<Proposal, { kind: 'refund' }>;

export type WaveVerdict =
  | { readonly kind: 'offer'; readonly proposal: OfferProposal }
  /** RP-2.4b: all of it is due to whoever asks in time, so that no part is offered. */
  | { readonly kind: 'tell'; readonly proposal: RefundProposal }
  /** To be asked for first: what the provider captured. */
  | { readonly kind: 'read_captures' }
  | { readonly kind: 'leave_out'; readonly reason: LeftOutReason };

export interface WaveCandidate {
  readonly facts: CaseFacts;
  readonly assessment: Assessment;
  /** The plan was ended, or its time is over. */
  readonly isEnded: boolean;
  /** Whether there is a shop that could give time. */
  readonly hasShop: boolean;
}

const leaveOut = (reason: LeftOutReason): WaveVerdict => ({ kind: 'leave_out', reason });

/** What an order that has no open ticket is to be offered or told, or why not. */
export function waveVerdictOf({ facts, assessment, isEnded, hasShop }: WaveCandidate): WaveVerdict {
  const { proposal } = assessment;
  if (facts.disputes.some(({ state }) => state !== 'won' && state !== 'closed')) return leaveOut('disputed');
  if (isEnded) return leaveOut('ended');
  switch (proposal.kind) {
    case 'offer': {
      const extension = hasShop ? proposal.extension : null;
      if (proposal.refund === null && extension === null) return leaveOut('unclear');
      return { kind: 'offer', proposal: { ...proposal, extension } };
    }
    case 'refund':
      return { kind: 'tell', proposal };
    case 'wait':
      return proposal.for.every((reason) => reason === 'capture') ? { kind: 'read_captures' } : leaveOut('unclear');
    case 'charged_back':
      return leaveOut('disputed');
    case 'refuse':
      return leaveOut(reasonOf(proposal.clauses, assessment, facts));
    case 'remediated':
    case 'unclear':
      return leaveOut('unclear');
  }
}

/** The grounds that have a name of their own; of several the first counts. */
const grounds: readonly (readonly [RefundClauseId, LeftOutReason])[] = [
  ['RP-3.2', 'crypto'],
  ['RP-3.3', 'reseller'],
  ['RP-3.8', 'disputed'],
  ['RP-3.7', 'ended'],
];

function reasonOf(clauses: readonly RefundClauseId[], { findings }: Assessment, facts: CaseFacts): LeftOutReason {
  const part = findings.find(({ clause }) => clause === 'RP-4.5')?.reason;
  if (part === 'part_never_crypto') return 'crypto';
  if (part === 'part_claimed_late') return 'late';
  if (part === 'part_is_nothing') return facts.compensated.length > 0 ? 'compensated' : 'nothing_lost';
  return grounds.find(([clause]) => clauses.includes(clause))?.[1] ?? 'barred';
}

/** Whether amounts by currency stay within what was decided; a currency without an amount has none to spend. */
export const isWithin = (amounts: readonly Money[], budget: readonly Money[]): boolean =>
  amounts.every((amount) => {
    const most = budget.find(({ currency }) => currency === amount.currency);
    return amount.minor === 0n || (most !== undefined && !exceeds(amount, most));
  });

/**
 * A wave is one decision about very many orders, so that above the seller's limit, and in every currency for which there is
 * none, two people make it.
 */
export const needsSecondPerson = (amounts: readonly Money[], withoutConfirmation: LimitPerCurrency): boolean =>
  !isWithin(
    amounts,
    Object.entries(withoutConfirmation).flatMap(([currency, limit]) =>
      limit === undefined ? [] : [money(BigInt(limit), currency as Money['currency'])],
    ),
  );

/** What one step of a wave comes to; `waitMs` by the desk's clock. */
export type WaveAnswer =
  | { readonly kind: 'go_on'; readonly waitMs: number }
  /** It has gone over all orders, and looks again at those whose captures are being read. */
  | { readonly kind: 'again'; readonly waitMs: number }
  /** It has ended, or waits for a person. */
  | { readonly kind: 'stopped'; readonly state: WaveState };
