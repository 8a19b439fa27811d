/**
 * Credit notes: what the seller gives a customer to book a refund by. Numbered without a gap per legal entity, and issued
 * when a payout settles: before that it may still be called back, refused or sent another way, and a note for what never
 * went would have to be taken back in the books of both. What comes back later gets a note of its own that reverses it.
 */

import type { Money } from './money.ts';
import type { PayoutState } from './payout.ts';
import type { TenderMethod } from './rail.ts';

export const creditNoteKinds = ['credit', 'reversal'] as const;

export type CreditNoteKind = (typeof creditNoteKinds)[number];

/** The note that a payout's move issues, if any. */
export const noteFor = (state: PayoutState): CreditNoteKind | null => {
  if (state === 'settled') return 'credit';
  return state === 'returned' ? 'reversal' : null;
};

/** As it stands on the paper, e.g. `CN-000042`: one series for both kinds. */
export const creditNoteReference = (number: number): string => `CN-${number.toString().padStart(6, '0')}`;

/** A note with all that is printed on it; nothing of it changes any more. */
export interface CreditNote {
  readonly number: number;
  readonly kind: CreditNoteKind;
  /** The legal entity that sold, as the policy version names it. */
  readonly entity: string;
  readonly contact: string;
  /** Of a reversal: the note that it reverses. */
  readonly reversedNumber: number | null;
  readonly orderRef: string;
  readonly ticketReference: string;
  readonly method: TenderMethod;
  readonly net: Money;
  readonly tax: Money;
  readonly total: Money;
  readonly issuedAt: Date;
}
