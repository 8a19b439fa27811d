/**
 * The bank's rail over a real database and a real drop, with the bank's sandbox at its other end. What can go wrong with
 * files is broken where it does: while one is written aside, at the move that hands it over, and in Postgres around both.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createBankStore } from '../../db/bank.ts';
import type { Database } from '../../db/database.ts';
import { createBankSandbox } from '../../dev/bank-sandbox.ts';
import { type BankDrop, type BankStore, payoutOfBankId } from '../../domain/bank.ts';
import type { Rail } from '../../domain/rail.ts';
import { type BankDirectory, createBankDirectory } from '../../providers/bank-drop.ts';
import { createBankRail } from '../../providers/bank-rail.ts';
import { sweepBankDrop } from '../../runtime/bank-sweep.ts';
import { ourIban, theirIban } from './bank-messages.ts';
import type { RailBench, RailFault, RailLimits } from './rail-bench.ts';

const booksSchema = z.object({
  payments: z.array(
    z.object({
      id: z.string(),
      messageId: z.string(),
      minor: z.string(),
      iban: z.string(),
      name: z.string(),
      remittance: z.string(),
      executionDate: z.string(),
      state: z.enum(['accepted', 'booked', 'returned', 'rejected']),
      reason: z.string().nullable(),
    }),
  ),
  bookings: z.array(z.object({ id: z.string(), direction: z.string(), endToEndId: z.string().nullable() })),
  messages: z.array(z.object({ id: z.string(), duplicates: z.number() })),
});

export type BankBooks = z.output<typeof booksSchema>;

export interface BankAccess {
  control(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  /** As they stand once the bank has looked into its drop. */
  books(): Promise<BankBooks>;
}

export function accessToBank(url: string): BankAccess {
  const control: BankAccess['control'] = async (method, path, body) => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    control,
    books: async () => {
      await control('POST', 'sweep');
      return booksSchema.parse((await control('GET', 'books')).body);
    },
  };
}

export interface RunningBank extends BankAccess {
  readonly directory: string;
  readonly drop: BankDirectory;
  close(): Promise<void>;
}

