/** What a bookkeeper takes away: the ledger, the payouts and the credit notes of a time, as CSV or on paper. */

import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { LetterPrinter } from '../domain/letter.ts';
import { exportPageRows, exportPdfRowsMax } from '../domain/limits.ts';
import { add, formatMoney, type Money, zero } from '../domain/money.ts';
import { type Exported, exportedCreditNotes, exportedLedger, exportedPayouts } from './export-rows.ts';
import { ledgerFilterOf } from './ledger-filter.ts';
import type { Stores } from './ports.ts';
import { type Route, route, type Seen } from './route.ts';
import type { Page, PageOf } from './views.ts';

/** Of what is taken away as a whole, the look alone is recorded. */
const seenAll: readonly Seen[] = [{ subjectId: null, ticketId: null }];

const csvType = 'text/csv; charset=utf-8; header=present';

interface Asked {
  readonly from: string;
  readonly until: string;
  readonly format: 'csv' | 'pdf';
}

export function exportRoutes(
  { ledger, creditNotes }: Pick<Stores, 'ledger' | 'creditNotes'>,
  letters: LetterPrinter,
): Route[] {
  return [
    route(operations.exportLedger, {
      kind: 'read',
      handle: ({ query, at }) =>
        exportOf(letters, exportedLedger, (page) => ledger.list(ledgerFilterOf(query), page), query, at),
    }),
    route(operations.exportCreditNotes, {
      kind: 'read',
      handle: ({ viewer, query, at }) =>
        exportOf(letters, exportedCreditNotes, (page) => creditNotes.list(viewer, spanOf(query), page), query, at),
    }),
    route(operations.exportPayouts, {
      kind: 'read',
      handle: ({ query, at }) => {
        const filter = { ...spanOf(query), ...(query.state === undefined ? {} : { state: query.state }) };
        return exportOf(letters, exportedPayouts, (page) => ledger.listPayouts(filter, page), query, at);
      },
    }),
  ];
}

const spanOf = ({ from, until }: Asked) => ({ from: new Date(from), until: new Date(until) });

async function exportOf<View>(
  letters: LetterPrinter,
  exported: Exported<View>,
  list: List<View>,
  { from, until, format }: Asked,
  at: Date,
) {
  const views = await begun(list);
  if (isRefusal(views)) return views;
  const [first, last] = [from.slice(0, 10), until.slice(0, 10)];
  const name = `${exported.name}-${first}-${last}`;
  if (format === 'pdf') {
    const bytes = await pdfOf(letters, exported, views, `${exported.title} ${first} to ${last}`, at);
    if (isRefusal(bytes)) return bytes;
    return { body: null, file: { bytes, contentType: 'application/pdf', fileName: `${name}.pdf` }, seen: seenAll };
  }
  const pieces = letters.writeCsv({ columns: exported.columns, rows: rowsOf(views, exported.rows) });
  return { body: null, file: { pieces, contentType: csvType, fileName: `${name}.csv` }, seen: seenAll };
}

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

async function pdfOf<View>(
  letters: LetterPrinter,
  exported: Exported<View>,
  views: AsyncIterable<View>,
  title: string,
  at: Date,
): Promise<Buffer | Refusal> {
  const rows: (readonly [string, string])[] = [];
  const sums = new Map<string, Money>();
  for await (const view of views)
    for (const line of exported.lines(view)) {
      if (rows.length === exportPdfRowsMax) return refuse('export-too-large', { rowsMax: exportPdfRowsMax });
      rows.push([line.text, formatMoney(line.amount)]);
      for (const [name, amount] of line.sums) {
        const key = `${name} ${amount.currency}`;
        sums.set(key, add(sums.get(key) ?? zero(amount.currency), amount));
      }
    }
  const printed = await letters.printTable({
    title,
    author: 'Refund Desk',
    at,
    rows,
    sums: [...sums]
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([key, amount]) => [key, formatMoney(amount)]),
  });
  return Buffer.from(printed);
}
