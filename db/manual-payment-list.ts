/**
 * The book of payments by hand as a list: what a person said became of each, and whether a bank's statement bears it out.
 * Reads alone.
 */

import { z } from 'zod';
import type { PayoutId } from '../domain/ids.ts';
import { type ListedManualPayment, manualPaymentStates } from '../domain/manual-payment.ts';
import { money } from '../domain/money.ts';
import type { Queryable } from './database.ts';
import { currency, id, instant, minor, readRows } from './row.ts';

/** Latin and Cyrillic. */
const otherSigns = '[^0-9A-Za-zÀ-ÖØ-öø-ʯЀ-ԯ]+';

/** Each run of other signs is one space, so that a reference is found as a whole and never as a part of another. */
const asWords = (text: string): string => `' ' || regexp_replace(${text}, '${otherSigns}', ' ', 'g') || ' '`;

/** Days between what a person recorded and what the bank booked. */
const bookedWithinDays = 10;

/** Shorter than this a reference would be found by accident. */
const referenceCharactersMin = 4;

/** Whether the reference stands in the words; what is left of it without other signs must be long enough as well. */
export const namesInWords = (words: string, reference: string): string =>
  `(length(regexp_replace(${reference}, '${otherSigns}', '', 'g')) >= ${referenceCharactersMin}
    and strpos(${asWords(words)}, ${asWords(reference)}) > 0)`;

const isOurDebit = (entry: string): string =>
  `${entry}.direction = 'debit' and not ${entry}.is_return and ${entry}.payout_id is null`;

/** Whether a booking names the payment by hand `paid`: about that day, under its reference, of whatever amount. */
export const namesPaid = (entry = 'entry'): string => `
  paid.state in ('paid', 'returned') and ${isOurDebit(entry)}
  and paid.paid_on between ${entry}.booked_on - ${bookedWithinDays} and ${entry}.booked_on + ${bookedWithinDays}
  and ${entry}.booked_on between paid.paid_on - ${bookedWithinDays} and paid.paid_on + ${bookedWithinDays}
  and length(paid.reference) >= ${referenceCharactersMin}
  and (${entry}.bank_ref = paid.reference or ${entry}.end_to_end_id = paid.reference
    or ${namesInWords(`${entry}.remittance`, 'paid.reference')})`;

/** Whether it is that payment: of the same amount as well. */
export const namesOnStatement = (entry = 'entry'): string => `${namesPaid(entry)}
  and ${entry}.amount_minor = paid.amount_minor and ${entry}.currency = paid.currency`;

/** I1: whether a payment by hand explains the booking `entry`; each explains one, so that what was transferred twice shows. */
export const explainedByHand = `(
  select count(*) from manual_payments as paid where ${namesOnStatement()}) > (
  select count(*) from bank_entries as former where former.id < entry.id and ${isOurDebit('former')}
    and former.amount_minor = entry.amount_minor and former.currency = entry.currency
    and former.booked_on between entry.booked_on - ${2 * bookedWithinDays} and entry.booked_on + ${2 * bookedWithinDays}
    and exists (select from manual_payments as paid where ${namesOnStatement('former')} and ${namesOnStatement()}))`;

const listedSchema = z
  .object({
    id: z.uuid(),
    payout_id: id<PayoutId>(),
    amount_minor: minor,
    currency,
    state: z.enum(manualPaymentStates),
    reference: z.string().nullable(),
    return_reason: z.string().nullable(),
    opened_at: instant,
    is_on_statement: z.boolean(),
  })
  .transform((row) => ({
    id: row.id,
    payoutId: row.payout_id,
    amount: money(row.amount_minor, row.currency),
    state: row.state,
    reference: row.reference,
    returnReason: row.return_reason,
    openedAt: row.opened_at,
    isOnStatement: row.is_on_statement,
  }));

/** One booking bears out one payment: of two that were recorded under the same reference, the second stays unproven. */
export async function listManualPayments(
  db: Queryable,
  window: { readonly from: Date; readonly until: Date },
  { after, rows: count }: { readonly after: string | null; readonly rows: number },
): Promise<readonly ListedManualPayment[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select paid.id, paid.payout_id, paid.amount_minor::text, paid.currency, paid.state, paid.reference, paid.opened_at,
       paid.return_reason, case when paid.state = 'returned' then paid.return_entry_id is not null else
         paid.state = 'paid' and (select count(*) from bank_entries as entry where ${namesOnStatement()}) >
         (select count(*) from manual_payments as other where other.state in ('paid', 'returned') and other.id < paid.id
           and other.reference = paid.reference and other.amount_minor = paid.amount_minor and other.currency = paid.currency)
         end as is_on_statement
     from manual_payments as paid
     where opened_at >= :from and opened_at < :until and paid.id > :after order by paid.id limit :rows`,
    { ...window, after: after ?? '00000000-0000-0000-0000-000000000000', rows: count },
  );
  return readRows('payment by hand', listedSchema, rows);
}
