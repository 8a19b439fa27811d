/**
 * RP-2.4b: who is about to be mailed that all of their money is due is judged once more, as the wave judged them. Where the
 * mail would not be true any more, it does not go, and a later wave judges the order again; what was mailed stands.
 */

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { IncidentId, OrderId } from '../domain/ids.ts';
import { factOfIncident, isConfirmed } from '../domain/incident.ts';
import { waveVerdictOf } from '../domain/incident-wave.ts';
import type { Database, Transaction } from './database.ts';
import { joinCovered } from './incident-coverage.ts';
import { readIncident } from './incidents.ts';
import { judgeAgain } from './judgements.ts';
import { readOrderCases, withIncident } from './order-cases.ts';
import { id } from './row.ts';
import { descriptionOf, toldOf } from './wave-pages.ts';

export interface FullRefundMail {
  /** Of its notice, which names its order and its incident. */
  readonly key: string;
  /** As the wave told them. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const keySchema = z.tuple([z.literal('order'), id<OrderId>(), id<IncidentId>()]).rest(z.string());

/** Whether the same sum is still due, until the same day; where it is not, its incident left the order out. */
export function isStillDue(db: Database, { key, parameters }: FullRefundMail, at: Date): Promise<boolean> {
  const [, orderId, incidentId] = keySchema.parse(key.split('/'));
  return db.transaction(async (trx) => {
    if (isDeepStrictEqual(await readDue(trx, orderId, incidentId, at), parameters)) return true;
    await trx('incident_offers')
      .where({ incident_id: incidentId, order_id: orderId, outcome: 'told' })
      .update({ outcome: 'left_out', reason: 'unclear', at });
    return false;
  });
}

/** By the incident as the registry has it, also where the order has not heard of a correction yet. */
async function readDue(trx: Transaction, orderId: OrderId, incidentId: IncidentId, at: Date) {
  const incident = await readIncident(trx, incidentId);
  if (!incident || !isConfirmed(incident.state)) return null;
  const covered = await trx.raw<{ rows: unknown[] }>(
    `select from incidents ${joinCovered(incident)} where incidents.id = :incident and orders.id = :order`,
    { incident: incidentId, order: orderId },
  );
  if (covered.rows.length === 0) return null;
  const [order] = await readOrderCases(trx, { orderIds: [orderId], description: descriptionOf(incident), at });
  if (!order || order.kase.claimedBy !== null) return null;
  const kase = withIncident(order.kase, factOfIncident(incident));
  const judged = judgeAgain(kase, at);
  const { isEnded } = order;
  const verdict = waveVerdictOf({ facts: kase.facts, assessment: judged.assessment, isEnded, hasShop: false });
  return verdict.kind === 'tell' ? toldOf(judged, verdict) : null;
}
