/**
 * What payouts have cost (M6, M7), in Postgres: which of them their providers are still to be asked about, and what was
 * told, booked once by its movement and kept beside the books, so that the proof can compare the two.
 */

import { z } from 'zod';
import type { PayoutId } from '../domain/ids.ts';
import { entriesForCosts, withUndone } from '../domain/ledger-costs.ts';
import { money, toWire } from '../domain/money.ts';
import type { MadePayout, PayoutCost } from '../domain/rail.ts';
import type { Look } from '../domain/reconciliation.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { bookEntries } from './ledger.ts';
import { aboutPayout, bookedOf, readPayout } from './payouts.ts';
import { currency, id, minor, readRow, readRows } from './row.ts';

/** Asked about in one look; the rest waits for the next. */
const askedPerLookMax = 200;

const madeSchema = z
  .object({
    id: id<PayoutId>(),
    key: z.string(),
    capture_ref: z.string(),
    amount_minor: minor,
    currency,
    provider_ref: z.string(),
  })
  .transform((row) => ({
    payoutId: row.id,
    key: row.key,
    captureRef: row.capture_ref,
    amount: money(row.amount_minor, row.currency),
    providerRef: row.provider_ref,
  }));

/** Of the look's time, those that have ended at their provider and whose cost was not told since; what was asked last comes last. */
export async function listUncosted(
  db: Queryable,
  { rail, from, until }: Pick<Look, 'rail' | 'from' | 'until'>,
): Promise<readonly (MadePayout & { readonly payoutId: PayoutId })[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select payouts.id, payouts.key, capture_ref, payouts.amount_minor::text, payouts.currency, provider_ref
     from payouts join order_tenders on order_tenders.id = tender_id left join payout_costs as costs on payout_id = payouts.id
     where rail = :rail and sending_at >= :from and sending_at < :until and state in ('settled', 'failed', 'returned')
       and provider_ref is not null and capture_ref is not null and (told_at is null or told_at < state_since)
     order by asked_at nulls first, sending_at, payouts.id limit :limit`,
    { rail, from, until, limit: askedPerLookMax },
  );
  return readRows('payout without its cost', madeSchema, rows);
}

/** `null`: asked, and not told yet. What a movement cost is booked once; what it is told to cost later is for the proof to find. */
export function recordCosts(
  db: Database,
  payoutId: PayoutId,
  costs: readonly PayoutCost[] | null,
  at: Date,
): Promise<void> {
  return db.transaction(async (trx) => {
    const payout = await readPayout(trx, payoutId);
    if (!payout) throw new Error('the payout is not there');
    const moved = withUndone(costs ?? [], await noteAsked(trx, payoutId, costs === null ? null : at, at));
    const told = Object.fromEntries(
      moved.map(({ ref, fee, exchangeLoss }) => [
        ref,
        { ...(fee && { fee: toWire(fee) }), ...(exchangeLoss && { exchangeLoss: toWire(exchangeLoss) }) },
      ]),
    );
    if (moved.length === 0) return;
    await trx.raw('update payout_costs set told = told || :told::jsonb where payout_id = :payout', {
      payout: payoutId,
      told: JSON.stringify(told),
    });
    await bookEntries(trx, aboutPayout(payout, entriesForCosts(bookedOf(payout), moved)), at);
    // Who looks at the payout hears of it.
    await trx('payouts').where({ id: payoutId }).update({ updated_at: at });
  });
}

const wireSchema = z.object({ minor, currency }).transform((wire) => money(wire.minor, wire.currency));

const toldSchema = z.object({
  told: z.record(z.string(), z.object({ fee: wireSchema.optional(), exchangeLoss: wireSchema.optional() })),
});

/** Resolves to what was told before. From here on another look waits, so that it knows of what this one is told. */
async function noteAsked(trx: Transaction, payoutId: PayoutId, toldAt: Date | null, at: Date) {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into payout_costs (payout_id, asked_at, told_at) values (:payout, :at, :toldAt)
     on conflict (payout_id) do update set asked_at = excluded.asked_at,
       told_at = coalesce(excluded.told_at, payout_costs.told_at)
     returning told`,
    { payout: payoutId, at, toldAt },
  );
  return readRow('told costs', toldSchema, rows[0]).told;
}
