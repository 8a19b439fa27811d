/** Handlers of the books: finance's look into them, and what a bookkeeper takes away. */

import type { z } from 'zod';
import type { ledgerEntrySchema } from '../contract/ledger.ts';
import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId } from '../domain/ids.ts';
import type { LedgerKind } from '../domain/ledger.ts';
import type { LetterPrinter } from '../domain/letter.ts';
import { exportPageRows, exportPdfRowsMax } from '../domain/limits.ts';
import { add, formatMoney, type Money, toWire, zero } from '../domain/money.ts';
import {
  creditNoteColumns,
  creditNoteRowOf,
  ledgerColumns,
  ledgerRowsOf,
  payoutColumns,
  payoutRowOf,
  payoutTitleOf,
} from './export-rows.ts';
import type { ExportedPayoutView, LedgerEntryView, LedgerFilter, PayoutExportFilter } from './ledger-views.ts';
import type { Stores } from './ports.ts';
import { type Route, route, type Seen } from './route.ts';
import type { Page, PageOf } from './views.ts';

type LedgerStores = Pick<Stores, 'ledger' | 'creditNotes'>;

export const ledgerRoutes = (stores: LedgerStores, letters: LetterPrinter): Route[] => [
  ...lookRoutes(stores),
  ...exportRoutes(stores, letters),
];

const presentEntry = (view: LedgerEntryView): z.output<typeof ledgerEntrySchema> => ({
  id: view.id,
  at: view.at.toISOString(),
  kind: view.kind,
  orderRef: view.orderRef,
  ticketId: view.ticketId,
  ticketReference: view.ticketReference,
  payoutId: view.payoutId,
  disputeRef: view.disputeRef,
  lines: view.lines.map(({ account, standing, side, amount }) => ({ account, standing, side, amount: toWire(amount) })),
});