/** A bank that does what it is told and nothing by itself. */
export async function startBank(): Promise<RunningBank> {
  const directory = mkdtempSync(join(tmpdir(), 'refund-desk-bank-'));
  const stateFile = join(directory, 'bank.jsonl');
  const sandbox = createBankSandbox({ stateFile, directory, iban: ourIban, settles: false });
  const port = await sandbox.listen(0);
  return {
    ...accessToBank(`http://127.0.0.1:${port}`),
    directory,
    drop: createBankDirectory(directory),
    async close() {
      await sandbox.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const clock = { now: () => new Date('2026-11-30T08:15:30Z') };

export const debtor = { name: 'Proxy Seller GmbH', iban: ourIban, bic: null };

const nothing = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Takes what the bank has left. */
export const takeIn = (db: Database, { drop }: Pick<RunningBank, 'drop'>): Promise<number> =>
  sweepBankDrop({ db, clock, log: nothing, folder: drop.in, account: ourIban });

/** Money that the customer paid by transfer, and that our statement has told of; resolves to its reference. */
export async function paidByTransfer(
  db: Database,
  bank: RunningBank,
  minor: bigint,
  iban = theirIban,
): Promise<string> {
  const captureRef = `DEMO-${randomBytes(8).toString('hex')}`;
  await bank.control('PUT', `credits/${captureRef}`, { minor: String(minor), name: 'Acme SARL', iban });
  await takeIn(db, bank);
  return captureRef;
}

const pageRows = 5;

export const createRail = (store: BankStore, drop: BankDrop): Rail =>
  createBankRail({ store, drop, debtor, cutOff: '15:00', clock, pageRows });

/** Files have no answers that could be late, cut or in another form; nor has a bank that reads them rates or disputes. */
export const bankLimits: RailLimits = {
  faultsAfterWork: ['never-answers', 'error-kept-under-key', 'truncated', 'cut-off', 'html'],
  faultsBeforeWork: ['bad-gateway', 'rate-limited'],
  faultsOfAsking: ['connection-reset', 'truncated', 'html'],
  rates: true,
  disputes: true,
};

/** One fault, armed for the next call that it fits. */
function createBreaker() {
  let armed: { readonly call: 'send' | 'ask'; readonly fault: RailFault } | null = null;
  return {
    arm: (call: 'send' | 'ask', fault: RailFault): void => {
      armed = { call, fault };
    },
    clear: (): void => {
      armed = null;
    },
    /** Fails where this fault was armed, once. */
    at(call: 'send' | 'ask', fault: RailFault): void {
      if (armed?.call !== call || armed.fault !== fault) return;
      armed = null;
      throw new Error(`broken on purpose: ${fault}`);
    },
  };
}

type Breaker = ReturnType<typeof createBreaker>;

const breakable = (store: BankStore, breaker: Breaker): BankStore => ({
  async readCapture(captureRef) {
    breaker.at('ask', 'server-error');
    return store.readCapture(captureRef);
  },
  async keepInstruction(given, write) {
    breaker.at('send', 'server-error');
    return store.keepInstruction(given, write);
  },
  async readStatements(...given) {
    breaker.at('ask', 'server-error');
    return store.readStatements(...given);
  },
  async readCosts(payoutId) {
    breaker.at('ask', 'server-error');
    return store.readCosts(payoutId);
  },
  async readWord(payoutId) {
    breaker.at('ask', 'server-error');
    breaker.at('send', 'error-after-work');
    return store.readWord(payoutId);
  },
  withdraw: (payoutId, at) => store.withdraw(payoutId, at),
});

const breakableDrop = (drop: BankDrop, breaker: Breaker): BankDrop => ({
  async write(name, bytes) {
    breaker.at('send', 'unavailable');
    await drop.write(name, bytes);
  },
  isAside: (name) => drop.isAside(name),
  takeBack: (name) => drop.takeBack(name),
  async handOver(name) {
    breaker.at('send', 'connection-reset');
    await drop.handOver(name);
    breaker.at('send', 'answer-lost');
  },
});

export async function openBankBench(db: Database): Promise<RailBench> {
  const bank = await startBank();
  const breaker = createBreaker();
  const store = createBankStore(db);
  return {
    rail: createRail(breakable(store, breaker), breakableDrop(bank.drop, breaker)),
    impatientRail: createRail(createBankStore(db), createBankDirectory(bank.directory)),
    pay: (amount, capturedMinor = amount.minor) => paidByTransfer(db, bank, capturedMinor),
    async refundElsewhere(captureRef, amount) {
      await bank.control('POST', 'debits', { minor: String(amount.minor), remittance: `by hand for ${captureRef}` });
      await takeIn(db, bank);
    },
    dispute: () => Promise.reject(new Error('a bank transfer has no disputes')),
    async costly() {
      return {
        captureRef: await paidByTransfer(db, bank, 2_000n),
        amount: { minor: 500n, currency: 'EUR' },
        async finish(providerRef) {
          await bank.books();
          await bank.control('POST', `payments/${providerRef}/book`, { feeMinor: '35' });
          await takeIn(db, bank);
        },
        fee: { minor: 35n, currency: 'EUR' },
        exchangeLoss: null,
      };
    },
    async held(captureRef) {
      const { payments } = await bank.books();
      const holding = payments.filter(({ state }) => state === 'accepted' || state === 'booked');
      return holding
        .filter(({ remittance }) => remittance.endsWith(captureRef))
        .map(({ id, minor }) => ({ providerRef: id, payoutId: payoutOfBankId(id), minor: BigInt(minor) }));
    },
    async breakNext(call, fault) {
      breaker.arm(call, fault);
    },
    async mend() {
      breaker.clear();
    },
    pageRows,
    async complete() {
      for (const { id, state } of (await bank.books()).payments)
        if (state === 'accepted') await bank.control('POST', `payments/${id}/book`);
      await takeIn(db, bank);
    },
    async forgetKeys() {
      await bank.control('DELETE', 'messages');
    },
    close: () => bank.close(),
  };
}
