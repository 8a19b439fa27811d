/**
 * Rounds of the desk's own tests and their attempts. A round is begun once under its key; an attempt is a row before it
 * is made, so that budget and rates hold whichever worker makes it and wherever one dies.
 */

import { z } from 'zod';
import type { AttemptOutcome } from '../domain/attempt.ts';
import type { Classed } from '../domain/attempt-class.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { TicketId } from '../domain/ids.ts';
import {
  type ProbeAttemptKey,
  type Probed,
  type ProbedPlan,
  type ProbeFacts,
  type ProbeProtocol,
  type ProbeReservation,
  type ProbeTurn,
  probeAttemptsMax,
  probeGapMs,
  probeStopOf,
  type TargetRefusal,
} from '../domain/probe.ts';
import { theDesk, ticketPhases } from '../domain/ticket.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { enqueueAllProbeSteering, enqueueProbeSteering } from './jobs.ts';
import { readNamedTargets } from './network-contexts.ts';
import { readRow } from './row.ts';
import { takeStep } from './ticket-step.ts';

const hourMs = 3_600_000;

/** Says which plans have a gateway, in place of all that was said before; where that is another, tickets in hand are looked at. */
export const tellProbeGateways = (
  db: Database,
  gateways: readonly (ProbedPlan & { readonly protocols: readonly ProbeProtocol[] })[],
  at: Date,
): Promise<void> =>
  db.transaction(async (trx) => {
    // Workers that start at once say it one after the other.
    await trx.raw('lock table probe_gateways in exclusive mode');
    const rows = gateways.map(({ kind, place, protocols }) => ({
      plan_kind: kind,
      place: place ?? '',
      protocols: [...protocols],
    }));
    const told: (typeof rows)[number][] = await trx('probe_gateways').select('plan_kind', 'place', 'protocols');
    if (gatewaysText(rows) === gatewaysText(told)) return;
    await trx('probe_gateways').delete();
    if (rows.length > 0) await trx('probe_gateways').insert(rows.map((row) => ({ ...row, told_at: at })));
    await enqueueAllProbeSteering(trx);
  });

const gatewaysText = (rows: readonly { plan_kind: string; place: string; protocols: readonly string[] }[]): string =>
  rows
    .map(({ plan_kind, place, protocols }) => JSON.stringify([plan_kind, place, protocols]))
    .sort()
    .join();

/** Those of the order's places that have a gateway of their own, and the empty one where one serves whatever place. */
const gatewayPlaces = `array(select place from probe_gateways as gateway where gateway.plan_kind = orders.plan_kind
  and (gateway.place = '' or upper(gateway.place) = any(orders.places)) order by place)`;

const factsSchema = z.object({
  phase: z.enum(ticketPhases),
  plan_kind: z.string(),
  places: z.array(z.string()),
  attempts: z.number().int(),
  rounds: z.number().int(),
  last_begun_at: z.date().nullable(),
});

export interface TicketProbes extends ProbeFacts {
  readonly planKind: string;
  /** Of the gateways through which it may be tested; empty: the one that serves whatever place. */
  readonly places: readonly string[];
  readonly rounds: number;
  readonly lastBegunAt: Date | null;
}

