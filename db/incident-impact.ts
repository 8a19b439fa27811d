/**
 * Whom an incident touches and what making it good would cost, before anybody acts: every covered order is judged by the
 * engine as a wave would judge it, page by page, each page by an index and a constant number of statements.
 */

import { z } from 'zod';
import type { IncidentId, OrderId } from '../domain/ids.ts';
import { factOfIncident } from '../domain/incident.ts';
import { type LeftOutReason, waveVerdictOf } from '../domain/incident-wave.ts';
import { ordersPerWavePageMax } from '../domain/limits.ts';
import { add, fromWire, type Money, type MoneyWire } from '../domain/money.ts';
import type { Database, Queryable } from './database.ts';
import { coverage, covers, joinCovered } from './incident-coverage.ts';
import { reachedForGood } from './incident-waves.ts';
import { type IncidentRow, readIncident, readIncidents } from './incidents.ts';
import { judgeAgain } from './judgements.ts';
import { asReported, type OrderCase, readOrderCases, withIncident } from './order-cases.ts';
import { id, readRow, readRows } from './row.ts';

export interface IncidentImpact {
  orders: number;
  openTickets: number;
  offered: number;
  told: number;
  reached: number;
  asReported: number;
  leftOut: Partial<Record<LeftOutReason, number>>;
  refunds: Money[];
  fullRefunds: Money[];
  extensionMinutes: number;
  extensionBytes: bigint;
  unknown: { place: number; egress: number };
}

const pageSchema = z.object({ id: id<OrderId>(), reached: z.boolean(), others: z.array(id<IncidentId>()) });

/** Incidents that a wave meets on the order as well; the row `incidents` is here theirs. */
const others = `array(select incidents.id from incidents where incidents.state in ('confirmed', 'resolved') and ${covers})`;

/** A page of the orders that it covers, by id. */
async function coveredPage(db: Queryable, incident: IncidentRow, after: OrderId | null) {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select orders.id, ${reachedForGood} as reached, ${others} as others
     from incidents ${joinCovered(incident)}
     where incidents.id = :incident and (:after::uuid is null or orders.id > :after) order by orders.id limit :page`,
    { incident: incident.id, after, page: ordersPerWavePageMax },
  );
  return readRows('covered order', pageSchema, rows);
}

/** `null` where there is no such incident. */
export async function reckonImpact(
  db: Database,
  incidentId: IncidentId,
  { hasShop }: { readonly hasShop: boolean },
  at: Date,
): Promise<IncidentImpact | null> {
  const incident = await readIncident(db, incidentId);
  if (!incident) return null;
  const impact = emptyImpact(await countUnknown(db, incident));
  let after: OrderId | null = null;
  for (;;) {
    const page: z.output<typeof pageSchema>[] = await coveredPage(db, incident, after);
    impact.orders += page.length;
    impact.reached += page.filter(({ reached }) => reached).length;
    const orderIds = page.flatMap(({ id: orderId, reached }) => (reached ? [] : [orderId]));
    const cases = await readOrderCases(db, { orderIds, description: incident.ref, at });
    const met = await readIncidents(db, [...new Set(page.flatMap((one) => one.others))]);
    const metBy = new Map(page.map((one) => [one.id, one.others.flatMap((other) => met.get(other) ?? [])]));
    for (const one of cases) count(impact, asMet(one, [...(metBy.get(one.orderId) ?? []), incident]), hasShop, at);
    if (cases.length < orderIds.length) leaveOut(impact, 'unclear', orderIds.length - cases.length);
    after = page.at(-1)?.id ?? null;
    if (after === null || page.length < ordersPerWavePageMax) return impact;
  }
}

const emptyImpact = (unknown: IncidentImpact['unknown']): IncidentImpact => ({
  orders: 0,
  openTickets: 0,
  offered: 0,
  told: 0,
  reached: 0,
  asReported: 0,
  leftOut: {},
  refunds: [],
  fullRefunds: [],
  extensionMinutes: 0,
  extensionBytes: 0n,
  unknown,
});

/** As if each were confirmed, also one that is only suspected. */
const asMet = (order: OrderCase, incidents: readonly IncidentRow[]): OrderCase => ({
  ...order,
  kase: incidents.reduce((kase, one) => withIncident(kase, { ...factOfIncident(one), confirmed: true }), order.kase),
});

function count(impact: IncidentImpact, order: OrderCase, hasShop: boolean, at: Date): void {
  const { kase, isReported } = asReported(order.kase);
  if (kase.claimedBy !== null) impact.openTickets += 1;
  const { assessment } = judgeAgain(kase, at);
  const verdict = waveVerdictOf({ facts: kase.facts, assessment, isEnded: order.isEnded, hasShop });
  // A ticket that is open has the incident as a fact, whatever it comes to.
  if (kase.claimedBy !== null) return;
  switch (verdict.kind) {
    case 'offer': {
      const { refund, extension } = verdict.proposal;
      impact.offered += 1;
      if (refund) addTo(impact.refunds, refund.amount);
      impact.extensionMinutes += extension?.minutes ?? 0;
      impact.extensionBytes += BigInt(extension?.bytes ?? '0');
      break;
    }
    case 'tell':
      impact.told += 1;
      addTo(impact.fullRefunds, verdict.proposal.refund.amount);
      break;
    case 'read_captures':
      return leaveOut(impact, 'capture_unknown');
    case 'leave_out':
      return leaveOut(impact, verdict.reason);
  }
  if (isReported) impact.asReported += 1;
}

function leaveOut(impact: IncidentImpact, reason: LeftOutReason, orders = 1): void {
  impact.leftOut[reason] = (impact.leftOut[reason] ?? 0) + orders;
}

function addTo(sums: Money[], wire: MoneyWire): void {
  const amount = fromWire(wire);
  const index = sums.findIndex(({ currency }) => currency === amount.currency);
  const known = sums[index];
  if (known) sums[index] = add(known, amount);
  else sums.push(amount);
}

const unknownSchema = z.object({ place: z.number().int(), egress: z.number().int() });

/** Orders of its time and plan of which nobody knows whether it covers them: to be asked of the shop, before it is too late. */
async function countUnknown(db: Queryable, incident: IncidentRow): Promise<IncidentImpact['unknown']> {
  if (incident.places.length === 0 && incident.egress.length === 0) return { place: 0, egress: 0 };
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select count(*) filter (where coverage = 'place_unknown')::integer as place,
       count(*) filter (where coverage = 'egress_unknown')::integer as egress
     from (select ${coverage} as coverage from incidents
       join orders on tstzrange(coalesce(orders.period_from, orders.purchased_at), orders.period_until)
         && tstzrange(incidents.from_at, incidents.until_at)
       where incidents.id = :incident) as judged`,
    { incident: incident.id },
  );
  return readRow('unknown coverage', unknownSchema, rows[0]);
}
