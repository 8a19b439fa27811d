/**
 * Payments by hand that came back. A person of finance says so, or the bank's statement, where it has the debit as well.
 * The book knows it first; the payout hears of it as of any provider's word of a refund that was returned.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import { manualReturnReasons, refuseReturn } from '../domain/manual-payment.ts';
import { money } from '../domain/money.ts';
import type { RailReport } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Transaction } from './database.ts';
import { keepInput } from './inputs.ts';
import { namesInWords, namesOnStatement } from './manual-payment-list.ts';
import { reportOn } from './payout-reports.ts';
import { amountOf, ownPayout } from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { currency, id, minor, readRow, readRows } from './row.ts';
import { takeStep } from './ticket-step.ts';

const toldSchema = z
  .object({
    amount: z.object({ minor, currency }),
    reference: z.string(),
    returnedOn: z.iso.date(),
    reason: z.enum(manualReturnReasons),
    ground: z.string(),
  })
  .transform(({ amount, ...told }) => ({ ...told, amount: money(amount.minor, amount.currency) }));

const bookSchema = z.object({
  id: z.uuid(),
  state: z.string(),
  recorded_by: id<SubjectId>().nullable(),
  paid_on: z.iso.date().nullable(),
});

/**
 * Someone who neither decided it nor said that it was paid says that it came back, since its money may then go once more.
 * A book that the statement has told already waits for its payout to hear of it.
 */
export function recordManualReturn(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(db, { ...message, actor: message.by, at }, async (trx, ticket, input) => {
    const told = readRow('return by hand input', toldSchema, input?.body);
    const payout = await ownPayout(trx, ticket, input?.payout_id);
    if (payout?.state !== 'settled' || payout.rail !== 'manual')
      return refuse('payout-phase', payout ? { state: payout.state, rail: payout.rail } : {});
    const book = await readBook(trx, payout.id);
    if (book.state !== 'paid' || book.paid_on === null) return refuse('payout-phase', { state: book.state });
    if (payout.decided_by === message.by.id) return refuse('recorder-apart', { because: 'decided' });
    if (book.recorded_by === message.by.id) return refuse('recorder-apart', { because: 'paid' });
    const refusal = refuseReturn({ amount: amountOf(payout), paidOn: book.paid_on }, told);
    if (refusal) return refusal;
    await trx('manual_payments').where({ id: book.id }).update({
      state: 'returned',
      returned_at: at,
      returned_by: message.by.id,
      returned_on: told.returnedOn,
      return_reference: told.reference,
      return_reason: told.reason,
      return_ground: told.ground,
    });
    const report: RailReport = { status: 'failed', providerRef: payout.provider_ref ?? '', reason: told.reason };
    return reportOn(trx, ticket, { payoutId: payout.id, report }, at);
  });
}

/** Locked, since a bank's file may tell the same at this moment. */
async function readBook(trx: Transaction, payoutId: PayoutId): Promise<z.output<typeof bookSchema>> {
  const row: unknown = await trx('manual_payments')
    .where({ payout_id: payoutId })
    .forUpdate()
    .first('id', 'state', 'recorded_by', trx.raw('paid_on::text as paid_on'));
  return readRow('payment by hand', bookSchema, row);
}

const backSchema = z.object({
  id: z.uuid(),
  key: z.string(),
  bookedOn: z.iso.date(),
  reason: z.string().nullable(),
  takenBy: z.uuid().nullable(),
});

const paidSchema = z.object({
  id: z.uuid(),
  payout_id: id<PayoutId>(),
  ticket_id: id<TicketId>(),
  provider_ref: z.string().nullable(),
  alike: z.string(),
  is_back: z.boolean(),
  debits: z.array(z.uuid()),
  credits: z.array(backSchema),
});

type Paid = z.output<typeof paidSchema>;
type Back = z.output<typeof backSchema>;

const alike = 'paid.reference, paid.amount_minor, paid.currency';

const sameAmount = (one: string, other: string): string =>
  `${one}.amount_minor = ${other}.amount_minor and ${one}.currency = ${other}.currency`;

/** What its bank says is a return: whoever pays us may write any reference, and what they pay may be for an order to come. */
const isBack = `credit.direction = 'credit' and credit.is_return and credit.payout_id is null`;

const repeats = namesInWords('credit.remittance', 'paid.reference');

/** Payments that something in the file may be the debit or the return of; each arm is found by an index of its own. */
const namedInFile = `
  with coming as materialized (select * from bank_entries where file_id = :file::uuid and payout_id is null)
  select ${alike} from coming as entry join manual_payments as paid on ${namesOnStatement()}
  ${['credit.end_to_end_id = paid.reference', 'credit.bank_ref = paid.reference', repeats]
    .map(
      (names) => `union select ${alike} from coming as credit join manual_payments as paid
        on ${sameAmount('paid', 'credit')} and ${names} where ${isBack}`,
    )
    .join(' ')}
  ${['end_to_end_id', 'bank_ref']
    .map(
      (column) => `union select ${alike} from coming as credit
        join bank_entries as entry on entry.${column} = credit.${column} and ${sameAmount('entry', 'credit')}
        join manual_payments as paid on ${namesOnStatement()} where ${isBack}`,
    )
    .join(' ')}`;

