/**
 * What the bank's statements say of payouts, as a provider's list: for each that was instructed what became of it, and
 * each booking beside them that pays something back or undoes something. Reads alone.
 */

import { z } from 'zod';
import { type BankListPage, type BankListPart, bankIdsOf, payoutOfBankId } from '../domain/bank.ts';
import { type BankBooking, type BankTally, tallyOf } from '../domain/bank-bookings.ts';
import type { PayoutId } from '../domain/ids.ts';
import { type Money, money } from '../domain/money.ts';
import type { RailRecord, RailReport } from '../domain/rail.ts';
import { bookingsOf, toldByBank, toldByBankSchema } from './bank-bookings.ts';
import type { Queryable } from './database.ts';
import { explainedByHand, namesPaid } from './manual-payment-list.ts';
import { currency, id, instant, minor, readRows } from './row.ts';

export interface BankWindow {
  readonly from: Date;
  readonly until: Date;
}

export function readStatements(
  db: Queryable,
  part: BankListPart,
  window: BankWindow,
  page: { readonly after: string | null; readonly rows: number },
): Promise<BankListPage> {
  const bindings = { ...window, after: page.after ?? '00000000-0000-0000-0000-000000000000', rows: page.rows };
  return part === 'instructed' ? readInstructed(db, bindings) : readOthers(db, bindings);
}

type Bindings = BankWindow & { readonly after: string; readonly rows: number };

const instructedSchema = toldByBankSchema.extend({
  payout_id: id<PayoutId>(),
  capture_ref: z.string(),
  created_at: instant,
});

type Instructed = z.output<typeof instructedSchema>;

const inWindow = 'created_at >= :from and created_at < :until and payout_id > :after';

async function readInstructed(db: Queryable, bindings: Bindings): Promise<BankListPage> {
  const read = await instructedBy(db, inWindow, { ...bindings });
  return {
    records: read.flatMap(recordsOf),
    after: read.length < bindings.rows ? null : (read.at(-1)?.payout_id ?? null),
  };
}

/** What all files together say of payouts, whenever they were instructed. */
export async function readPayoutRecords(db: Queryable, payoutIds: readonly PayoutId[]): Promise<readonly RailRecord[]> {
  const bindings = { ids: [...payoutIds], rows: payoutIds.length };
  return (await instructedBy(db, 'payout_id = any(:ids::uuid[])', bindings)).flatMap(recordsOf);
}

