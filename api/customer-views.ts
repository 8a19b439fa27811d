/** What staff see of a ticket's customer beside it: how to reach them, and what a former desk did for them. */

import type { ContactKind, MessengerService } from '../domain/contact.ts';
import type { Money } from '../domain/money.ts';
import type { PastTicketOutcome } from '../domain/past-ticket.ts';
import type { TenderMethod } from '../domain/rail.ts';

/** RP-5.1. */
export interface ContactView {
  readonly kind: ContactKind;
  /** Of a messenger alone. */
  readonly service: MessengerService | null;
  readonly address: string;
  readonly verified: boolean;
  readonly since: Date;
}

/** Closed by a former desk, and taken over by file. */
export interface PastTicketView {
  readonly ref: string;
  readonly orderRef: string;
  readonly outcome: PastTicketOutcome;
  readonly askedAt: Date;
  readonly closedAt: Date;
  readonly refunds: readonly { readonly method: TenderMethod; readonly amount: Money }[];
}
