/**
 * A small shop with a memory of its own that speaks the protocol of docs/operations/shop.md, so that remedies and store
 * balance are tried end to end. For tests and the embedded stack only; binds to loopback and sells nothing.
 */

import { createSwitches, fits, type RequestFault } from './sandbox-faults.ts';
import { booksPage, newest } from './sandbox-page.ts';
import { createSandboxServer, type SandboxServer } from './sandbox-server.ts';
import { createApi } from './shop-sandbox-api.ts';
import { type Books, openBooks } from './shop-sandbox-books.ts';
import { createControls } from './shop-sandbox-controls.ts';
import { creditedOf } from './shop-sandbox-rules.ts';

export interface ShopSandboxOptions {
  readonly stateFile: string;
  readonly signingSecret: string;
  readonly log?: (line: string) => void;
}

export function createShopSandbox(options: ShopSandboxOptions): SandboxServer {
  const closing = new AbortController();
  const books = openBooks(options.stateFile);
  const switches = createSwitches<RequestFault>();
  const api = createApi({
    books,
    secret: options.signingSecret,
    faultFor: (method, path) => switches.take((fault): fault is RequestFault => fits(fault, method, path)),
    closing: closing.signal,
  });
  const server = createSandboxServer({
    doors: { api, control: createControls({ books, switches }), page: () => shopPage(books) },
    log: options.log ?? (() => undefined),
  });
  return {
    listen: (port) => server.listen(port),
    async close() {
      closing.abort();
      await server.close();
      books.close();
    },
  };
}

const shopPage = (books: Books): string =>
  booksPage('Shop’s sandbox', 'What the shop holds, by its own books; amounts in minor units.', [
    {
      title: 'Plans',
      heads: ['Order', 'Ends', 'Traffic left, bytes', 'Ended', 'Replaced'],
      rows: newest(books.all('plan')).map((plan) => [
        plan.id,
        plan.endsAt ?? '–',
        plan.bytes ?? '–',
        plan.upgraded ? 'upgraded' : plan.ended ? 'ended' : '–',
        plan.replacements,
      ]),
    },
    {
      title: 'Actions',
      heads: ['Desk’s remedy', 'What', 'Outcome', 'Reference'],
      rows: newest(books.all('action')).map(({ id, kind, outcome }) => [
        id,
        kind,
        outcome.status === 'refused' ? `refused: ${outcome.code}` : outcome.status,
        outcome.status === 'applied' ? outcome.shopRef : '–',
      ]),
    },
    {
      title: 'Paid from store balance',
      heads: ['Payment', 'Account', 'Amount', 'Credited', 'Dispute'],
      rows: newest(books.all('payment')).map((row) => [
        row.id,
        row.accountRef,
        `${row.minor} ${row.currency}`,
        creditedOf(books, row.id),
        row.disputed ? 'disputed' : '–',
      ]),
    },
  ]);
