/** What the stores of the books read for the door; only presenters turn these views into answers. */

import type { CreditNote } from '../domain/credit-note.ts';
import type { CreditNoteId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import type { LedgerKind } from '../domain/ledger.ts';
import type { Money } from '../domain/money.ts';
import type { PayoutState } from '../domain/payout.ts';
import type { RailName, TenderMethod } from '../domain/rail.ts';
import type { PayoutCostView } from './payout-views.ts';

export interface CreditNoteView extends CreditNote {
  readonly id: CreditNoteId;
  readonly reference: string;
  readonly ticketId: TicketId;
  readonly subjectId: SubjectId;
  readonly payoutId: PayoutId;
}

export type Standing = 'pending' | 'posted';

export interface LedgerEntryView {
  readonly id: string;
  readonly at: Date;
  readonly kind: LedgerKind;
  readonly orderRef: string;
  readonly subjectId: SubjectId;
  readonly ticketId: TicketId | null;
  readonly ticketReference: string | null;
  readonly payoutId: PayoutId | null;
  readonly disputeRef: string | null;
  readonly lines: readonly {
    readonly account: string;
    readonly standing: Standing;
    readonly side: 'debit' | 'credit';
    readonly amount: Money;
  }[];
}

export interface LedgerFilter {
  readonly orderRef?: string;
  readonly payoutId?: PayoutId;
  readonly account?: string;
  readonly kind?: LedgerKind;
  readonly from?: Date;
  readonly until?: Date;
}

export interface AccountBalanceView {
  readonly account: string;
  readonly standing: Standing;
  readonly balance: Money;
}

export interface PayoutExportFilter {
  readonly from: Date;
  readonly until: Date;
  readonly state?: PayoutState;
}

export interface ExportedPayoutView {
  readonly id: string;
  readonly createdAt: Date;
  readonly ticketReference: string;
  readonly orderRef: string;
  readonly payoutNo: number;
  readonly method: TenderMethod;
  readonly rail: RailName;
  readonly state: PayoutState;
  readonly reason: string | null;
  readonly amount: Money;
  readonly tax: Money;
  readonly providerRef: string | null;
  readonly bankRef: string | null;
  readonly sendingAt: Date | null;
  readonly settledAt: Date | null;
  readonly endedAt: Date | null;
  readonly creditNoteNumber: number | null;
  readonly costs: readonly PayoutCostView[];
  /** By the bank's statement, as `YYYY-MM-DD`. */
  readonly bookedOn: string | null;
  readonly valueOn: string | null;
  readonly reversalNumber: number | null;
}
