/** Waves of offers as people decide, halt and watch them (RP-4.5). What a wave does is in `wave-pages.ts`. */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { IncidentId, OrderId, SubjectId, WaveId } from '../domain/ids.ts';
import { isConfirmed, isOver } from '../domain/incident.ts';
import {
  advanceWave,
  type LeftOutReason,
  leftOutReasons,
  needsSecondPerson,
  passingReasons,
  waveOutcomes,
  waveReasons,
  waveStates,
} from '../domain/incident-wave.ts';
import { add, fromWire, type Money, type MoneyWire, money } from '../domain/money.ts';
import type { LimitPerCurrency } from '../domain/policy.ts';
import type { Queryable, Transaction } from './database.ts';
import { joinCovered } from './incident-coverage.ts';
import { type IncidentDoing, type IncidentRow, lockIncident, noteIncidentEvent } from './incidents.ts';
import { enqueueForIncident } from './jobs.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';

const waveSchema = z
  .object({
    id: id<WaveId>(),
    incident_id: id<IncidentId>(),
    incident_version: z.number().int(),
    state: z.enum(waveStates),
    reason: z.enum(waveReasons).nullable(),
    budget: z.array(z.object({ minor: z.string(), currency })),
    orders_per_minute: z.number().int(),
    decided_by: id<SubjectId>(),
    confirmed_by: id<SubjectId>().nullable(),
    after_order: id<OrderId>().nullable(),
    passes: z.number().int(),
    next_pass_at: instant.nullable(),
    created_at: instant,
    ended_at: instant.nullable(),
  })
  .transform((row) => ({
    id: row.id,
    incidentId: row.incident_id,
    incidentVersion: row.incident_version,
    state: row.state,
    reason: row.reason,
    budget: row.budget.map((wire) => money(BigInt(wire.minor), wire.currency)),
    ordersPerMinute: row.orders_per_minute,
    decidedBy: row.decided_by,
    confirmedBy: row.confirmed_by,
    afterOrder: row.after_order,
    passes: row.passes,
    nextPassAt: row.next_pass_at,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }));

export type WaveRow = z.output<typeof waveSchema>;

/** The newest of an incident, under its lock; whoever takes it has the incident's already. */
export async function lockWave(trx: Transaction, incidentId: IncidentId): Promise<WaveRow | null> {
  const row: unknown = await trx('incident_waves')
    .where({ incident_id: incidentId })
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .forNoKeyUpdate()
    .first();
  return row === undefined ? null : readRow('wave', waveSchema, row);
}

export interface NewWave {
  readonly incidentId: IncidentId;
  /** Of the incident that was looked at. */
  readonly version: number;
  readonly budget: readonly MoneyWire[];
  readonly ordersPerMinute: number;
}

/**
 * Begun at once, or once a second person has confirmed it; one wave of an incident at a time. What its former waves have
 * offered counts as well, so that nobody goes round the second person by many small waves.
 */
export async function startWave(
  trx: Transaction,
  wave: NewWave,
  settings: { readonly withoutConfirmation: LimitPerCurrency },
  doing: IncidentDoing,
): Promise<Refusal | null> {
  const incident = await lockIncident(trx, wave.incidentId);
  if (!incident) return refuse('not-found');
  if (!isConfirmed(incident.state)) return refuse('incident-state', { state: incident.state });
  if (incident.version !== wave.version) return refuse('incident-stale', { version: incident.version });
  if (!isOver(incident, doing.at.toISOString())) return refuse('incident-goes-on');
  const former = await lockWave(trx, wave.incidentId);
  if (former && former.endedAt === null) return refuse('wave-state', { state: former.state });
  const offered = await readSpent(trx, { incident_id: incident.id });
  const state = needsSecondPerson(withFormer(wave.budget, offered), settings.withoutConfirmation)
    ? 'awaiting'
    : 'running';
  await trx('incident_waves').insert({
    incident_id: incident.id,
    incident_version: incident.version,
    state,
    budget: JSON.stringify(wave.budget),
    orders_per_minute: wave.ordersPerMinute,
    decided_by: doing.by,
    created_at: doing.at,
    updated_at: doing.at,
  });
  await noteIncidentEvent(trx, incident.id, { kind: 'offersDecided', data: { state } }, doing);
  if (state === 'running') await enqueueForIncident(trx, 'run_wave', incident.id);
  return null;
}

