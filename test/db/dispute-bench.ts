/** Disputes as their provider tells of them, on an order of their own. */

import { randomUUID } from 'node:crypto';
import { storeDispute, type ToldDispute } from '../../db/disputes.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { DisputeId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { anOrder, type BuiltOrder, noon } from './builders.ts';
import type { Suite } from './suite.ts';

export const after = (days: number): Date => new Date(noon.getTime() + days * dayMs);
export const dueAt = after(10);

export const aWord = (order: BuiltOrder, given: Partial<ToldDispute> = {}): ToldDispute => ({
  provider: 'stripe',
  providerRef: `dp_${randomUUID()}`,
  method: 'card',
  captureRefs: [order.tenders[0]?.capture_ref ?? ''],
  state: 'open',
  amount: money(1999n, 'USD'),
  toldAt: noon,
  cause: 'charge.dispute.created',
  kind: 'chargeback',
  reason: 'fraudulent',
  networkReason: '10.4',
  evidenceDueAt: dueAt,
  ...given,
});

export function openDisputes(suite: Suite) {
  const tell = (told: ToldDispute, at = noon) => suite.db.transaction((trx) => storeDispute(trx, told, at));

  async function idOf({ providerRef }: ToldDispute): Promise<DisputeId> {
    const rows: { id: DisputeId }[] = await suite.db('disputes').where({ provider_ref: providerRef }).select('id');
    return rows[0]?.id as DisputeId;
  }

  async function aDispute(given: Partial<ToldDispute> = {}) {
    const order = await anOrder(suite.db);
    const told = aWord(order, given);
    await tell(told);
    return { order, told, id: await idOf(told) };
  }

  const noticesOf = async (disputeId: DisputeId): Promise<string[]> =>
    suite.db('notices').where({ dispute_id: disputeId }).distinct('template').orderBy('template').pluck('template');

  return { aDispute, idOf, noticesOf, tell };
}
