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

/** Those that have ended, or come back, at their provider in the look's time and whose cost was not asked for and told since; what was asked last comes last. */
export async function listUncosted(
  db: Queryable,
  { rail, from, until }: Pick<Look, 'rail' | 'from' | 'until'>,
): Promise<readonly (MadePayout & { readonly payoutId: PayoutId })[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select payouts.id, payouts.key, capture_ref, payouts.amount_minor::text, payouts.currency, provider_ref
     from payouts join order_tenders on order_tenders.id = tender_id left join payout_costs as costs on payout_id = payouts.id
     where rail = :rail and state_since >= :from and state_since < :until and state in ('settled', 'failed', 'returned')
       and provider_ref is not null and capture_ref is not null and (told_at is null or told_at <= state_since)
     order by asked_at nulls first, state_since, payouts.id limit :limit`,
    { rail, from, until, limit: askedPerLookMax },
  );
  return readRows('payout without its cost', madeSchema, rows);
}

/**
 * `null`: asked, and not told yet. Of `askedAt`, before the provider was called, it is what was told: of what happens during
 * the call it may not know. What a movement cost is booked once; what it is told to cost later is for the proof to find.
 */
export function recordCosts(
  db: Database,
  payoutId: PayoutId,
  costs: readonly PayoutCost[] | null,
  times: { readonly askedAt: Date; readonly at: Date },
): Promise<void> {
  return db.transaction(async (trx) => {
    const payout = await readPayout(trx, payoutId);
    if (!payout) throw new Error('the payout is not there');
    const moved = withUndone(costs ?? [], await noteAsked(trx, payoutId, times.askedAt, costs !== null));
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
    await bookEntries(trx, aboutPayout(payout, entriesForCosts(bookedOf(payout), moved)), times.at);
    // Who looks at the payout hears of it.
    await trx('payouts').where({ id: payoutId }).update({ updated_at: times.at });
  });
}

const wireSchema = z.object({ minor, currency }).transform((wire) => money(wire.minor, wire.currency));

const toldSchema = z.object({
  told: z.record(z.string(), z.object({ fee: wireSchema.optional(), exchangeLoss: wireSchema.optional() })),
});

/** Resolves to what was told before. From here on another look waits, so that it knows of what this one is told. */
async function noteAsked(trx: Transaction, payoutId: PayoutId, askedAt: Date, isTold: boolean) {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into payout_costs (payout_id, asked_at, told_at) values (:payout, :askedAt, :toldAt)
     on conflict (payout_id) do update set asked_at = excluded.asked_at,
       told_at = coalesce(excluded.told_at, payout_costs.told_at)
     returning told`,
    { payout: payoutId, askedAt, toldAt: isTold ? askedAt : null },
  );
  return readRow('told costs', toldSchema, rows[0]).told;
}
