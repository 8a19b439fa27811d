/**
 * The book of payments that a person of finance makes by hand: the manual rail's provider. It asks once per payout, and
 * what became of it stands for ever, but that what was paid may still come back. A port; implemented over the desk's own
 * database.
 */

import { type Refusal, refuse } from './errors.ts';
import type { Money } from './money.ts';
import type { PayoutRequest } from './rail.ts';

export const manualPaymentStates = ['open', 'paid', 'not_paid', 'cancelled', 'returned'] as const;

/** Why money came back that was paid by hand; `sent_back`: nobody was told. */
export const manualReturnReasons = [
  'account_closed',
  'account_unknown',
  'holder_mismatch',
  'receiver_refused',
  'sent_back',
] as const;

/** What is said to have come back must be what was paid, and not before that. */
export function refuseReturn(
  paid: { readonly amount: Money; readonly paidOn: string },
  back: { readonly amount: Money; readonly returnedOn: string },
): Refusal | null {
  const { minor, currency } = paid.amount;
  if (back.amount.currency !== currency) return refuse('return-differs', { what: 'currency', currency });
  if (back.amount.minor !== minor)
    return refuse('return-differs', { what: 'amount', minor: minor.toString(), currency });
  if (back.returnedOn < paid.paidOn) return refuse('return-differs', { what: 'day', paidOn: paid.paidOn });
  return null;
}

export interface ManualPayment {
  readonly id: string;
  readonly amount: Money;
  /** open: asked, and nobody has said what became of it. */
  readonly state: (typeof manualPaymentStates)[number];
  /** By which the money can be found; there where it was paid. */
  readonly reference: string | null;
  /** There where it came back. */
  readonly returnReason: string | null;
}

/** A payment as the book lists it. */
export interface ListedManualPayment extends ManualPayment {
  readonly payoutId: string;
  readonly openedAt: Date;
  /** A bank's statement has its amount under its reference, and where it came back that too: more than a person's word. */
  readonly isOnStatement: boolean;
}

export interface ManualPayments {
  /** Asks finance to pay; once per payout, and a repeat answers as it then stands. */
  open(request: PayoutRequest): Promise<ManualPayment>;
  find(payoutId: string): Promise<ManualPayment | null>;
  /** Calls off what nobody has paid; answers as it then stands. */
  cancel(payoutId: string): Promise<ManualPayment | null>;
  /** Those that were opened in a stretch of time, by their ids. */
  list(
    window: { readonly from: Date; readonly until: Date },
    page: { readonly after: string | null; readonly rows: number },
  ): Promise<readonly ListedManualPayment[]>;
  /** What two people say came in where no provider can be asked (RP-2.2); `null` while they have not both said so. */
  readCapture(captureRef: string): Promise<Money | null>;
}