export async function readTicketProbes(db: Queryable, ticketId: TicketId): Promise<TicketProbes> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select phase, plan_kind, ${gatewayPlaces} as places,
       (select count(*)::int from probe_attempts where ticket_id = tickets.id) as attempts,
       (select count(*)::int from probe_rounds where ticket_id = tickets.id) as rounds,
       (select max(begun_at) from probe_rounds where ticket_id = tickets.id) as last_begun_at
     from tickets join orders on orders.id = order_id where tickets.id = ?`,
    [ticketId],
  );
  const row = readRow('probed ticket', factsSchema, rows[0]);
  return {
    phase: row.phase,
    hasContext: (await readNamedTargets(db, ticketId)) !== null,
    hasGateway: row.places.length > 0,
    attempts: row.attempts,
    planKind: row.plan_kind,
    places: row.places,
    rounds: row.rounds,
    lastBegunAt: row.last_begun_at,
  };
}

/** Begins the round of this key, or goes on with it. The first one is an event of the ticket: the customer sees that we test. */
export async function beginRound(
  db: Database,
  { ticketId, key }: { readonly ticketId: TicketId; readonly key: string },
  at: Date,
): Promise<ProbeTurn> {
  const known = await readTicketProbes(db, ticketId);
  const stop = probeStopOf(known);
  const named = stop === null ? await readNamedTargets(db, ticketId) : null;
  if (stop !== null || named === null) return { over: stop ?? 'no_network_context' };
  let round = 0;
  const keep = async (trx: Transaction): Promise<boolean> => {
    const kept = await keepRound(trx, { ticketId, key }, at);
    round = kept.number;
    const { place } = planOf(known, round);
    await trx('probe_rounds').where({ ticket_id: ticketId, number: round }).update({ place });
    return kept.is_new;
  };
  if (known.rounds > 0) await db.transaction(keep);
  else
    await takeStep(db, { ticketId, inputId: null, actor: theDesk, at }, async (trx) => {
      const isFirst = (await keep(trx)) && round === 1;
      return isFirst ? { events: [{ kind: 'probesBegun', data: {} }] } : null;
    });
  return { round, plan: planOf(known, round), ...named };
}

/** Its places by turns; what serves whatever place is for a plan that has none of its own. */
function planOf({ planKind, places }: TicketProbes, round: number): ProbedPlan {
  const own = places.filter((place) => place !== '');
  return { kind: planKind, place: own[(round - 1) % Math.max(own.length, 1)] ?? null };
}

/** Under its key once, whoever else begins it: a row that was just made has no former version. */
async function keepRound(
  trx: Transaction,
  { ticketId, key }: { readonly ticketId: TicketId; readonly key: string },
  at: Date,
): Promise<z.output<typeof keptSchema>> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `insert into probe_rounds (ticket_id, number, key, begun_at)
     select :ticketId, coalesce(max(number), 0) + 1, :key, :at from probe_rounds where ticket_id = :ticketId
     on conflict on constraint probe_rounds_once do update set key = excluded.key returning number, xmax = 0 as is_new`,
    { ticketId, key, at },
  );
  return readRow('probe round', keptSchema, rows[0]);
}

const keptSchema = z.object({ number: z.number().int(), is_new: z.boolean() });

/** Shows why a target is not tried, or that it is again. */
export async function recordProbeTarget(
  db: Database,
  { ticketId, target, refused }: { ticketId: TicketId; target: string; refused: TargetRefusal | null },
  at: Date,
): Promise<void> {
  if (refused === null) await db('probe_targets').where({ ticket_id: ticketId, target }).delete();
  else
    await db('probe_targets')
      .insert({ ticket_id: ticketId, target, refused, looked_at: at })
      .onConflict(['ticket_id', 'target'])
      .merge();
}

const placeSchema = z.object({
  phase: z.enum(ticketPhases),
  attempts: z.number().int(),
  of_host: z.number().int(),
  is_done: z.boolean().nullable(),
});

/**
 * Takes a place for one attempt, counted over all tickets and workers. One whose worker died may be made again in its
 * own place, within the rate.
 */
export const reserveAttempt = (
  db: Database,
  attempt: ProbeAttemptKey,
  perHour: number,
  at: Date,
): Promise<ProbeReservation> =>
  db.transaction(async (trx) => {
    // Whoever reckons with a host's rate does so alone.
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('probe/' || ?, 0))`, [attempt.host]);
    const { rows } = await trx.raw<{ rows: unknown[] }>(
      `select phase,
         (select count(*)::int from probe_attempts where ticket_id = tickets.id) as attempts,
         (select count(*)::int from probe_attempts where host = :host and begun_at > :since) as of_host,
         (select ended_at is not null from probe_attempts
          where ticket_id = tickets.id and round = :round and host = :host and port = :port and protocol = :protocol) as is_done
       from tickets where id = :ticketId`,
      { ...attempt, since: new Date(at.getTime() - hourMs) },
    );
    const place = readRow('probe', placeSchema, rows[0]);
    if (place.is_done) return 'done';
    const isNew = place.is_done === null;
    const facts = { phase: place.phase, hasContext: true, hasGateway: true };
    const attempts = isNew ? place.attempts : Math.min(place.attempts, probeAttemptsMax - 1);
    if (probeStopOf({ ...facts, attempts }) !== null) return 'over';
    if (place.of_host >= perHour) return 'rate';
    await trx('probe_attempts')
      .insert({ ...columnsOf(attempt), begun_at: at })
      .onConflict(['ticket_id', 'round', 'host', 'port', 'protocol'])
      .merge(['begun_at']);
    return 'go';
  });

const columnsOf = ({ ticketId, round, host, port, protocol }: ProbeAttemptKey) => ({
  ticket_id: ticketId,
  round,
  host,
  port,
  protocol,
});

/** Once: what was recorded of an attempt stands. */
export async function recordProbe(
  db: Database,
  attempt: ProbeAttemptKey,
  { probed, classed }: { readonly probed: Probed; readonly classed: Classed },
  at: Date,
): Promise<void> {
  await db('probe_attempts')
    .where({ ...columnsOf(attempt), ended_at: null })
    .update({
      ended_at: at,
      ...toldOf(probed.outcome),
      class: classed.class,
      vendor: classed.vendor,
      egress: probed.egress,
      latency_ms: probed.latencyMs,
    });
}

function toldOf(outcome: AttemptOutcome) {
  switch (outcome.kind) {
    case 'answered':
      return { status: outcome.status, answered_by: outcome.by };
    case 'failed':
      return { step: outcome.step, failure: outcome.failure };
    case 'untold':
      return {};
  }
}

/** Somebody wants a round at once: it is begun by a job of this transaction. Refused where nothing is tried, and too soon after the last. */
export async function askForRound(trx: Transaction, ticketId: TicketId, at: Date): Promise<number | Refusal> {
  const ticket = await readTicketProbes(trx, ticketId);
  const stop = probeStopOf(ticket);
  if (stop !== null) return refuse('probes-stopped', { why: stop });
  if (ticket.lastBegunAt !== null && at.getTime() - ticket.lastBegunAt.getTime() < probeGapMs)
    return refuse('probes-too-soon');
  await enqueueProbeSteering(trx, ticketId, true);
  return probeAttemptsMax - ticket.attempts;
}
