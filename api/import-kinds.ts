/** The kinds of files that are taken: their columns, and by which schema of the contract each record is read. */

import { z } from 'zod';
import { type ImportKind, pastTicketSchema } from '../contract/imports.ts';
import { operations } from '../contract/operations.ts';
import { refSchema } from '../contract/wire.ts';
import type { Names } from '../domain/bearing.ts';
import type { Refusal } from '../domain/errors.ts';
import type { InputId } from '../domain/ids.ts';
import { fromWire } from '../domain/money.ts';
import { type CsvColumns, type CsvParsed, type CsvRecord, parseRecord } from './csv-record.ts';
import type { Import, Imports } from './import-port.ts';
import { orderOf } from './put-order.ts';
import type { Transactor } from './transactor.ts';

/** One record, ready to be compared and put. */
export interface Importing {
  /** What is kept of it as an input. */
  readonly body: object;
  /** What its outcome hangs on, by name: of two records of a file that share none, neither bears on the other. */
  readonly ties: Names;
  compare(trx: Transactor): Promise<'new' | 'same' | Refusal>;
  put(trx: Transactor, as: { readonly inputId: InputId; readonly at: Date }): Promise<Refusal | null>;
}

export interface Importer {
  readonly operation: 'putOrder' | 'reportUsage' | 'importCsv';
  readonly columns: CsvColumns;
  /** Whose rows are one record; `null` where each is one. */
  readonly name: string | null;
  /** Before what a refusal names: where in the record it is. */
  readonly root: string;
  parse(record: CsvRecord): CsvParsed<Importing>;
}

const orderColumns: CsvColumns = {
  orderRef: { path: 'orderRef', required: true },
  accountRef: { path: 'order/accountRef', required: true },
  email: { path: 'order/email', required: true },
  channel: { path: 'order/channel', required: true },
  planKey: { path: 'order/plan/key', required: true },
  planKind: { path: 'order/plan/kind', required: true },
  planName: { path: 'order/plan/name', required: true },
  firstPurchasedAt: { path: 'order/firstPurchasedAt', required: true },
  purchasedAt: { path: 'order/purchasedAt', required: true },
  places: { path: 'order/plan/places', isList: true },
  egress: { path: 'order/egress', isList: true },
  periodFrom: { path: 'order/period/from' },
  periodUntil: { path: 'order/period/until' },
  meteredBytes: { path: 'order/metered/bytes' },
  renewalOf: { path: 'order/renewalOf' },
  tenderMethod: { path: 'order/tenders/*/method', required: true },
  tenderMinor: { path: 'order/tenders/*/amount/minor', required: true },
  tenderCurrency: { path: 'order/tenders/*/amount/currency', required: true },
  taxMinor: { path: 'order/tenders/*/tax/minor', required: true },
  taxCurrency: { path: 'order/tenders/*/tax/currency', required: true },
  captureRef: { path: 'order/tenders/*/captureRef' },
  capturedAt: { path: 'order/tenders/*/capturedAt', required: true },
};

const usageColumns: CsvColumns = {
  orderRef: { path: 'orderRef', required: true },
  usedBytes: { path: 'usage/usedBytes', required: true },
  requests: { path: 'usage/requests', isNumber: true },
  at: { path: 'usage/at', required: true },
};

const pastTicketColumns: CsvColumns = {
  ticketRef: { path: 'ticket/ticketRef', required: true },
  orderRef: { path: 'ticket/orderRef', required: true },
  outcome: { path: 'ticket/outcome', required: true },
  askedAt: { path: 'ticket/askedAt', required: true },
  closedAt: { path: 'ticket/closedAt', required: true },
  refundTender: { path: 'ticket/refunds/*/tender', isNumber: true },
  refundMinor: { path: 'ticket/refunds/*/amount/minor' },
  refundCurrency: { path: 'ticket/refunds/*/amount/currency' },
};

const orderSchema = z.object({ orderRef: refSchema, order: operations.putOrder.body });
const usageSchema = z.object({ orderRef: refSchema, usage: operations.reportUsage.body });
const ticketSchema = z.object({ ticket: pastTicketSchema });

function importing<Given>(
  store: Import<Given>,
  given: Given,
  { body, ties }: Pick<Importing, 'body' | 'ties'>,
): CsvParsed<Importing> {
  return {
    value: {
      body,
      ties,
      compare: (trx) => store.compare(trx, given),
      put: (trx, as) => store.put(trx, given, as),
    },
  };
}

export const importersOver = (imports: Imports): Readonly<Record<ImportKind, Importer>> => ({
  orders: {
    operation: 'putOrder',
    columns: orderColumns,
    name: 'orderRef',
    root: 'order',
    parse(record) {
      const empty = () => ({ order: { period: null, metered: null, tenders: [] } });
      const parsed = parseRecord(record, { columns: orderColumns, empty, schema: orderSchema });
      if ('problems' in parsed) return parsed;
      const { orderRef, order } = parsed.value;
      const captures = order.tenders.flatMap(({ method, captureRef }) =>
        captureRef === undefined ? [] : [`capture ${method} ${captureRef}`],
      );
      const renewed = order.renewalOf === undefined ? [] : [`order ${order.renewalOf}`];
      return importing(imports.orders, orderOf(orderRef, order), {
        body: { orderRef, ...order },
        ties: [`order ${orderRef}`, ...renewed, ...captures],
      });
    },
  },
  usage: {
    operation: 'reportUsage',
    columns: usageColumns,
    name: null,
    root: 'usage',
    parse(record) {
      const parsed = parseRecord(record, { columns: usageColumns, empty: () => ({ usage: {} }), schema: usageSchema });
      if ('problems' in parsed) return parsed;
      const { orderRef, usage } = parsed.value;
      const { usedBytes, requests = null, at } = usage;
      const usedAt = new Date(at);
      return importing(
        imports.usage,
        { ref: orderRef, usedBytes, requests, usedAt },
        { body: parsed.value, ties: [`usage ${orderRef} ${usedAt.toISOString()}`] },
      );
    },
  },
  'past-tickets': {
    operation: 'importCsv',
    columns: pastTicketColumns,
    name: 'ticketRef',
    root: 'ticket',
    parse(record) {
      const empty = () => ({ ticket: { refunds: [] } });
      const parsed = parseRecord(record, { columns: pastTicketColumns, empty, schema: ticketSchema });
      if ('problems' in parsed) return parsed;
      const { ticketRef, askedAt, closedAt, refunds, ...ticket } = parsed.value.ticket;
      const past = {
        ...ticket,
        ref: ticketRef,
        askedAt: new Date(askedAt),
        closedAt: new Date(closedAt),
        refunds: refunds.map(({ tender, amount }) => ({ tender, amount: fromWire(amount) })),
      };
      return importing(imports.pastTickets, past, {
        body: parsed.value.ticket,
        ties: [`ticket ${ticketRef}`, `order ${past.orderRef}`],
      });
    },
  },
});
