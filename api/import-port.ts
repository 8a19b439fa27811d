/** What the door needs to take files in: each record is compared with what stands before it is put. */

import type { CsvReader } from '../domain/csv.ts';
import type { Refusal } from '../domain/errors.ts';
import type { InputId } from '../domain/ids.ts';
import type { Money } from '../domain/money.ts';
import type { PastTicketOutcome } from '../domain/past-ticket.ts';
import type { TenderMethod } from '../domain/rail.ts';
import type { Transactor } from './transactor.ts';
import type { OrderView } from './views.ts';

export interface Import<Record> {
  /** A refusal names by `what` in which field it is contrary to what stands. */
  compare(trx: Transactor, given: Record): Promise<'new' | 'same' | Refusal>;
  put(trx: Transactor, given: Record, as: { readonly inputId: InputId; readonly at: Date }): Promise<Refusal | null>;
}

export interface ImportedOrder {
  readonly ref: string;
  readonly accountRef: string;
  readonly email: string;
  readonly channel: OrderView['channel'];
  readonly plan: OrderView['plan'];
  readonly firstPurchasedAt: Date;
  readonly purchasedAt: Date;
  readonly period: { readonly from: Date; readonly until: Date } | null;
  readonly meteredBytes: string | null;
  readonly renewalOf: string | null;
  readonly tenders: readonly {
    readonly method: TenderMethod;
    readonly amount: Money;
    readonly tax: Money;
    readonly captureRef: string | null;
    readonly capturedAt: Date;
  }[];
}

export interface ImportedUsage {
  readonly ref: string;
  readonly usedBytes: string;
  readonly requests: number | null;
  readonly usedAt: Date;
}

export interface ImportedTicket {
  readonly ref: string;
  readonly orderRef: string;
  readonly outcome: PastTicketOutcome;
  readonly askedAt: Date;
  readonly closedAt: Date;
  readonly refunds: readonly { readonly tender: number; readonly amount: Money }[];
}

export interface Imports {
  readonly read: CsvReader;
  readonly orders: Import<ImportedOrder>;
  readonly usage: Import<ImportedUsage>;
  readonly pastTickets: Import<ImportedTicket>;
}
