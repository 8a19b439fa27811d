/** What the bank's files say of each instruction, read in one way by all who ask. Reads alone. */

import { z } from 'zod';
import type { BankWord } from '../domain/bank.ts';
import { type BankBookings, tallyOf } from '../domain/bank-bookings.ts';
import type { PayoutId } from '../domain/ids.ts';
import { money } from '../domain/money.ts';
import type { Queryable } from './database.ts';
import { currency, minor, readRows } from './row.ts';

const amountColumns = `'minor', amount_minor::text, 'currency', currency`;

/** Columns beside the instruction `told`. */
export const toldByBank = `told.amount_minor::text, told.currency,
  array(select jsonb_build_object(${amountColumns}, 'key', key, 'bankRef', bank_ref) from bank_entries
    where payout_id = told.payout_id and direction = 'debit' and not is_return order by id) as bookings,
  array(select jsonb_build_object(${amountColumns}, 'reason', reason) from bank_entries
    where payout_id = told.payout_id and direction = 'credit' and is_return order by id) as returned,
  array(select reason from bank_statuses where payout_id = told.payout_id and outcome = 'rejected' order by id) as rejected`;

const moved = { minor, currency };

export const toldByBankSchema = z.object({
  amount_minor: minor,
  currency,
  bookings: z.array(
    z
      .object({ ...moved, key: z.string(), bankRef: z.string().nullable() })
      .transform(({ key, bankRef, ...sum }) => ({ key, bankRef, amount: money(sum.minor, sum.currency) })),
  ),
  returned: z.array(
    z
      .object({ ...moved, reason: z.string().nullable() })
      .transform(({ reason, ...sum }) => ({ reason, amount: money(sum.minor, sum.currency) })),
  ),
  rejected: z.array(z.string().nullable()),
});

export type ToldByBank = z.output<typeof toldByBankSchema>;

export const bookingsOf = (told: ToldByBank): BankBookings => ({
  instructed: money(told.amount_minor, told.currency),
  bookings: told.bookings,
  returns: told.returned,
});

/** A debit of another amount than the bank was told settles nothing: somebody must look at it. */
export async function readWord(db: Queryable, payoutId: PayoutId): Promise<BankWord> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select ${toldByBank} from bank_instructions as told where payout_id = ?`,
    [payoutId],
  );
  const [told] = readRows('bank word', toldByBankSchema, rows);
  if (!told) return { booked: null, returned: null, rejected: null };
  const { paid, returned } = tallyOf(bookingsOf(told));
  const [first] = paid;
  const [rejected] = told.rejected;
  return {
    booked: first ? { bankRef: first.bankRef, times: paid.length } : null,
    returned,
    rejected: rejected === undefined ? null : { reason: rejected },
  };
}

const isDebit = `direction = 'debit' and not is_return`;

const isWhole = `(moved.amount_minor, moved.currency) = (instructed.amount_minor, instructed.currency)`;

/** Nothing is back while more was booked than came back, nor where only a wrong amount was booked and undone. */
const isBack = `is_back and debits <= returns and (is_whole or paid > 0)`;

/**
 * B9: a payout's days as the statements have them; of a payment twice, the first, and none of a wrong amount. What they
 * leave unclear has none.
 */
export const bankDaysOf = (payoutId: string): string => `
  select min(booked_on) filter (where is_paid) as booked_on, min(value_on) filter (where is_paid) as value_on,
    max(booked_on) filter (where ${isBack}) as returned_on, max(value_on) filter (where ${isBack}) as returned_value_on
  from (select booked_on, value_on, direction = 'credit' and is_return as is_back,
      ${isWhole} as is_whole, ${isDebit} and ${isWhole} as is_paid, count(*) filter (where ${isDebit} and ${isWhole}) over () as paid,
      count(*) filter (where ${isDebit}) over () as debits,
      count(*) filter (where direction = 'credit' and is_return) over () as returns
    from bank_entries as moved join bank_instructions as instructed on instructed.payout_id = moved.payout_id
    where moved.payout_id = ${payoutId}) as moved`;
