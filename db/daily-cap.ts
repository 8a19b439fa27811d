/** The daily cap: what moved to `sending` in the last 24 hours, per currency. Counted one payout at a time under a lock. */

import { z } from 'zod';
import { add, exceeds, money } from '../domain/money.ts';
import { dailyCap } from '../domain/payout-limits.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import type { Queryable, Transaction } from './database.ts';
import { amountOf, type PayoutRow } from './payouts.ts';
import { minor, readRow } from './row.ts';

const dayMs = 86_400_000;

/** Without a lock: whether there is room at this moment. What failed since left all the same, since the cap is a brake. */
export async function isOverDailyCap(
  db: Queryable,
  payout: PayoutRow,
  max: LimitPerCurrency,
  at: Date,
): Promise<boolean> {
  const cap = dailyCap(max, payout.currency);
  if (cap === null) return false;
  const row: unknown = await db('payouts')
    .where({ currency: payout.currency })
    .where('sending_at', '>', new Date(at.getTime() - dayMs))
    .first(db.raw('coalesce(sum(amount_minor), 0)::bigint as minor'));
  const left = readRow('sum of a day', z.object({ minor }), row);
  return exceeds(add(money(left.minor, payout.currency), amountOf(payout)), cap);
}

/** Whoever asks next waits until this transaction has ended, and then counts what it moved. */
export async function takesDailyCap(
  trx: Transaction,
  payout: PayoutRow,
  max: LimitPerCurrency,
  at: Date,
): Promise<boolean> {
  if (dailyCap(max, payout.currency) === null) return true;
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('payouts of a day/' || ?, 0))`, [payout.currency]);
  return !(await isOverDailyCap(trx, payout, max, at));
}
