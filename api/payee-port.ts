/** What the door hands in and reads of payees, and of what came in by crypto. */

import type { InputId, SubjectId, TicketId } from '../domain/ids.ts';
import type { Money } from '../domain/money.ts';
import type { Payee, PayeeAddress, PayeeNameCheck, PayeeVerification, ScreenedAs } from '../domain/payee.ts';
import type { ColleagueView } from './views.ts';

export interface NewPayee extends Payee {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
  readonly verifiedHow: PayeeVerification;
  readonly verifiedBy: SubjectId;
  readonly nameCheck: PayeeNameCheck;
  readonly screenedAs: ScreenedAs;
  readonly address: PayeeAddress | null;
  readonly at: Date;
}

/** What came in by crypto, as one person of finance tells it. */
export interface ToldCapture {
  readonly ticketId: TicketId;
  readonly captureRef: string;
  readonly amount: Money;
  readonly reference: string;
  readonly by: SubjectId;
  readonly at: Date;
}

/** To whom a rerouted payout goes; for finance's eyes only. */
export interface PayeeView extends Payee {
  readonly verifiedHow: PayeeVerification;
  readonly verifiedBy: ColleagueView;
  readonly nameCheck: PayeeNameCheck;
  readonly screenedAs: ScreenedAs;
  readonly address: PayeeAddress | null;
  readonly at: Date;
}
