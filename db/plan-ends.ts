/**
 * Ends of plans that a refund in full is for. Once a part of the refund is taken back the plan is to go on, so that the shop
 * is asked what it did until that is known, and never asked to do it again.
 */

import { z } from 'zod';
import type { PayoutId, RemedyId } from '../domain/ids.ts';
import type { Queryable, Transaction } from './database.ts';
import { standing } from './payout-standing.ts';
import type { RemedyRow } from './remedies.ts';
import { id, instant, readRow } from './row.ts';

const planSchema = z.object({ remedyId: id<RemedyId>(), isTakenBack: z.boolean() });

export type PlanToEnd = z.output<typeof planSchema>;

/** RP-4.4: one that was cancelled so that the money goes another way was not taken back. */
const isCancelled = `payouts.state = 'cancelled' and ${standing}`;

/** Of the payout's own decision, whatever was decided since; `null` where none is asked for or the shop's last word is known. */
export async function findPlanToEnd(db: Queryable, payoutId: PayoutId): Promise<PlanToEnd | null> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select remedies.id as "remedyId",
       exists (select from payouts where grant_id = grants.id and ${isCancelled}) as "isTakenBack"
     from payouts as own join grants on grants.id = own.grant_id join remedies using (decision_id)
     where own.id = ? and remedies.kind = 'plan_end' and remedies.state in ('granted', 'applying', 'unknown')`,
    [payoutId],
  );
  return rows[0] === undefined ? null : readRow('plan to end', planSchema, rows[0]);
}

const takenBackSchema = z.object({ reason: z.string(), since: instant, isOwed: z.boolean() });

export type TakenBack = z.output<typeof takenBackSchema>;

/**
 * Why and since when the refund that ends the plan is not all of what is left any more; `null` while it is. `isOwed`: the
 * money did not go another way either, neither by a newer grant nor elsewhere, and no bank took it (RP-3.8).
 */
export async function readTakenBack(trx: Transaction, remedy: RemedyRow): Promise<TakenBack | null> {
  if (remedy.kind !== 'plan_end') return null;
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select coalesce(payouts.reason, payouts.state) as reason, payouts.ended_at as since,
       bool_or(captured_minor > committed_minor + elsewhere_minor) over () and not exists (
         select from disputes where order_id = :order and state in ('lost', 'prevented')) as "isOwed"
     from payouts join grants on grants.id = payouts.grant_id join order_tenders on order_tenders.id = payouts.tender_id
     where grants.decision_id = :decision and ${isCancelled}
     order by payouts.ended_at, payout_no limit 1`,
    { order: remedy.order_id, decision: remedy.decision_id },
  );
  return rows[0] === undefined ? null : readRow('refund taken back', takenBackSchema, rows[0]);
}
