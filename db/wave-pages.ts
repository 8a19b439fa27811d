/**
 * What a wave does in one step (RP-4.5): takes the next orders that its incident covers, judges each as a claim that is made
 * now, and writes what becomes of it, all in one transaction: so that each is reached once, whatever dies in between.
 */

import { z } from 'zod';
import type { IncidentId, OrderId } from '../domain/ids.ts';
import { isConfirmed } from '../domain/incident.ts';
import {
  isWithin,
  type LeftOutReason,
  type WaveAnswer,
  type WaveOutcome,
  type WaveVerdict,
  waveVerdictOf,
} from '../domain/incident-wave.ts';
import { ordersPerWavePageMax } from '../domain/limits.ts';
import { add, formatMoney, fromWire, type Money } from '../domain/money.ts';
import type { TieHash } from '../domain/staff-tie.ts';
import type { Database, Transaction } from './database.ts';
import { joinCovered } from './incident-coverage.ts';
import { noteFacts, noteOtherFacts, tellTicketsOf } from './incident-telling.ts';
import { endWave, lockWave, readSpent, unreached, type WaveRow } from './incident-waves.ts';
import { type IncidentRow, lockIncident, waitForRegistry } from './incidents.ts';
import { type Judgement, judgeAgain } from './judgements.ts';
import { type OrderCase, readOrderCases } from './order-cases.ts';
import { id, readRows } from './row.ts';
import { findOwnClaims } from './staff-ties.ts';
import { type Handing, handOn, insertWaveOffers, type WaveOffering } from './wave-offers.ts';

export interface WaveSettings {
  /** Whether a shop is there to give time. */
  readonly hasShop: boolean;
  /** `null` where staff can declare nothing. */
  readonly tieHash: TieHash | null;
  /** Tickets that begin their workflow, and mails that go, in a second at the most. */
  readonly handedPerSecond: number;
}

/** How often a wave goes over what it could not reach, since no provider had told what was captured, and how long after. */
const passWaitsMs = [60_000, 600_000, 3_600_000, 21_600_000] as const;

export function reachOrders(
  db: Database,
  incidentId: IncidentId,
  settings: WaveSettings,
  at: Date,
): Promise<WaveAnswer> {
  return db.transaction(async (trx): Promise<WaveAnswer> => {
    const incident = await lockIncident(trx, incidentId);
    const wave = await lockWave(trx, incidentId);
    if (!incident || !wave) throw new Error('the incident has no wave');
    if (wave.state !== 'running') return { kind: 'stopped', state: wave.state };
    if (incident.version !== wave.incidentVersion || !isConfirmed(incident.state))
      return halt(trx, wave, 'incident', at);
    const waitMs = wave.nextPassAt === null ? 0 : wave.nextPassAt.getTime() - at.getTime();
    // Woken by a person's word before its time, which is no pass and no page.
    if (waitMs > 0) return { kind: wave.afterOrder === null ? 'again' : 'go_on', waitMs };
    // Before the orders: who makes a ticket has them both the same way round.
    await trx.raw(waitForRegistry);
    const orderIds = await takePage(trx, incident, wave);
    if (orderIds.length === 0) return endPass(trx, incident, wave, at);
    const changed = await noteFacts(trx, incident, orderIds, at);
    await noteOtherFacts(trx, incident, orderIds, at);
    const reached = await judgePage(trx, { incident, wave, orderIds, settings, at });
    // A ticket that is open hears of the incident now, if it has not by the pages that tell of it.
    await tellTicketsOf(trx, incident, changed, at);
    if (!isWithin(sumsOf(await readSpent(trx, { wave_id: wave.id }), reached), wave.budget))
      return halt(trx, wave, 'budget', at);
    await writePage(trx, { incident, wave, orderIds, settings, at }, reached);
    const pageMs = Math.ceil((orderIds.length * 60_000) / wave.ordersPerMinute);
    await trx('incident_waves')
      .where({ id: wave.id })
      .update({ after_order: orderIds.at(-1), next_pass_at: new Date(at.getTime() + pageMs), updated_at: at });
    return { kind: 'go_on', waitMs: pageMs };
  });
}

async function halt(trx: Transaction, wave: WaveRow, reason: 'budget' | 'incident', at: Date): Promise<WaveAnswer> {
  await endWave(trx, wave, { state: 'paused', reason }, at);
  return { kind: 'stopped', state: 'paused' };
}

