/**
 * The port of the seller's shop: how a plan is extended, ended or replaced, and how store balance goes back. The shop
 * does what it is told under the key it is given; it never decides, and no amount ever leaves it as cash.
 */

import type { Money } from './money.ts';
import type { CaptureProblem, OutcomeUnknown } from './rail.ts';

/** What the desk can ask of the shop; stored with the remedy before the first call, the same at every retry. */
export type ShopAction =
  | {
      readonly kind: 'extend_plan';
      readonly orderRef: string;
      /** Whole minutes added to the plan's current end, whatever it has become since the desk looked (M11). */
      readonly minutes: number;
      /** Digits: traffic added to what is left. */
      readonly bytes: string;
      /** The desk's instant of the grant: a plan that has run out by then is extended from here, not from the past. */
      readonly grantedAt: string;
    }
  | { readonly kind: 'end_plan'; readonly orderRef: string }
  | { readonly kind: 'replace_plan'; readonly orderRef: string }
  | {
      readonly kind: 'credit_balance';
      /** The shop's id of what was paid from store balance; it knows whose balance that was. */
      readonly captureRef: string;
      readonly amount: Money;
    };

export type ShopActionKind = ShopAction['kind'];

export interface ShopRequest {
  /** `remedy/{orderId}/{remedyNo}`, or a payout's key: the idempotency key, the same at every retry. */
  readonly key: string;
  /** The desk's id of the remedy or payout, kept by the shop for good, so that the action is found without the key (R5). */
  readonly remedyId: string;
  readonly action: ShopAction;
}

/** What the shop did with an action: its last word either way. */
export type ShopReport =
  | {
      readonly status: 'applied';
      readonly shopRef: string;
      /** Where the action left the plan's end, if it has one. */
      readonly planEndsAt?: string;
    }
  | { readonly status: 'refused'; readonly reason: string };

/** What was paid from store balance, and what of it went back, by the shop's own books. */
export interface BalancePayment {
  readonly captured: Money;
  /** `remedyId` is null for what the shop's own people gave back. */
  readonly credits: readonly { readonly remedyId: string | null; readonly amount: Money }[];
  /** Whether the top-up that the balance came from is disputed, which bars a credit (D1). */
  readonly disputed: boolean;
}

/** What was put back to store balance, whoever gave it, as the shop lists it. */
export interface ListedCredit {
  readonly shopRef: string;
  /** `null` for what the shop's own people gave back. */
  readonly remedyId: string | null;
  readonly captureRef: string;
  /** `null` in a currency that the desk does not reckon in. */
  readonly amount: Money | null;
  readonly at: Date;
}

export interface CreditPage {
  readonly credits: readonly ListedCredit[];
  /** What the next page is asked for by; `null` after the last. */
  readonly next: string | null;
}

export interface Shop {
  /** Does it once per key. Never throws for what the shop says; an unclear end is `unknown`. */
  apply(request: ShopRequest): Promise<ShopReport | OutcomeUnknown>;
  /** Looks the action up by the remedy's id; `null` means the shop surely has none. Throws `ShopUnavailable` if it cannot tell. */
  lookUp(request: ShopRequest): Promise<ShopReport | null>;
  /** Throws `ShopUnavailable` if it cannot tell. */
  readBalancePayment(captureRef: string): Promise<BalancePayment | CaptureProblem>;
  /** A page of all that was put back in a stretch of time. Throws `ShopUnavailable` if it cannot tell. */
  listCredits(window: { readonly from: Date; readonly until: Date }, next: string | null): Promise<CreditPage>;
}

/** The shop could not be asked; nothing was learnt and nothing was done. */
export class ShopUnavailable extends Error {
  readonly retryAfterMs: number | undefined;
  /** As of an unclear outcome. */
  readonly reason: string | undefined;
  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | undefined; reason?: string } = {}) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
    this.name = 'ShopUnavailable';
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Why an action must not even be sent, or `null`; a shop that read nothing as all would do harm (R9). */
export function flawOf(action: ShopAction): string | null {
  switch (action.kind) {
    case 'extend_plan':
      return extensionFlaw(action.minutes, action.bytes);
    case 'credit_balance':
      return action.amount.minor > 0n ? null : 'amount_not_positive';
    case 'end_plan':
    case 'replace_plan':
      return null;
  }
}

function extensionFlaw(minutes: number, bytes: string): string | null {
  if (!Number.isSafeInteger(minutes) || minutes < 0 || !/^(0|[1-9]\d{0,17})$/.test(bytes)) return 'extension_malformed';
  return minutes === 0 && bytes === '0' ? 'extension_empty' : null;
}
