/**
 * A small bank with a memory of its own that takes and leaves ISO 20022 files in a directory, so that payouts by bank are
 * tried end to end. For tests and the embedded stack only; its door binds to loopback and it moves no money.
 */

import { type Books, openBooks } from './bank-sandbox-books.ts';
import { createControls } from './bank-sandbox-controls.ts';
import { type BankFault, createBankDesk } from './bank-sandbox-desk.ts';
import { createSwitches } from './sandbox-faults.ts';
import { booksPage, newest } from './sandbox-page.ts';
import { createSandboxServer, type SandboxServer } from './sandbox-server.ts';

export interface BankSandboxOptions {
  readonly stateFile: string;
  /** The drop that it shares with the desk. */
  readonly directory: string;
  /** The seller's account. */
  readonly iban: string;
  /** Whether it books by itself what it has accepted. */
  readonly settles?: boolean;
  /** How often it looks into the drop; 0: only when told to. */
  readonly sweepMs?: number;
  readonly log?: (line: string) => void;
}

export function createBankSandbox(options: BankSandboxOptions): SandboxServer {
  const log = options.log ?? (() => undefined);
  const books = openBooks(options.stateFile);
  const switches = createSwitches<BankFault>();
  const { directory, iban, settles = true, sweepMs = 0 } = options;
  const desk = createBankDesk({ directory, iban, books, switches, settles });
  const server = createSandboxServer({
    doors: {
      api: async (_request, response) => void response.writeHead(404).end(),
      control: createControls({ books, switches, desk }),
      page: () => bankPage(books),
    },
    log,
  });
  const timer = sweepMs > 0 ? setInterval(() => sweepSafely(desk.sweep, log), sweepMs) : undefined;
  return {
    listen: (port) => server.listen(port),
    async close() {
      clearInterval(timer);
      await server.close();
      books.close();
    },
  };
}

function sweepSafely(sweep: () => number, log: (line: string) => void): void {
  try {
    sweep();
  } catch (error) {
    log(`sandbox fault: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

const bankPage = (books: Books): string =>
  booksPage('Bank’s sandbox', 'What the bank holds, by its own books; amounts in cents of a euro.', [
    {
      title: 'Payments',
      heads: ['End-to-end id', 'Amount', 'To', 'For', 'On', 'State', 'Why'],
      rows: newest(books.all('payment')).map((payment) => [
        payment.id,
        payment.minor,
        payment.iban,
        payment.remittance,
        payment.executionDate,
        payment.state,
        payment.reason ?? '–',
      ]),
    },
    {
      title: 'Booked',
      heads: ['Reference', 'Statement', 'Side', 'Amount', 'Fee', 'End-to-end id', 'Came back'],
      rows: newest(books.all('booking')).map((row) => [
        row.id,
        row.statement,
        row.direction,
        row.minor,
        row.feeMinor,
        row.endToEndId ?? '–',
        row.returned ?? '–',
      ]),
    },
    {
      title: 'Messages',
      heads: ['Message id', 'Handed in again'],
      rows: newest(books.all('message')).map((row) => [row.id, row.duplicates]),
    },
  ]);