/** Of those that no statement and no answer tells of there is nothing to say. */
async function instructedBy(
  db: Queryable,
  which: string,
  bindings: Readonly<Record<string, unknown>> & { readonly rows: number },
): Promise<Instructed[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select told.payout_id, told.capture_ref, told.created_at, ${toldByBank}
     from (select payout_id, capture_ref, amount_minor, currency, created_at from bank_instructions
       where ${which}
       order by payout_id limit :rows) as told
     order by payout_id`,
    bindings,
  );
  return readRows('instructed payout', instructedSchema, rows);
}

/**
 * What was booked is told in its own amount, that of the instruction before any other; each booking beyond the first that
 * has not come back is a payment of its own.
 */
function recordsOf(told: Instructed): RailRecord[] {
  const { payout_id: payoutId, capture_ref: captureRef, created_at: at } = told;
  const { endToEndId } = bankIdsOf(payoutId);
  const bookings = bookingsOf(told);
  const tally = tallyOf(bookings);
  const [booked, ...again] = [...tally.paid, ...tally.astray];
  const record = (providerRef: string, amount: Money, report: RailReport): RailRecord => ({
    providerRef,
    payoutId,
    captureRefs: [captureRef],
    amount,
    report,
    at,
    word: 'statement',
  });
  const report = reportOn(endToEndId, { booked, returned: tally.returned, rejected: told.rejected });
  return [
    ...(report ? [record(endToEndId, booked?.amount ?? bookings.instructed, report)] : []),
    ...again.map((one) => {
      const providerRef = `${endToEndId}/${one.key}`;
      return record(providerRef, one.amount, { status: 'settled', providerRef });
    }),
  ];
}

/** What came back and was not booked once more outweighs what was announced. */
function reportOn(
  providerRef: string,
  said: {
    readonly booked: BankBooking | undefined;
    readonly returned: BankTally['returned'];
    readonly rejected: readonly (string | null)[];
  },
): RailReport | null {
  const { booked, returned, rejected } = said;
  const failed = (reason: string): RailReport => ({ status: 'failed', providerRef, reason });
  if (returned) return failed(returned.reason ?? 'returned');
  if (booked)
    return { status: 'settled', providerRef, ...(booked.bankRef === null ? {} : { bankRef: booked.bankRef }) };
  return rejected.length > 0 ? failed(rejected[0] ?? 'rejected') : null;
}

const otherSchema = z.object({
  id: z.uuid(),
  key: z.string(),
  direction: z.enum(['credit', 'debit']),
  amount_minor: minor,
  currency,
  end_to_end_id: z.string().nullable(),
  remittance: z.string().nullable(),
  payout_id: id<PayoutId>().nullable(),
  names_paid: z.boolean(),
  received_at: instant,
});

type Other = z.output<typeof otherSchema>;

async function readOthers(db: Queryable, bindings: Bindings): Promise<BankListPage> {
  const read = await othersBy(db, 'received_at >= :from and received_at < :until and entry.id > :after', {
    ...bindings,
  });
  return { records: read.map(otherRecord), after: read.length < bindings.rows ? null : (read.at(-1)?.id ?? null) };
}

/** All that one file tells, as the list has it: of the payouts that it names, and beside them. */
export async function readFileRecords(
  db: Queryable,
  fileId: string,
  payoutIds: readonly PayoutId[],
  rows: number,
): Promise<readonly RailRecord[]> {
  const others = await othersBy(db, 'file_id = :file', { file: fileId, rows });
  return [...(await readPayoutRecords(db, payoutIds)), ...others.map(otherRecord)];
}

/**
 * What came back is less than was sent, or more: somebody must see to the difference. What undoes a booking of its own
 * amount is none.
 */
const returnsOtherwise = `direction = 'credit' and is_return and exists (select from bank_instructions as told
  where told.payout_id = entry.payout_id and (told.amount_minor, told.currency) <> (entry.amount_minor, entry.currency))
  and not exists (select from bank_entries as undone where undone.payout_id = entry.payout_id and undone.direction = 'debit'
    and not undone.is_return and (undone.amount_minor, undone.currency) = (entry.amount_minor, entry.currency))`;

/** A credit that is called no return, and repeats the reference of a payment by hand: whether it is one is for a person to say. */
const repeatsPaid = `direction = 'credit' and not is_return
  and exists (select from manual_payments as paid where paid.state in ('paid', 'returned')
    and paid.reference in (entry.end_to_end_id, entry.bank_ref))
  and not exists (select from order_tenders where capture_ref in (entry.end_to_end_id, entry.bank_ref))`;

/**
 * Debits that no payout of ours made and no payment by hand explains, what came back of nothing that we know, and what names
 * a payout of ours and says neither that it paid it nor that all of it came back.
 */
async function othersBy(
  db: Queryable,
  which: string,
  bindings: Readonly<Record<string, unknown>> & { readonly rows: number },
): Promise<Other[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select entry.id, entry.key, direction, entry.amount_minor::text, entry.currency, end_to_end_id, remittance, payout_id, received_at,
       exists (select from manual_payments as paid where ${namesPaid()}) as names_paid
     from bank_entries as entry join bank_files on bank_files.id = file_id
     where ${which}
       and (payout_id is null and (direction = 'debit' or is_return or ${repeatsPaid}) or payout_id is not null and (direction = 'credit') <> is_return
         or ${returnsOtherwise})
       and not (${explainedByHand})
       and not exists (select from manual_payments as back where back.return_entry_id = entry.id)
     order by entry.id limit :rows`,
    bindings,
  );
  return readRows('booking', otherSchema, rows);
}

function otherRecord(other: Other): RailRecord {
  const { key, direction, amount_minor: amount, payout_id: named, ...entry } = other;
  if (named !== null) return unclearRecord(named, other);
  const payoutId = payoutOfBankId(entry.end_to_end_id);
  const report: RailReport =
    direction === 'debit'
      ? { status: 'settled', providerRef: key }
      : { status: 'failed', providerRef: key, reason: 'returned' };
  const refs = payoutId === null ? [entry.end_to_end_id, entry.remittance, ...wordsOf(entry.remittance)] : [];
  return {
    providerRef: key,
    payoutId,
    captureRefs: [...new Set(refs.filter((ref) => ref !== null))],
    amount: money(amount, entry.currency),
    report,
    at: entry.received_at,
    word: 'statement',
    // Under the reference of a payment by hand, and of another amount.
    ...(payoutId !== null || direction === 'credit' || entry.names_paid ? { concernsUs: true } : {}),
  };
}

/** B7: that money moved back is no word on a payout where its bank does not say that it is a return. */
function unclearRecord(
  payoutId: PayoutId,
  { key, amount_minor: minor, currency: code, received_at: at }: Other,
): RailRecord {
  const providerRef = `${bankIdsOf(payoutId).endToEndId}/${key}`;
  const report: RailReport = { status: 'failed', providerRef, reason: 'unclear' };
  const amount = money(minor, code);
  return { providerRef, payoutId, captureRefs: [], amount, report, at, word: 'statement', isUnclear: true };
}

/** Any of them may be the reference of what is paid back; without the full stop or bracket that it stands by. */
const wordsOf = (remittance: string | null): string[] =>
  (remittance ?? '')
    .split(/\s+/)
    .map((word) => word.replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, ''))
    .filter((word) => word !== '');