interface AskedFilter {
  readonly orderRef?: string | undefined;
  readonly payoutId?: string | undefined;
  readonly account?: string | undefined;
  readonly kind?: LedgerKind | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

const filterOf = ({ orderRef, payoutId, account, kind, from, until }: AskedFilter): LedgerFilter => ({
  ...(orderRef === undefined ? {} : { orderRef }),
  ...(payoutId === undefined ? {} : { payoutId: payoutId as PayoutId }),
  ...(account === undefined ? {} : { account }),
  ...(kind === undefined ? {} : { kind }),
  ...(from === undefined ? {} : { from: new Date(from) }),
  ...(until === undefined ? {} : { until: new Date(until) }),
});

function lookRoutes({ ledger }: LedgerStores): Route[] {
  return [
    route(operations.getLedger, {
      kind: 'read',
      handle: async ({ query: { limit, cursor, ...asked } }) => {
        const found = await ledger.list(filterOf(asked), { limit, cursor: cursor ?? null });
        if (isRefusal(found)) return found;
        return {
          body: { items: found.items.map(presentEntry), next: found.next },
          seen: found.items.map(({ subjectId, ticketId }) => ({ subjectId, ticketId })),
        };
      },
    }),
    route(operations.getLedgerBalances, {
      kind: 'read',
      handle: async ({ query: { orderRef } }) => {
        const balances = await ledger.balances(orderRef ?? null);
        if (isRefusal(balances)) return balances;
        const items = balances.map(({ account, standing, balance }) => ({
          account,
          standing,
          balance: toWire(balance),
        }));
        return { body: { items } };
      },
    }),
  ];
}

/** Of what is taken away as a whole, the look alone is recorded. */
const seenAll: readonly Seen[] = [{ subjectId: null, ticketId: null }];

function exportRoutes({ ledger, creditNotes }: LedgerStores, letters: LetterPrinter): Route[] {
  return [
    route(operations.exportLedger, {
      kind: 'read',
      handle: async ({ query }) => {
        const views = await begun((page) => ledger.list(filterOf(query), page));
        if (isRefusal(views)) return views;
        const pieces = letters.writeCsv({ columns: ledgerColumns, rows: rowsOf(views, ledgerRowsOf) });
        const fileName = `ledger-${query.from.slice(0, 10)}-${query.until.slice(0, 10)}.csv`;
        return { body: null, file: { pieces, contentType: csvType, fileName }, seen: seenAll };
      },
    }),
    route(operations.exportCreditNotes, {
      kind: 'read',
      handle: async ({ viewer, query: { from, until } }) => {
        const filter = { from: new Date(from), until: new Date(until) };
        const views = await begun((page) => creditNotes.list(viewer, filter, page));
        if (isRefusal(views)) return views;
        const rows = rowsOf(views, (view) => [creditNoteRowOf(view)]);
        const pieces = letters.writeCsv({ columns: creditNoteColumns, rows });
        const fileName = `credit-notes-${from.slice(0, 10)}-${until.slice(0, 10)}.csv`;
        return { body: null, file: { pieces, contentType: csvType, fileName }, seen: seenAll };
      },
    }),
    route(operations.exportPayouts, {
      kind: 'read',
      handle: async ({ query: { from, until, state, format }, at }) => {
        const filter = { from: new Date(from), until: new Date(until), ...(state === undefined ? {} : { state }) };
        const views = await begun((page) => ledger.listPayouts(filter, page));
        if (isRefusal(views)) return views;
        const name = `payouts-${from.slice(0, 10)}-${until.slice(0, 10)}`;
        if (format === 'pdf') {
          const bytes = await pdfOf(letters, views, filter, at);
          if (isRefusal(bytes)) return bytes;
          return {
            body: null,
            file: { bytes, contentType: 'application/pdf', fileName: `${name}.pdf` },
            seen: seenAll,
          };
        }
        const pieces = letters.writeCsv({ columns: payoutColumns, rows: rowsOf(views, (view) => [payoutRowOf(view)]) });
        return { body: null, file: { pieces, contentType: csvType, fileName: `${name}.csv` }, seen: seenAll };
      },
    }),
  ];
}

const csvType = 'text/csv; charset=utf-8; header=present';

type List<View> = (page: Page) => Promise<PageOf<View> | Refusal>;

/** A list from its first page on, which is read at once: what is refused is refused before anything is sent. */
async function begun<View>(list: List<View>): Promise<AsyncIterable<View> | Refusal> {
  const first = await list({ limit: exportPageRows, cursor: null });
  return isRefusal(first) ? first : following(list, first);
}

async function* following<View>(list: List<View>, first: PageOf<View>): AsyncGenerator<View> {
  let page = first;
  for (;;) {
    yield* page.items;
    if (page.next === null) return;
    const next = await list({ limit: exportPageRows, cursor: page.next });
    if (isRefusal(next)) throw new Error('the desk refused its own cursor');
    page = next;
  }
}

async function* rowsOf<View>(
  views: AsyncIterable<View>,
  rows: (view: View) => readonly (readonly string[])[],
): AsyncGenerator<readonly string[]> {
  for await (const view of views) yield* rows(view);
}

async function pdfOf(
  letters: LetterPrinter,
  views: AsyncIterable<ExportedPayoutView>,
  { from, until }: PayoutExportFilter,
  at: Date,
): Promise<Buffer | Refusal> {
  const rows: (readonly [string, string])[] = [];
  const sums = new Map<string, Money>();
  for await (const view of views) {
    if (rows.length === exportPdfRowsMax) return refuse('export-too-large', { rowsMax: exportPdfRowsMax });
    rows.push([payoutTitleOf(view), formatMoney(view.amount)]);
    const key = `${view.state} ${view.amount.currency}`;
    sums.set(key, add(sums.get(key) ?? zero(view.amount.currency), view.amount));
  }
  const printed = await letters.printTable({
    title: `Payouts ${from.toISOString().slice(0, 10)} to ${until.toISOString().slice(0, 10)}`,
    author: 'Refund Desk',
    at,
    rows,
    sums: [...sums]
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([key, amount]) => [key, formatMoney(amount)]),
  });
  return Buffer.from(printed);
}
