/**
 * What the bank's rail remembers in Postgres: what came in under a reference and what went back of it, the instruction of
 * each payout, and the bank's word on it. Accounts and names leave here for the bank's file alone.
 */

import { z } from 'zod';
import type {
  BankCapture,
  BankCaptureProblem,
  BankInstruction,
  BankStore,
  KeptInstruction,
  NewBankInstruction,
} from '../domain/bank.ts';
import { type BankBooking, tallyOf } from '../domain/bank-bookings.ts';
import { ibanOf } from '../domain/iban.ts';
import type { PayoutId } from '../domain/ids.ts';
import { costOf } from '../domain/ledger-costs.ts';
import { add, exceeds, type Money, money, sum } from '../domain/money.ts';
import type { PayoutCost } from '../domain/rail.ts';
import { bookingsOf, readWord, toldByBank, toldByBankSchema } from './bank-bookings.ts';
import { readStatements } from './bank-statement-list.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { explainedByHand } from './manual-payment-list.ts';
import { payeeAddressColumns, payeeAddressOf } from './payee-address.ts';
import { currency, id, minor, readRow, readRows } from './row.ts';

const creditSchema = z.object({
  id: z.uuid(),
  amount_minor: minor,
  currency,
  by_bank: z.boolean(),
  account_id: z.uuid().nullable(),
  iban: z.string().nullable(),
  bic: z.string().nullable(),
  name: z.string().nullable(),
});

type Credit = z.output<typeof creditSchema>;

const instructionSchema = z.object({
  payout_id: id<PayoutId>(),
  capture_ref: z.string(),
  amount_minor: minor,
  currency,
});

const keptSchema = instructionSchema.extend({ withdrawn: z.boolean() });

const withdrawn = 'exists (select from bank_withdrawals where bank_withdrawals.payout_id = told.payout_id)';

const movedSchema = z.object({
  amount_minor: minor,
  currency,
  booked_on: z.iso.date(),
  bank_ref: z.string().nullable(),
  end_to_end_id: z.string().nullable(),
  remittance: z.string().nullable(),
});

type Moved = z.output<typeof movedSchema>;

const movedColumns = 'amount_minor, currency, booked_on::text, bank_ref, end_to_end_id, remittance';

export const createBankStore = (db: Database): BankStore => ({
  readCapture: (captureRef) => readCapture(db, captureRef),
  keepInstruction: (given, write) => db.transaction((trx) => keepInstruction(trx, given, write)),
  readStatements: (part, window, page) => readStatements(db, part, window, page),
  readWord: async (payoutId) => {
    const instruction = await readInstruction(db, payoutId);
    if (instruction === null) return null;
    const word = await readWord(db, payoutId);
    return instruction.withdrawn && !word.booked && !word.returned ? null : word;
  },
  withdraw: async (payoutId, at) => {
    await db.raw(
      `insert into bank_withdrawals (payout_id, at) select payout_id, ? from bank_instructions where payout_id = ?
       on conflict (payout_id) do nothing`,
      [at, payoutId],
    );
  },
  readCosts: (payoutId) => readCosts(db, payoutId),
});

/**
 * Credits under a reference. The bank's own reference is unique and outweighs the payer's, which anyone may choose: of
 * several accounts that paid under the same one, none is told to be the customer's.
 */
async function readCredits(db: Queryable, captureRef: string): Promise<readonly Credit[] | BankCaptureProblem> {
  const credits = readRows(
    'bank entry',
    creditSchema,
    await db('bank_entries as entry')
      .leftJoin('bank_accounts as account', 'account.id', 'entry.account_id')
      .where({ direction: 'credit', is_return: false, payout_id: null })
      .where((named) => void named.where({ bank_ref: captureRef }).orWhere({ end_to_end_id: captureRef }))
      .orderBy('entry.id')
      .select(
        'entry.id',
        'entry.amount_minor',
        'entry.currency',
        'account_id',
        'iban',
        'bic',
        'name',
        db.raw('coalesce(bank_ref = ?, false) as by_bank', [captureRef]),
      ),
  );
  const named = credits.filter(({ by_bank }) => by_bank);
  const found = named.length > 0 ? named : credits;
  const [first] = found;
  // Without an account there is nowhere to send it to.
  if (!first || first.account_id === null) return 'capture_not_found';
  const isOne = found.every((one) => one.account_id === first.account_id && one.currency === first.currency);
  return isOne ? found : 'capture_ambiguous';
}

async function readCapture(db: Queryable, captureRef: string): Promise<BankCapture | BankCaptureProblem> {
  const credits = await readCredits(db, captureRef);
  if (typeof credits === 'string') return credits;
  const [credit] = credits;
  if (!credit?.iban || credit.account_id === null) return 'capture_not_found';
  const amounts = credits.map((one) => money(one.amount_minor, one.currency));
  const instructed = await readInstructed(db, captureRef);
  return {
    captured: sum(amounts, credit.currency),
    creditor: { name: credit.name ?? '', iban: credit.iban, bic: credit.bic },
    accountRef: credit.account_id,
    elsewhere: sum(
      [await readElsewhere(db, captureRef, credit), ...instructed.map(({ beyond }) => beyond)],
      credit.currency,
    ),
    instructed: instructed.map(({ payoutId, amount }) => ({ payoutId, amount })),
  };
}