/** Of the currencies that the budget names: in others the wave can offer nothing. */
const withFormer = (budget: readonly MoneyWire[], offered: readonly Money[]): Money[] =>
  budget.map(fromWire).map((amount) => {
    const before = offered.find(({ currency }) => currency === amount.currency);
    return before ? add(amount, before) : amount;
  });

const moveEvents = {
  confirm: 'offersConfirmed',
  reject: 'offersRejected',
  pause: 'offersPaused',
  resume: 'offersResumed',
  cancel: 'offersCancelled',
} as const;

interface WaveMoved {
  readonly incidentId: IncidentId;
  readonly move: keyof typeof moveEvents;
  /** The wave that was looked at, where it was named. */
  readonly waveId?: string;
}

/**
 * What a person does with the newest wave. A lead who decided it alone lets it go on by the incident as it then stands; what
 * a second person says yes to, or has said, is the incident for which it was decided, and no other.
 */
export async function moveWave(
  trx: Transaction,
  { incidentId, move, waveId }: WaveMoved,
  doing: IncidentDoing,
): Promise<Refusal | null> {
  const incident = await lockIncident(trx, incidentId);
  if (!incident) return refuse('not-found');
  const wave = await lockWave(trx, incidentId);
  if (!wave) return refuse('no-wave');
  const state = waveId === undefined || waveId === wave.id ? advanceWave(wave.state, move) : null;
  if (state === null) return refuse('wave-state', { state: wave.state });
  // It would only halt again: more money is another decision, which may need a second person.
  if (move === 'resume' && wave.reason === 'budget') return refuse('wave-budget');
  const isSecond = move === 'confirm' || move === 'reject';
  if (isSecond && wave.decidedBy === doing.by) return refuse('not-second-person');
  if (state === 'running' && !isConfirmed(incident.state)) return refuse('incident-state', { state: incident.state });
  // A correction may have taken back that it is over.
  if (state === 'running' && !isOver(incident, doing.at.toISOString())) return refuse('incident-goes-on');
  const isOther = incident.version !== wave.incidentVersion;
  const isOfTwo = move === 'confirm' || wave.confirmedBy !== null;
  if (state === 'running' && isOfTwo && isOther) return refuse('incident-stale', { version: incident.version });
  await trx('incident_waves')
    .where({ id: wave.id })
    .update({
      state,
      reason: state === 'paused' || state === 'cancelled' ? 'person' : null,
      updated_at: doing.at,
      ...(state === 'running' && isOther ? begunAnew(incident) : {}),
      ...(move === 'confirm' ? { confirmed_by: doing.by } : {}),
      ...(state === 'cancelled' ? { ended_at: doing.at } : {}),
    });
  await noteIncidentEvent(trx, incidentId, { kind: moveEvents[move], data: {} }, doing);
  // Also to a wave that halts, so that it does not wait for its next page first.
  await enqueueForIncident(trx, 'run_wave', incidentId);
  return null;
}

/** Another incident covers other orders, also before the one that was reached last: all that are not reached are gone over. */
const begunAnew = ({ version }: IncidentRow) => ({
  incident_version: version,
  after_order: null,
  passes: 0,
  next_pass_at: null,
});

/** What a wave does with itself. */
export async function endWave(
  trx: Transaction,
  wave: WaveRow,
  end: { readonly state: 'paused'; readonly reason: 'budget' | 'incident' } | { readonly state: 'done' },
  at: Date,
): Promise<void> {
  const reason = 'reason' in end ? end.reason : null;
  await trx('incident_waves')
    .where({ id: wave.id })
    .update({ state: end.state, reason, updated_at: at, ...(end.state === 'done' ? { ended_at: at } : {}) });
  const kind = end.state === 'done' ? 'offersDone' : 'offersPaused';
  const doing = { by: null, ground: null, inputId: null, at };
  await noteIncidentEvent(trx, wave.incidentId, { kind, data: reason === null ? {} : { reason } }, doing);
}

const spentSchema = z.object({ minor, currency });

