/** What a rail brings to the conformance suite: itself, a provider that can be broken, and what it cannot suffer. */

import type { Money } from '../../domain/money.ts';
import type { Rail } from '../../domain/rail.ts';

/** Ways in which one call to the provider goes wrong, by what the provider has done when it does. */
export const faultsAfterWork = [
  'answer-lost',
  'never-answers',
  'error-after-work',
  'error-kept-under-key',
  'truncated',
  'cut-off',
  'html',
] as const;
export const faultsBeforeWork = [
  'connection-reset',
  'server-error',
  'bad-gateway',
  'unavailable',
  'rate-limited',
] as const;

export const faultsOfAsking = ['connection-reset', 'server-error', 'truncated', 'html'] as const;

export type RailFault = (typeof faultsAfterWork)[number] | (typeof faultsBeforeWork)[number];

/** What cannot happen to a rail, since there is nothing of the kind at its provider. */
export interface RailLimits {
  readonly faultsAfterWork?: readonly RailFault[];
  readonly faultsBeforeWork?: readonly RailFault[];
  readonly faultsOfAsking?: readonly RailFault[];
  /** Nobody who says when to ask again. */
  readonly rates?: true;
  /** Nobody who takes money back from the seller. */
  readonly disputes?: true;
  /** Nothing that it lists. */
  readonly list?: true;
  /** No books of what was captured, by which it could refuse more than is left: the order's balance alone guards it. */
  readonly balance?: true;
  /** Nobody who tells what a payout cost. */
  readonly costs?: true;
  /** Nothing goes back by it but what the desk asks for. */
  readonly elsewhere?: true;
}

/** A refund that holds money, as the provider's own books have it. */
export interface HeldRefund {
  readonly providerRef: string;
  readonly payoutId: string | null;
  readonly minor: bigint;
}

/** A payment that it costs something to pay back, and what it must then have cost. */
export interface CostlyPayment {
  readonly captureRef: string;
  readonly amount: Money;
  /** Has the provider do what it does after it was told to pay. */
  finish(providerRef: string): Promise<void>;
  readonly fee: Money;
  readonly exchangeLoss: Money | null;
}

export interface RailBench {
  readonly rail: Rail;
  /** The same rail in a new process, which gives up waiting after a moment. */
  readonly impatientRail: Rail;
  /** Pays the amount to the provider as a customer would; captured in part where told so. */
  pay(amount: Money, capturedMinor?: bigint): Promise<string>;
  /** Pays back without the desk, e.g. in the provider's dashboard. */
  refundElsewhere(captureRef: string, amount: Money): Promise<void>;
  dispute(captureRef: string, bars: boolean): Promise<void>;
  /** Left out where nobody tells what a payout cost. */
  costly?(): Promise<CostlyPayment>;
  held(captureRef: string): Promise<readonly HeldRefund[]>;
  /** Breaks the next sending call, or the next asking call. */
  breakNext(call: 'send' | 'ask', fault: RailFault): Promise<void>;
  mend(): Promise<void>;
  /** Has the provider do what it does later by itself, where it is on no list before. */
  complete?(): Promise<void>;
  /** How many payouts it tells on one page. */
  readonly pageRows?: number;
  /** Lets so much time pass that the provider has forgotten its keys (R5). */
  forgetKeys(): Promise<void>;
  close(): Promise<void>;
}
