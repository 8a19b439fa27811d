/** The stores of the books, as the door needs them. */

import type { Refusal } from '../domain/errors.ts';
import type { CreditNoteId, TicketId } from '../domain/ids.ts';
import type { CreditNoteView } from './ledger-views.ts';
import type { Viewer } from './principal.ts';
import type { Page, PageOf } from './views.ts';

export interface CreditNotes {
  list(
    viewer: Viewer,
    filter: { readonly ticketId?: TicketId; readonly orderRef?: string },
    page: Page,
  ): Promise<PageOf<CreditNoteView> | Refusal>;
  read(viewer: Viewer, noteId: CreditNoteId): Promise<CreditNoteView | null>;
}
