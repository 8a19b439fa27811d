/**
 * The book of payments that a person of finance makes by hand: the manual rail's provider. It asks once per payout, and
 * what became of it stands for ever. A port; implemented over the desk's own database.
 */

import type { Money } from './money.ts';
import type { PayoutRequest } from './rail.ts';

export const manualPaymentStates = ['open', 'paid', 'not_paid', 'cancelled'] as const;

export interface ManualPayment {
  readonly id: string;
  readonly amount: Money;
  /** open: asked, and nobody has said what became of it. */
  readonly state: (typeof manualPaymentStates)[number];
  /** By which the money can be found; there where it was paid. */
  readonly reference: string | null;
}

/** A payment as the book lists it. */
export interface ListedManualPayment extends ManualPayment {
  readonly payoutId: string;
  readonly openedAt: Date;
  /** A bank's statement has its amount under its reference: it is more than a person's word. */
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
