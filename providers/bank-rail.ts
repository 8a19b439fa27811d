/**
 * The rail to a bank by files. A payout is one message: its instruction is kept and its file written aside in one
 * transaction, then handed over by a move. So what was handed over can be told for certain, and nothing goes twice. What
 * becomes of it is read from the bank's files alone.
 */

import {
  type BankAccount,
  type BankDrop,
  type BankInstruction,
  type BankListPage,
  type BankStore,
  bankIdsOf,
  bankListParts,
  reportOfBank,
} from '../domain/bank.ts';
import type { Clock } from '../domain/clock.ts';
import { dayMs } from '../domain/clocks.ts';
import type { PayoutId } from '../domain/ids.ts';
import { sum } from '../domain/money.ts';
import {
  type CaptureProblem,
  type CaptureState,
  type OutcomeUnknown,
  type PayoutRequest,
  type Rail,
  type RailFacts,
  type RailRecord,
  type RailReport,
  RailUnavailable,
} from '../domain/rail.ts';
import { executionDateOf } from '../domain/target-days.ts';
import { writePain001 } from './pain-001.ts';

export interface BankRailOptions {
  readonly store: BankStore;
  readonly drop: BankDrop;
  /** The account that we pay from. */
  readonly debtor: BankAccount;
  /** `HH:MM` in the bank's zone. */
  readonly cutOff: string;
  readonly clock: Clock;
  /** How many bookings are read at one go. */
  readonly pageRows?: number;
}

export const bankFacts: RailFacts = {
  // Handed over past the cut-off before Easter, it is booked on the fifth day and told on the sixth.
  list: { word: 'statement', withinMs: 7 * dayMs, isOurs: true },
  reports: ['sent', 'settled', 'failed'],
  // SEPA: a transfer is at the receiver's bank by the end of the next business day.
  postingDays: { min: 0, max: 1 },
  currencies: ['EUR'],
  exponents: {},
  disputes: [],
  takesPayee: 'iban',
};

export const createBankRail = (options: BankRailOptions): Rail => ({
  name: 'bank',
  facts: bankFacts,
  send: (request) => send(options, request),
  lookUp: (request) => asked(() => lookUp(options, request)),
  readCapture: (captureRef, ownPayoutIds) => asked(() => readCapture(options.store, captureRef, ownPayoutIds)),
  list: (window) => listed(options, window),
  readCosts: ({ payoutId }) => asked(() => options.store.readCosts(payoutId as PayoutId)),
  withdraw: ({ payoutId }) => asked(() => withdraw(options, payoutId)),
});

const pageRowsUsual = 200;

/** What the bank's statements say; what they do not tell yet is not on the list. */
async function* listed(
  { store, pageRows: rows = pageRowsUsual }: BankRailOptions,
  window: { readonly from: Date; readonly until: Date },
): AsyncGenerator<readonly RailRecord[]> {
  for (const part of bankListParts) {
    let after: string | null = null;
    do {
      const from: string | null = after;
      const page: BankListPage = await asked(() => store.readStatements(part, window, { after: from, rows }));
      yield page.records;
      after = page.after;
    } while (after !== null);
  }
}

export const fileNameOf = (payoutId: string): string => `${bankIdsOf(payoutId).messageId}.xml`;

async function send(options: BankRailOptions, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  const { payoutId, amount } = request;
  if (amount.minor <= 0n) return { status: 'failed', reason: 'amount_not_positive' };
  if (amount.currency !== 'EUR') return { status: 'failed', reason: 'currency_unsupported' };
  try {
    const kept = await keep(options, request);
    if (kept.kind === 'refused') {
      // It was there when the money was granted: a bank whose files we have lost is not one that has nothing.
      const isGone = kept.reason === 'capture_not_found' || kept.reason === 'capture_ambiguous';
      return isGone ? { status: 'unknown', reason: kept.reason } : { status: 'failed', reason: kept.reason };
    }
    if (kept.kind === 'differs') return { status: 'unknown', reason: 'idempotency_mismatch' };
    await options.drop.handOver(fileNameOf(payoutId));
    const word = await options.store.readWord(payoutId as PayoutId);
    return word ? reportOfBank(payoutId, word) : { status: 'unknown', reason: 'instruction_missing' };
  } catch {
    // Whichever step it was: looking up tells whether the file was handed over.
    return { status: 'unknown', reason: 'handover_unclear' };
  }
}

function keep({ store, drop, debtor, cutOff, clock }: BankRailOptions, request: PayoutRequest) {
  const { payoutId, captureRef, amount } = request;
  const now = clock.now();
  const instruction = {
    payoutId: payoutId as PayoutId,
    captureRef,
    amount,
    remittance: `Refund ${captureRef}`,
    createdAt: now,
    executionDate: executionDateOf(now, cutOff),
  };
  const write = (given: BankInstruction): Promise<void> =>
    drop.write(fileNameOf(payoutId), writePain001(given, debtor));
  return store.keepInstruction(instruction, write);
}

/** What still lies aside was surely not handed over; what does not lie there any more was. */
async function lookUp({ store, drop }: BankRailOptions, { payoutId }: PayoutRequest): Promise<RailReport | null> {
  const word = await store.readWord(payoutId as PayoutId);
  if (!word || (await drop.isAside(fileNameOf(payoutId)))) return null;
  return reportOfBank(payoutId, word);
}

/** The move alone tells whether the bank can have it. */
async function withdraw({ store, drop, clock }: BankRailOptions, payoutId: string): Promise<void> {
  if (await drop.takeBack(fileNameOf(payoutId))) await store.withdraw(payoutId as PayoutId, clock.now());
}

async function readCapture(
  store: BankStore,
  captureRef: string,
  ownPayoutIds: readonly string[],
): Promise<CaptureState | CaptureProblem> {
  const capture = await store.readCapture(captureRef);
  if (typeof capture === 'string') return { problem: capture };
  const { captured, elsewhere, instructed, accountRef } = capture;
  // SEPA knows the euro alone.
  if (captured.currency !== 'EUR') return { problem: 'currency_unsupported' };
  const others = instructed.filter(({ payoutId }) => !ownPayoutIds.includes(payoutId)).map(({ amount }) => amount);
  return {
    captured,
    refundedElsewhere: sum([elsewhere, ...others], captured.currency),
    disputeBars: false,
    instrument: accountRef,
  };
}

async function asked<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (fault) {
    // The fault itself may name a path or an account.
    const code = typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : 'no code';
    throw new RailUnavailable(`the bank’s files could not be looked at (${code})`);
  }
}
