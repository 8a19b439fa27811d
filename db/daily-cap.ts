/** The daily cap: what moved to `sending` in the last 24 hours, per currency. Counted one payout at a time under a lock. */

import { z } from 'zod';
import { add, exceeds, money } from '../domain/money.ts';
import { type CapReason, dailyCap } from '../domain/payout-limits.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import type { Queryable, Transaction } from './database.ts';
import { amountOf, type PayoutRow } from './payouts.ts';
import { minor, readRow } from './row.ts';

const dayMs = 86_400_000;

/**
 * Without a lock: whether the cap holds it back at this moment. What failed since left all the same, since the cap is a
 * brake; and what was approved before and waits comes first, so that a large one is not starved by the small.
 */
export async function capReason(
  db: Queryable,
  payout: PayoutRow,
  max: LimitPerCurrency,
  at: Date,
): Promise<CapReason | null> {
  const cap = dailyCap(max, payout.currency);
  if (cap === null) return null;
  if (exceeds(amountOf(payout), cap)) return 'above_daily_cap';
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select (
       (select coalesce(sum(amount_minor), 0) from payouts where currency = :currency and sending_at > :since)
       + (select coalesce(sum(amount_minor), 0) from payouts
          where state = 'approved' and reason = 'daily_cap' and currency = :currency
            and (approved_at, id) < (:approved, :id))
     )::bigint as minor`,
    {
      currency: payout.currency,
      since: new Date(at.getTime() - dayMs),
      approved: payout.approved_at,
      id: payout.id,
    },
  );
  const before = readRow('sum of a day', z.object({ minor }), rows[0]);
  return exceeds(add(money(before.minor, payout.currency), amountOf(payout)), cap) ? 'daily_cap' : null;
}

/** Whoever asks next waits until this transaction has ended, and then counts what it moved. */
export async function takeDailyCap(
  trx: Transaction,
  payout: PayoutRow,
  max: LimitPerCurrency,
  at: Date,
): Promise<CapReason | null> {
  if (dailyCap(max, payout.currency) === null) return null;
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('payouts of a day/' || ?, 0))`, [payout.currency]);
  return capReason(trx, payout, max, at);
}