/**
 * Debits that were booked under the reference and that no payout of ours made: paid back outside the desk, or called back.
 * What a payment by hand explains counts as its payout; what came back is not gone.
 */
async function readElsewhere(db: Queryable, captureRef: string, credit: Credit): Promise<Money> {
  const found = readRows(
    'bank entry',
    movedSchema,
    await db('bank_entries as entry')
      .where({ direction: 'debit', payout_id: null, currency: credit.currency })
      .where(
        (named) =>
          void named.where({ end_to_end_id: captureRef }).orWhereRaw('strpos(remittance, ?) > 0', [captureRef]),
      )
      .whereRaw(`not (${explainedByHand})`)
      .orderBy('entry.id')
      .select(db.raw(movedColumns)),
  );
  const debits = found.filter((debit) => names(debit, captureRef));
  const back = await readBack(db, captureRef, debits);
  const gone = debits.filter((debit) => {
    const at = back.findIndex(
      (one) =>
        one.amount_minor === debit.amount_minor &&
        one.currency === debit.currency &&
        one.booked_on >= debit.booked_on &&
        (names(one, captureRef) || isOneOf(one, debit)),
    );
    // Each return brings back one.
    return at < 0 || back.splice(at, 1).length === 0;
  });
  return sum(
    gone.map((debit) => money(debit.amount_minor, debit.currency)),
    credit.currency,
  );
}

/** What undoes one of the debits, under the reference or under what the bank repeats; not what brought a payment by hand back. */
async function readBack(db: Queryable, captureRef: string, debits: readonly Moved[]): Promise<Moved[]> {
  if (debits.length === 0) return [];
  const ids = (of: (debit: Moved) => string | null) => debits.flatMap((debit) => of(debit) ?? []);
  return readRows(
    'bank entry',
    movedSchema,
    await db('bank_entries as entry')
      .where({ direction: 'credit', is_return: true, payout_id: null })
      .where(
        (named) =>
          void named
            .whereIn('end_to_end_id', [captureRef, ...ids((debit) => debit.end_to_end_id)])
            .orWhereIn(
              'bank_ref',
              ids((debit) => debit.bank_ref),
            )
            .orWhereRaw('strpos(remittance, ?) > 0', [captureRef]),
      )
      .whereRaw('not exists (select from manual_payments where return_entry_id = entry.id)')
      .orderBy('entry.id')
      .select(db.raw(movedColumns)),
  );
}

const names = ({ end_to_end_id, remittance }: Moved, captureRef: string): boolean =>
  end_to_end_id === captureRef || namesWhole(remittance ?? '', captureRef);

const isOneOf = (back: Moved, debit: Moved): boolean =>
  (back.end_to_end_id !== null && back.end_to_end_id === debit.end_to_end_id) ||
  (back.bank_ref !== null && back.bank_ref === debit.bank_ref);

/** Whether the reference stands there by itself, and not as the beginning of a longer one. */
function namesWhole(text: string, reference: string): boolean {
  const isSign = (sign: string | undefined): boolean => sign !== undefined && /[A-Za-z0-9]/.test(sign);
  for (let at = text.indexOf(reference); at >= 0; at = text.indexOf(reference, at + 1))
    if (!isSign(text[at - 1]) && !isSign(text[at + reference.length])) return true;
  return false;
}

const stoodSchema = toldByBankSchema.extend({ payout_id: id<PayoutId>(), withdrawn: z.boolean() });

/**
 * What the bank was told to pay of it, and has not refused or given back; what was taken back before it was told is none.
 * What it booked twice and gave back once is there still (B7), and what it booked outweighs its refusal.
 */
