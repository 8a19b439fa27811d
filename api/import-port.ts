/** What the door needs to take files in: each record is compared with what stands before it is put. */

import type { CsvReader } from '../domain/csv.ts';
import type { Refusal } from '../domain/errors.ts';
import type { InputId } from '../domain/ids.ts';
import type { ImportedOrder } from '../domain/imported-order.ts';
import type { Money } from '../domain/money.ts';
import type { PastTicketOutcome } from '../domain/past-ticket.ts';
import type { Transactor } from './transactor.ts';

export interface Import<Record> {
  /** A refusal names by `what` in which field it is contrary to what stands. */
  compare(trx: Transactor, given: Record): Promise<'new' | 'same' | Refusal>;
  put(trx: Transactor, given: Record, as: { readonly inputId: InputId; readonly at: Date }): Promise<Refusal | null>;
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
