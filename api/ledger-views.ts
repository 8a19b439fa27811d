/** What the stores of the books read for the door; only presenters turn these views into answers. */

import type { CreditNote } from '../domain/credit-note.ts';
import type { CreditNoteId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';

export interface CreditNoteView extends CreditNote {
  readonly id: CreditNoteId;
  readonly reference: string;
  readonly ticketId: TicketId;
  readonly subjectId: SubjectId;
  readonly payoutId: PayoutId;
}
