/**
 * What a payout waits for and who must act next, from its state and reason alone, and which payouts finance must look at
 * first. Pure. Codes that a rail brings and this file does not name wait for the provider, or for finance where held.
 */

import { type PayoutState, paidAfterAll } from './payout.ts';

export const payoutOwners = ['finance', 'provider', 'desk', 'customer'] as const;

export type PayoutOwner = (typeof payoutOwners)[number];

interface Waiting {
  readonly owner: PayoutOwner;
  /** To finance, in a sentence. */
  readonly text: string;
}

export const payoutWaits = {
  approval: { owner: 'finance', text: 'Finance must approve or decline it.' },
  sending: { owner: 'desk', text: 'The desk sends it next.' },
  answer: { owner: 'desk', text: 'The desk’s call to the provider is under way.' },
  repair: {
    owner: 'desk',
    text: 'The provider’s answer was lost. The desk asks again at growing intervals, and sends nothing before it knows.',
  },
  operator: {
    owner: 'desk',
    text: 'The desk’s own access or records differ from the provider’s: whoever runs the desk must put that right.',
  },
  resume: { owner: 'finance', text: 'All payouts are stopped: finance must let them go again.' },
  hold: { owner: 'desk', text: 'A hold on the ticket keeps it back until the hold is released.' },
  inquiry: { owner: 'provider', text: 'The bank asks about the payment; meanwhile only all of it may go back.' },
  dispute: { owner: 'provider', text: 'The payment is disputed; until that ends nothing may go back.' },
  capture: {
    owner: 'finance',
    text: 'The provider tells another capture than the order does: finance must compare them.',
  },
  daily_cap: {
    owner: 'desk',
    text: 'As much as may leave in a day has left: it goes by itself when there is room.',
  },
  above_daily_cap: {
    owner: 'finance',
    text: 'It is more than may leave in a day at all: whoever runs the desk must raise that cap, or finance declines it.',
  },
  ending: {
    owner: 'desk',
    text: 'It must not go any more: the desk makes sure that nothing of it went, and then ends it by itself.',
  },
  rehearsal: {
    owner: 'desk',
    text: 'The desk sends nothing in a dry run: whoever runs it must end that before this one can go.',
  },
  unreachable: {
    owner: 'provider',
    text: 'The provider cannot be asked at the moment: the desk asks again, and sends nothing before it knows.',
  },
  held: { owner: 'finance', text: 'It is kept back: finance must look at the reason.' },
  processing: { owner: 'provider', text: 'The provider is processing it.' },
  top_up: {
    owner: 'finance',
    text: 'The balance at the provider is too low: finance must top it up, and nothing has been refunded until then.',
  },
  charge_pending: {
    owner: 'customer',
    text: 'The customer’s own payment has not gone through yet; the refund follows it by itself.',
  },
  customer_details: { owner: 'customer', text: 'The customer must tell the provider where the money should go.' },
  by_hand: { owner: 'finance', text: 'Somebody of finance pays it by hand, and records that they did.' },
  paid_after_all: {
    owner: 'finance',
    text: 'The provider says that it paid after all: nothing must go another way, so that finance looks and declines it.',
  },
  another_way: { owner: 'finance', text: 'The money did not arrive: finance must find another way, or decline it.' },
} as const satisfies Readonly<Record<string, Waiting>>;

export type PayoutWait = keyof typeof payoutWaits;

export const payoutWaitNames = Object.keys(payoutWaits) as PayoutWait[];

/** By which rails say that the seller's balance at the provider does not suffice (S5). */
export const lowBalanceReasons: readonly string[] = ['insufficient_funds', 'balance_insufficient'];

/** The reason of a payout about which its provider, or the tender’s, could not be asked. */
const unreachable = 'unreachable';

/** What may keep one back that a person is to pay by hand, what weighs most first. */
export const keptBackReasons = ['stopped', 'paid_elsewhere', 'disputed', 'held', 'inquiry'] as const;

export type KeptBack = (typeof keptBackReasons)[number];