/** Under the orders' locks, so that nobody opens a ticket on them meanwhile. */
async function takePage(trx: Transaction, incident: IncidentRow, wave: WaveRow): Promise<OrderId[]> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select orders.id from incidents ${joinCovered(incident)}
     where incidents.id = :incident and (:after::uuid is null or orders.id > :after) and ${unreached}
     order by orders.id limit :page for no key update of orders`,
    { incident: incident.id, wave: wave.id, after: wave.afterOrder, page: ordersPerWavePageMax },
  );
  return readRows('covered order', z.object({ id: id<OrderId>() }), rows).map((row) => row.id);
}

/** All orders were gone over: what was not reached is looked at again, or the wave is over. */
async function endPass(trx: Transaction, incident: IncidentRow, wave: WaveRow, at: Date): Promise<WaveAnswer> {
  const waitMs = passWaitsMs[wave.passes];
  const left = await trx.raw<{ rows: unknown[] }>(
    `select from incidents ${joinCovered(incident)} where incidents.id = :incident and ${unreached} limit 1`,
    { incident: incident.id, wave: wave.id },
  );
  if (left.rows.length === 0 || waitMs === undefined) {
    await endWave(trx, wave, { state: 'done' }, at);
    return { kind: 'stopped', state: 'done' };
  }
  await trx('incident_waves')
    .where({ id: wave.id })
    .update({
      after_order: null,
      passes: wave.passes + 1,
      next_pass_at: new Date(at.getTime() + waitMs),
      updated_at: at,
    });
  return { kind: 'again', waitMs };
}

/** What an order of the page comes to; an order without a verdict has a ticket that it joins. */
interface Reached {
  readonly order: OrderCase;
  readonly judged: Judgement;
  readonly verdict: WaveVerdict | { readonly kind: 'join' };
}

interface Page {
  readonly incident: IncidentRow;
  readonly wave: WaveRow;
  readonly orderIds: readonly OrderId[];
  readonly settings: WaveSettings;
  readonly at: Date;
}

async function judgePage(trx: Transaction, { incident, wave, orderIds, settings, at }: Page): Promise<Reached[]> {
  const cases = await readOrderCases(trx, { orderIds, description: descriptionOf(incident), at });
  const deciders = [wave.decidedBy, ...(wave.confirmedBy ? [wave.confirmedBy] : [])];
  const tied = new Set<string>();
  for (const person of deciders)
    for (const claim of await findOwnClaims(trx, settings.tieHash, person, orderIds)) tied.add(claim);
  const isLast = wave.passes >= passWaitsMs.length;
  return cases.map((order): Reached => {
    const judged = judgeAgain(order.kase, at);
    if (order.kase.claimedBy !== null) return { order, judged, verdict: { kind: 'join' } };
    if (tied.has(order.orderId)) return { order, judged, verdict: { kind: 'leave_out', reason: 'tied' } };
    const candidate = { facts: order.kase.facts, assessment: judged.assessment, isEnded: order.isEnded };
    const verdict = waveVerdictOf({ ...candidate, hasShop: settings.hasShop });
    const isGivenUp = verdict.kind === 'read_captures' && isLast;
    return { order, judged, verdict: isGivenUp ? { kind: 'leave_out', reason: 'capture_unknown' } : verdict };
  });
}

/** Of the whole desk's tickets, those of a wave say so to their customers. */
export const descriptionOf = ({ ref }: IncidentRow): string => `Opened by the desk for incident ${ref}.`;

function sumsOf(spent: readonly Money[], reached: readonly Reached[]): Money[] {
  const sums = new Map(spent.map((amount) => [amount.currency, amount]));
  for (const { verdict } of reached) {
    if (verdict.kind !== 'offer' || verdict.proposal.refund === null) continue;
    const amount = fromWire(verdict.proposal.refund.amount);
    const known = sums.get(amount.currency);
    sums.set(amount.currency, known ? add(known, amount) : amount);
  }
  return [...sums.values()];
}

async function writePage(
  trx: Transaction,
  { incident, wave, orderIds, settings, at }: Page,
  reached: readonly Reached[],
): Promise<void> {
  const offering: WaveOffering = {
    decidedBy: wave.decidedBy,
    description: descriptionOf(incident),
    inputKey: incident.id,
    at,
  };
  const offers = reached.flatMap(({ order, judged, verdict }) =>
    verdict.kind === 'offer' ? [{ order, judged, proposal: verdict.proposal }] : [],
  );
  await insertWaveOffers(trx, offers, offering);
  await trx.raw(insertOutcomes, {
    rows: JSON.stringify([...reached.flatMap(outcomeOf), ...unjudged(orderIds, reached)]),
    incident: incident.id,
    wave: wave.id,
    at,
  });
  const perSecond = Math.min(wave.ordersPerMinute / 60, settings.handedPerSecond);
  await handOn(trx, handingsOf(reached), { waveId: wave.id, perSecond, offering });
}

/** What a former wave left out for a reason that has passed is replaced. */
const insertOutcomes = `
  insert into incident_offers (incident_id, order_id, wave_id, outcome, reason, ticket_id, refund_minor, currency, extend_minutes,
    extend_bytes, at)
  select :incident, orders.id, :wave, outcome, reason, ticket, "refundMinor", currency, coalesce(minutes, 0), coalesce(bytes, 0), :at
  from jsonb_to_recordset(:rows::jsonb) as (outcome text, reason text, "order" uuid, ticket uuid, "refundMinor" bigint,
    minutes integer, bytes bigint) join orders on orders.id = "order"
  on conflict (incident_id, order_id) do update set wave_id = excluded.wave_id, outcome = excluded.outcome, reason = excluded.reason,
    ticket_id = excluded.ticket_id, refund_minor = excluded.refund_minor, currency = excluded.currency,
    extend_minutes = excluded.extend_minutes, extend_bytes = excluded.extend_bytes, at = excluded.at
  where incident_offers.outcome = 'left_out' and incident_offers.wave_id <> excluded.wave_id`;

interface OutcomeRow {
  readonly order: OrderId;
  readonly outcome: WaveOutcome;
  readonly reason?: LeftOutReason;
  readonly ticket?: string | null;
  readonly refundMinor?: string | null;
  readonly minutes?: number;
  readonly bytes?: string;
}

/** None of an order whose captures are being read: it is looked at again. */
function outcomeOf({ order, verdict }: Reached): OutcomeRow[] {
  const of = { order: order.orderId };
  switch (verdict.kind) {
    case 'offer': {
      const { refund, extension } = verdict.proposal;
      const given = { refundMinor: refund?.amount.minor ?? null, minutes: extension?.minutes ?? 0 };
      return [{ ...of, outcome: 'offered', ticket: order.ticketId, ...given, bytes: extension?.bytes ?? '0' }];
    }
    case 'join':
      return [{ ...of, outcome: 'joined', ticket: order.kase.claimedBy }];
    case 'tell':
      return [{ ...of, outcome: 'told' }];
    case 'leave_out':
      return [{ ...of, outcome: 'left_out', reason: verdict.reason }];
    case 'read_captures':
      return [];
  }
}

/** Those that no policy judges: to be settled by a person. */
function unjudged(orderIds: readonly OrderId[], reached: readonly Reached[]): OutcomeRow[] {
  const judged = new Set(reached.map(({ order }) => order.orderId));
  return orderIds.flatMap((order) => (judged.has(order) ? [] : [{ order, outcome: 'left_out', reason: 'unclear' }]));
}

const handingsOf = (reached: readonly Reached[]): Handing[] =>
  reached.flatMap(({ order, judged, verdict }): Handing[] => {
    if (verdict.kind === 'offer') return [{ kind: 'offered', offer: { order, judged, proposal: verdict.proposal } }];
    // In every pass, since it may be covered only since the last one; whoever is being asked goes on being asked by itself.
    if (verdict.kind === 'read_captures') return [{ kind: 'read', orderId: order.orderId }];
    if (verdict.kind !== 'tell') return [];
    return [{ kind: 'told', order, parameters: toldOf(judged, verdict) }];
  });

/** RP-2.4b: what is mailed to whoever has all of their money due. */
export const toldOf = (
  { assessment }: Judgement,
  { proposal }: Extract<WaveVerdict, { kind: 'tell' }>,
): { readonly amount: string; readonly askBy: string | null } => ({
  amount: formatMoney(fromWire(proposal.refund.amount)),
  askBy: assessment.clocks.windowEndsAt,
});
