/** The stores of the books, as the door needs them. */

import type { Refusal } from '../domain/errors.ts';
import type { CreditNoteId, TicketId } from '../domain/ids.ts';
import type {
  AccountBalanceView,
  CreditNoteView,
  ExportedPayoutView,
  LedgerEntryView,
  LedgerFilter,
  PayoutExportFilter,
} from './ledger-views.ts';
import type { Viewer } from './principal.ts';
import type { Page, PageOf } from './views.ts';

export interface CreditNotes {
  list(
    viewer: Viewer,
    filter: {
      readonly ticketId?: TicketId;
      readonly orderRef?: string;
      readonly from?: Date;
      /** Not included. */
      readonly until?: Date;
    },
    page: Page,
  ): Promise<PageOf<CreditNoteView> | Refusal>;
  read(viewer: Viewer, noteId: CreditNoteId): Promise<CreditNoteView | null>;
}

export interface Ledger {
  list(filter: LedgerFilter, page: Page): Promise<PageOf<LedgerEntryView> | Refusal>;
  /** Of one order by its reference, or of all. */
  balances(orderRef: string | null): Promise<readonly AccountBalanceView[] | Refusal>;
  listPayouts(filter: PayoutExportFilter, page: Page): Promise<PageOf<ExportedPayoutView> | Refusal>;
}