const heldBack: Readonly<Record<string, PayoutWait>> = {
  stopped: 'resume',
  held: 'hold',
  inquiry: 'inquiry',
  disputed: 'dispute',
  capture_not_found: 'capture',
  currency_unsupported: 'capture',
  currency_mismatch: 'capture',
  capture_ambiguous: 'capture',
  refunds_unlisted: 'capture',
  capture_pending: 'charge_pending',
  daily_cap: 'daily_cap',
  above_daily_cap: 'above_daily_cap',
  charged_back: 'ending',
  kyc_failed: 'ending',
  paid_elsewhere: 'ending',
  dry_run: 'rehearsal',
  [unreachable]: 'unreachable',
};

/** Answers that say nothing of the money, and that asking again does not mend. */
const beyondRepair: readonly string[] = ['credentials_refused', 'idempotency_mismatch', 'capture_not_found'];

/** Whether a reason is of what keeps a payout back before a call, so that it is over once that is passed. */
export const keepsBack = (reason: string | null): boolean => reason !== null && reason in heldBack;

/** What is told of a payout that could not be asked about: what nobody but the desk's operator mends, or that it was so. */
export const unanswered = (reason: string | undefined): string =>
  reason !== undefined && beyondRepair.includes(reason) ? reason : unreachable;

const keptFor = (reason: string): PayoutWait =>
  heldBack[reason] ?? (beyondRepair.includes(reason) ? 'operator' : 'held');

/** S4: why a provider has a payout and has not carried it out. */
const pending: Readonly<Record<string, PayoutWait>> = {
  processing: 'processing',
  charge_pending: 'charge_pending',
  requires_action: 'customer_details',
  awaits_person: 'by_hand',
};

export interface WaitingPayout {
  readonly state: PayoutState;
  readonly reason: string | null;
  /** Whether somebody still has to look at it: `false` once its money goes another way or its ticket was decided anew. */
  readonly isOpen: boolean;
  /** What keeps one back that a person is to pay by hand, and who may be about to. */
  readonly keptBack?: KeptBack | null;
}

/** What a payout waits for; `null` where nothing more is expected of it. */
export function waitOf({ state, reason, isOpen, keptBack }: WaitingPayout): PayoutWait | null {
  switch (state) {
    case 'granted':
      return reason === null ? 'approval' : keptFor(reason);
    case 'approved':
      return reason === null ? 'sending' : keptFor(reason);
    case 'sending':
      return reason === null ? 'answer' : keptFor(reason);
    case 'unknown':
      if (reason !== null && beyondRepair.includes(reason)) return 'operator';
      return (reason !== null && heldBack[reason]) || 'repair';
    case 'sent':
      if (keptBack) return keptFor(keptBack);
      if (reason !== null && lowBalanceReasons.includes(reason)) return 'top_up';
      return (reason !== null && pending[reason]) || 'processing';
    case 'failed':
      if (!isOpen) return null;
      if (reason === paidAfterAll) return 'paid_after_all';
      return reason !== null && lowBalanceReasons.includes(reason) ? 'top_up' : 'another_way';
    case 'returned':
      if (!isOpen) return null;
      return reason === paidAfterAll ? 'paid_after_all' : 'another_way';
    case 'settled':
    case 'cancelled':
    case 'rehearsed':
      return null;
  }
}

/** Who must act next. */
export const payoutOwner = (payout: WaitingPayout): PayoutOwner | null => {
  const wait = waitOf(payout);
  return wait && payoutWaits[wait].owner;
};

/** Why finance must look at a payout; kept by a trigger with its row, so that exceptions are found by an index. */
export const payoutAttentions = [
  'unknown',
  'failed',
  'returned',
  'held',
  'requires_action',
  'insufficient_funds',
] as const;

export type PayoutAttention = (typeof payoutAttentions)[number];

/** What a change of state or reason makes of it. That somebody has seen to it since is told by other rows. */
export function attentionOf(state: PayoutState, reason: string | null): PayoutAttention | null {
  if ((state === 'sent' || state === 'failed') && reason !== null && lowBalanceReasons.includes(reason))
    return 'insufficient_funds';
  if (state === 'unknown' || state === 'failed' || state === 'returned') return state;
  if (state === 'sent') return reason === 'requires_action' ? 'requires_action' : null;
  return reason !== null && (state === 'granted' || state === 'approved' || state === 'sending') ? 'held' : null;
}