async function readInstructed(
  db: Queryable,
  captureRef: string,
): Promise<readonly { payoutId: PayoutId; amount: Money; beyond: Money }[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select told.payout_id, ${withdrawn} as withdrawn, ${toldByBank} from bank_instructions as told where told.capture_ref = ?`,
    [captureRef],
  );
  return readRows('bank instruction', stoodSchema, rows).flatMap((row) => {
    const bookings = bookingsOf(row);
    const { paid, astray, returned } = tallyOf(bookings);
    const gone = [...paid, ...astray];
    if (gone.length === 0 && (returned || row.withdrawn || row.rejected.length > 0)) return [];
    return [{ payoutId: row.payout_id, amount: bookings.instructed, beyond: beyondOf(bookings.instructed, gone) }];
  });
}

/** What the bank booked beyond what it was told; what it booked in another currency counts as what was meant. */
function beyondOf(instructed: Money, gone: readonly BankBooking[]): Money {
  const booked = gone.reduce(
    (minors, { amount }) => minors + (amount.currency === instructed.currency ? amount : instructed).minor,
    0n,
  );
  return money(booked > instructed.minor ? booked - instructed.minor : 0n, instructed.currency);
}

async function readInstruction(db: Queryable, payoutId: PayoutId): Promise<z.output<typeof keptSchema> | null> {
  const row: unknown = await db('bank_instructions as told')
    .where({ payout_id: payoutId })
    .first('payout_id', 'capture_ref', 'amount_minor', 'currency', db.raw(`${withdrawn} as withdrawn`));
  return row === undefined ? null : readRow('bank instruction', keptSchema, row);
}

/**
 * The capture's credits are locked, so that two payouts of it are never weighed against the same rest (R2), and the second
 * of two that are the same finds the first one written.
 */
async function keepInstruction(
  trx: Transaction,
  given: NewBankInstruction,
  write: (instruction: BankInstruction) => Promise<void>,
): Promise<KeptInstruction> {
  const { payoutId, captureRef, amount } = given;
  await trx('bank_entries')
    .where({ direction: 'credit' })
    .where((named) => void named.where({ bank_ref: captureRef }).orWhere({ end_to_end_id: captureRef }))
    .orderBy('id')
    .forUpdate()
    .select('id');
  const former = await readInstruction(trx, payoutId);
  if (former?.withdrawn) return { kind: 'refused', reason: 'instruction_withdrawn' };
  if (former) return isSame(former, given) ? { kind: 'kept' } : { kind: 'differs' };
  const payee = await readPayee(trx, payoutId);
  const capture = await readCapture(trx, captureRef);
  const refusal = typeof capture === 'string' ? capture : refusalBy(capture, amount);
  // What another way brought has no balance at the bank: the order's own guards it.
  if (refusal && !(payee && typeof capture === 'string')) return { kind: 'refused', reason: refusal };
  const creditor = payee?.creditor ?? (typeof capture === 'string' ? null : capture.creditor);
  if (creditor === null) return { kind: 'refused', reason: 'capture_not_found' };
  await trx('bank_instructions').insert({
    payout_id: payoutId,
    capture_ref: captureRef,
    account_id: payee || typeof capture === 'string' ? null : capture.accountRef,
    payee_id: payee?.id ?? null,
    amount_minor: amount.minor.toString(),
    currency: amount.currency,
    execution_on: given.executionDate,
    created_at: given.createdAt,
  });
  const { remittance, createdAt, executionDate } = given;
  await write({ payoutId, amount, creditor, remittance, createdAt, executionDate });
  return { kind: 'kept' };
}

/** Why no more of what came in may go back. */
function refusalBy(capture: BankCapture, amount: Money): 'currency_mismatch' | 'amount_over_capture' | null {
  if (capture.captured.currency !== amount.currency) return 'currency_mismatch';
  const gone = capture.instructed.map((told) => told.amount).reduce(add, capture.elsewhere);
  return exceeds(add(gone, amount), capture.captured) ? 'amount_over_capture' : null;
}

const payeeSchema = z.object({
  id: z.uuid(),
  holder: z.string(),
  account: z.string(),
  country: z.string(),
  ...payeeAddressColumns,
});

/** RP-4.4: whom a payout goes to that takes another way; `null` for one that goes back where it came from. */
async function readPayee(
  trx: Transaction,
  payoutId: PayoutId,
): Promise<{ readonly id: string; readonly creditor: BankInstruction['creditor'] } | null> {
  const row: unknown = await trx('payees')
    .join('payouts', 'payouts.payee_id', 'payees.id')
    .where('payouts.id', payoutId)
    .first('payees.*');
  if (row === undefined) return null;
  const { id: payeeId, holder, account, country, ...columns } = readRow('payee', payeeSchema, row);
  const address = payeeAddressOf(columns);
  return {
    id: payeeId,
    creditor: { name: holder, iban: ibanOf(account), bic: null, ...(address && { address: { ...address, country } }) },
  };
}

const isSame = (former: z.output<typeof instructionSchema>, given: NewBankInstruction): boolean =>
  former.capture_ref === given.captureRef &&
  former.amount_minor === given.amount.minor &&
  former.currency === given.amount.currency;

const costSchema = z.object({ key: z.string(), fee_minor: minor.nullable(), currency });

/** What the bank took for the payment and, where it came back, for that; each is of a booking of its own (B7). */
async function readCosts(db: Queryable, payoutId: PayoutId): Promise<readonly PayoutCost[] | null> {
  const rows: unknown[] = await db('bank_entries')
    .where({ payout_id: payoutId })
    .orderBy('key')
    .select('key', 'fee_minor', db.raw('coalesce(fee_currency, currency) as currency'));
  if (rows.length === 0) return null;
  return readRows('bank fee', costSchema, rows).flatMap((row) =>
    row.fee_minor === null ? [] : costOf(row.key, { fee: money(row.fee_minor, row.currency) }),
  );
}