const namedByPayout = `select ${alike} from manual_payments as paid where paid.payout_id = :payout::uuid`;

/** Returns of the amount that name a payment whose debit is on a statement too. */
const creditsOfPaid = [
  'credit.end_to_end_id in (paid.reference, entry.end_to_end_id)',
  'credit.bank_ref in (paid.reference, entry.bank_ref)',
  repeats,
]
  .map(
    (names) => `select credit.id, credit.key, credit.booked_on, credit.reason, other.id as taken_by
      from bank_entries as entry join bank_entries as credit on ${isBack} and ${sameAmount('credit', 'entry')}
        and credit.booked_on >= entry.booked_on and ${names}
        left join manual_payments as other on other.return_entry_id = credit.id
      where ${namesOnStatement()}`,
  )
  .join(' union ');

/** Of what is alike, what a person said had come back is the first that a statement bears out. */
const alikeQuery = (named: string): string => `
  select paid.id, paid.payout_id, payouts.ticket_id, payouts.provider_ref, paid.return_entry_id is not null as is_back,
    jsonb_build_array(${alike})::text as alike,
    array(select entry.id from bank_entries as entry where ${namesOnStatement()}) as debits,
    coalesce((select jsonb_agg(jsonb_build_object('id', id, 'key', key, 'bookedOn', booked_on, 'reason', reason,
      'takenBy', taken_by) order by booked_on, id) from (${creditsOfPaid}) as credit), '[]') as credits
  from (${named}) as named join manual_payments as paid on paid.reference = named.reference
    and ${sameAmount('paid', 'named')} and paid.state in ('paid', 'returned')
  join payouts on payouts.id = paid.payout_id
  order by paid.state = 'returned' desc, paid.id`;

/** What a bank's file tells, or what was told before somebody recorded that they had paid. */
type Occasion = { readonly file: string } | { readonly payout: PayoutId };

/** Until the transaction ends nobody else reads or writes what the files together say. */
export async function lockBankBooks(trx: Transaction): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('bank files', 0))`);
}

/** What a person had said before is borne out by it. */
export async function takeReturns(trx: Transaction, occasion: Occasion, at: Date): Promise<void> {
  const query = alikeQuery('file' in occasion ? namedInFile : namedByPayout);
  const { rows } = await trx.raw<{ rows: unknown[] }>(query, { ...occasion });
  const read = readRows('payment by hand', paidSchema, rows);
  const groups = [...new Set(read.map((paid) => paid.alike))];
  const returns = groups.flatMap((group) => returnsAmong(read.filter((paid) => paid.alike === group)));
  for (const { paid, back } of returns) {
    const reason = back.reason ?? 'sent_back';
    const { rows: changed } = await trx.raw<{ rows: { was: string }[] }>(
      `update manual_payments set state = 'returned', return_entry_id = :entry, returned_at = coalesce(returned_at, :at),
         returned_on = coalesce(returned_on, :on::date), return_reason = coalesce(return_reason, :reason)
       where id = :id and return_entry_id is null and state in ('paid', 'returned') returning old.state as was`,
      { id: paid.id, entry: back.id, on: back.bookedOn, reason, at },
    );
    if (changed[0]?.was === 'paid') await keepWord(trx, paid, back.key, reason, at);
  }
}

/**
 * Each payment comes back once, and each credit brings back one. What was transferred twice under one reference and came
 * back once has been paid, so that as many stay paid as there are debits left.
 */
function returnsAmong(payments: readonly Paid[]): { readonly paid: Paid; readonly back: Back }[] {
  const ids = new Set(payments.map((paid) => paid.id));
  const debits = new Set(payments.flatMap((paid) => paid.debits)).size;
  const credits = payments
    .flatMap((paid) => paid.credits)
    .filter(({ takenBy }) => takenBy === null || ids.has(takenBy));
  const left = Math.max(0, debits - new Set(credits.map((credit) => credit.id)).size);
  const before = payments.filter((paid) => paid.is_back).length;
  const room = Math.max(0, Math.min(payments.length, debits) - left - before);
  const used = new Set<string>();
  return payments.flatMap((paid) => {
    const back = paid.is_back ? undefined : paid.credits.find((one) => one.takenBy === null && !used.has(one.id));
    if (!back || used.size >= room) return [];
    used.add(back.id);
    return [{ paid, back }];
  });
}

async function keepWord(
  trx: Transaction,
  { payout_id: payoutId, ticket_id: ticketId, provider_ref }: Paid,
  entryKey: string,
  reason: string,
  at: Date,
): Promise<void> {
  const report: RailReport = { status: 'failed', providerRef: provider_ref ?? '', reason };
  const key = `by-hand/${entryKey}`;
  await keepInput(trx, {
    source: 'bank',
    scope: 'bank',
    key,
    operation: 'reportPayout',
    requestHash: createHash('sha256').update(key).digest(),
    subjectId: null,
    ticketId,
    payoutId,
    body: { type: 'camt.053', report },
    at,
    delivery: 'due',
  });
}