/** What a wave, or all waves of an incident, have offered in money so far, by currency. */
export async function readSpent(
  db: Queryable,
  of: { readonly wave_id: WaveId } | { readonly incident_id: IncidentId },
): Promise<Money[]> {
  const rows: unknown[] = await db('incident_offers')
    .where({ ...of, outcome: 'offered' })
    .whereNotNull('refund_minor')
    .groupBy('currency')
    .orderBy('currency')
    .select('currency', db.raw('sum(refund_minor)::text as minor'));
  return readRows('offered sum', spentSchema, rows).map((spent) => money(spent.minor, spent.currency));
}

export interface WaveView extends Omit<WaveRow, 'decidedBy' | 'confirmedBy'> {
  readonly decidedBy: { readonly id: SubjectId; readonly name: string };
  readonly confirmedBy: { readonly id: SubjectId; readonly name: string } | null;
  readonly progress: {
    readonly offered: number;
    readonly joined: number;
    readonly told: number;
    readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
    readonly remaining: number;
  };
  readonly offered: readonly Money[];
}

const namesSchema = z.object({ decider: z.string(), confirmer: z.string().nullable() });
const countSchema = z.object({
  outcome: z.enum(waveOutcomes),
  reason: z.enum(leftOutReasons).nullable(),
  orders: z.number().int(),
});
const remainingSchema = z.object({ remaining: z.number().int() });

/** The newest wave of an incident, and how far it is: five statements, however many orders it reaches. */
export async function readWave(db: Queryable, incident: IncidentRow): Promise<WaveView | null> {
  const row: unknown = await db('incident_waves')
    .join('people as deciders', 'deciders.id', 'decided_by')
    .leftJoin('people as confirmers', 'confirmers.id', 'confirmed_by')
    .where({ incident_id: incident.id })
    .orderBy('incident_waves.created_at', 'desc')
    .orderBy('incident_waves.id', 'desc')
    .first('incident_waves.*', 'deciders.name as decider', 'confirmers.name as confirmer');
  if (row === undefined) return null;
  const wave = readRow('wave', waveSchema, row);
  const names = readRow('wave', namesSchema, row);
  const counted: unknown[] = await db('incident_offers')
    .where({ wave_id: wave.id })
    .groupBy('outcome', 'reason')
    .select('outcome', 'reason', db.raw('count(*)::integer as orders'));
  const counts = readRows('wave outcome', countSchema, counted);
  const of = (outcome: string): number => counts.find((one) => one.outcome === outcome)?.orders ?? 0;
  const { decidedBy, confirmedBy, ...shown } = wave;
  return {
    ...shown,
    decidedBy: { id: decidedBy, name: names.decider },
    confirmedBy: confirmedBy && { id: confirmedBy, name: names.confirmer ?? '' },
    progress: {
      offered: of('offered'),
      joined: of('joined'),
      told: of('told'),
      leftOut: Object.fromEntries(counts.flatMap(({ reason, orders }) => (reason === null ? [] : [[reason, orders]]))),
      remaining: await countRemaining(db, incident, wave.id),
    },
    offered: await readSpent(db, { wave_id: wave.id }),
  };
}

const passing = passingReasons.map((reason) => `'${reason}'`).join(', ');

/** Of a row `incident_offers`: no later wave looks at the order again. */
const isForGood = `(outcome <> 'left_out' or reason not in (${passing}))`;
const offerOf = 'incident_offers where incident_id = incidents.id and order_id = orders.id';

/** Of a row `incidents` joined with `orders`: what the wave `:wave` is still to reach. */
export const unreached = `not exists (select from ${offerOf} and (wave_id = :wave or ${isForGood}))`;

/** Of the same row: what no wave that is decided now would reach. */
export const reachedForGood = `exists (select from ${offerOf} and ${isForGood})`;

async function countRemaining(db: Queryable, incident: IncidentRow, waveId: WaveId): Promise<number> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select count(*)::integer as remaining from incidents ${joinCovered(incident)} where incidents.id = :incident and ${unreached}`,
    { incident: incident.id, wave: waveId },
  );
  return readRow('remaining orders', remainingSchema, rows[0]).remaining;
}
