/**
 * The registry of incidents: created as suspected, confirmed, resolved or retracted by people, each with a ground and by the
 * version that they looked at. What is said of a confirmed one is told to the tickets that it touches by a job of the same
 * transaction.
 */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { Interval } from '../domain/facts.ts';
import type { IncidentId, InputId, SubjectId } from '../domain/ids.ts';
import {
  advanceIncident,
  type Incident,
  type IncidentMove,
  type IncidentScope,
  incidentStates,
  isConfirmed,
  isOver,
} from '../domain/incident.ts';
import { instantKey, newestFirst, type Page, type PageOf, pageOf, readCursor } from './cursor.ts';
import { type Queryable, type Transaction, violatedConstraint } from './database.ts';
import type { EventData } from './events.ts';
import { enqueueForIncident } from './jobs.ts';
import { id, instant, readRow, readRows } from './row.ts';

const intervalSchema = z.object({ from: z.string(), until: z.string() });

const incidentSchema = z
  .object({
    id: id<IncidentId>(),
    ref: z.string(),
    title: z.string(),
    plan_kinds: z.array(z.string()),
    places: z.array(z.string()),
    ranges: z.array(z.string()),
    from_at: instant,
    until_at: instant.nullable(),
    widely_impacting: z.boolean(),
    lost: z.array(intervalSchema).nullable(),
    state: z.enum(incidentStates),
    version: z.number().int(),
    applied_version: z.number().int(),
    created_at: instant,
    updated_at: instant,
  })
  .transform((row) => ({
    id: row.id,
    ref: row.ref,
    title: row.title,
    planKinds: row.plan_kinds,
    places: row.places,
    egress: row.ranges,
    from: row.from_at.toISOString(),
    until: row.until_at?.toISOString() ?? null,
    widelyImpacting: row.widely_impacting,
    lost: row.lost,
    state: row.state,
    version: row.version,
    /** Every open ticket that it touches has been told of this version. */
    isTold: row.applied_version === row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));

export type IncidentRow = z.output<typeof incidentSchema> & Incident;

const incidents = (db: Queryable) => db('incidents').select('incidents.*', db.raw('egress::text[] as ranges'));

export async function readIncident(db: Queryable, incidentId: IncidentId): Promise<IncidentRow | null> {
  const row: unknown = await incidents(db).where({ id: incidentId }).first();
  return row === undefined ? null : readRow('incident', incidentSchema, row);
}

/** By id, for as many as there are. */
export async function readIncidents(
  db: Queryable,
  incidentIds: readonly IncidentId[],
): Promise<Map<IncidentId, IncidentRow>> {
  const rows: unknown[] = await incidents(db).whereIn('id', [...incidentIds]);
  return new Map(readRows('incident', incidentSchema, rows).map((row) => [row.id, row]));
}

function existing(row: IncidentRow | null): IncidentRow {
  if (row === null) throw new Error('the incident is not there');
  return row;
}

/** Whether an incident by that reference stands in the registry. */
export const isRegistered = async (db: Queryable, ref: string): Promise<boolean> =>
  (await db('incidents').where({ ref }).first('id')) !== undefined;

/** Under its row lock, which whoever changes it or tells of it takes first. */
export async function lockIncident(trx: Transaction, incidentId: IncidentId): Promise<IncidentRow | null> {
  const row: unknown = await incidents(trx).where({ id: incidentId }).forNoKeyUpdate().first();
  return row === undefined ? null : readRow('incident', incidentSchema, row);
}

/** A page of incidents, newest first. */
export async function listIncidents(
  db: Queryable,
  filter: { readonly state?: Incident['state'] | undefined },
  page: Page,
): Promise<PageOf<IncidentRow> | Refusal> {
  const after = readCursor(newestFirst, page.cursor);
  if (isRefusal(after)) return after;
  const query = incidents(db)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.state) void query.where({ state: filter.state });
  if (after) void query.whereRaw('(created_at, id) < (?, ?)', [...after]);
  const rows: unknown[] = await query;
  return pageOf(
    readRows('incident', incidentSchema, rows),
    page.limit,
    (row) => instantKey(row.createdAt, row.id),
    (row) => row,
  );
}

const eventSchema = z
  .object({
    number: z.number().int(),
    kind: z.string(),
    at: instant,
    actor_id: id<SubjectId>().nullable(),
    actor_name: z.string().nullable(),
    ground: z.string().nullable(),
    data: z.custom<EventData>(),
  })
  .transform(({ actor_id, actor_name, ...event }) => ({
    ...event,
    by: actor_id === null ? null : { id: actor_id, name: actor_name ?? '' },
  }));

export type IncidentEventRow = z.output<typeof eventSchema>;

/** What happened to an incident and its waves, in order. */
export async function readIncidentEvents(db: Queryable, incidentId: IncidentId): Promise<IncidentEventRow[]> {
  const rows: unknown[] = await db('incident_events')
    .leftJoin('people', 'people.id', 'incident_events.actor_id')
    .where({ incident_id: incidentId })
    .orderBy('number')
    .select('incident_events.*', 'people.name as actor_name');
  return readRows('incident event', eventSchema, rows);
}

/** What an incident says of itself, as people give it. */
export interface IncidentGiven extends IncidentScope {
  readonly title: string;
  readonly widelyImpacting: boolean;
  readonly lost: readonly Interval[] | null;
}

/** Who does something with it, why, and by which kept input. */
export interface IncidentDoing {
  readonly by: SubjectId;
  readonly ground: string;
  readonly inputId: InputId;
  readonly at: Date;
}

const columnsOf = (trx: Transaction, given: IncidentGiven) => ({
  title: given.title,
  plan_kinds: [...given.planKinds],
  places: [...given.places],
  // What stands behind a range's prefix is dropped.
  egress: trx.raw(
    `coalesce((select array_agg(distinct network(given::inet) order by network(given::inet)) from unnest(?::text[]) as given), '{}')`,
    [[...given.egress]],
  ),
  from_at: given.from,
  until_at: given.until,
  widely_impacting: given.widelyImpacting,
  lost: given.lost && JSON.stringify(given.lost),
});

/** Keeps a suspected incident; a reference names one incident for ever. */
export async function createIncident(
  trx: Transaction,
  given: IncidentGiven & { readonly ref: string },
  doing: IncidentDoing,
): Promise<IncidentRow | Refusal> {
  try {
    const rows: { id: IncidentId }[] = await trx.transaction((inner) =>
      inner('incidents')
        .insert({
          ...columnsOf(inner, given),
          ref: given.ref,
          state: 'suspected',
          applied_version: 1,
          created_at: doing.at,
          updated_at: doing.at,
        })
        .returning('id'),
    );
    const incidentId = rows[0]?.id as IncidentId;
    await noteIncidentEvent(trx, incidentId, { kind: 'created', data: {} }, doing);
    return existing(await readIncident(trx, incidentId));
  } catch (fault) {
    if (violatedConstraint(fault) === 'incidents_ref_key') return refuse('incident-exists');
    throw fault;
  }
}

const eventKinds = {
  confirm: 'confirmed',
  resolve: 'resolved',
  retract: 'retracted',
  correct: 'corrected',
} as const satisfies Record<IncidentMove, string>;

export interface IncidentChange {
  readonly incidentId: IncidentId;
  readonly move: IncidentMove;
  /** The one that the person looked at. */
  readonly version: number;
  readonly changes: Partial<Omit<IncidentGiven, 'until'>> & { readonly until?: string | null };
}

/** Ticket creation waits for a change of the registry, and it for them: none is judged by what is no longer so. */
const registryKey = `hashtextextended('incidents', 0)`;
export const waitForRegistry = `select pg_advisory_xact_lock_shared(${registryKey})`;

/** Refused by name where somebody was first, and where its state has no such way. */
export async function changeIncident(
  trx: Transaction,
  { incidentId, move, version, changes }: IncidentChange,
  doing: IncidentDoing,
): Promise<IncidentRow | Refusal> {
  // The row first: a wave that has it may wait for an order, whose new ticket must not wait for us.
  const incident = await lockIncident(trx, incidentId);
  if (!incident) return refuse('not-found');
  await trx.raw(`select pg_advisory_xact_lock(${registryKey})`);
  const state = advanceIncident(incident.state, move);
  if (state === null) return refuse('incident-state', { state: incident.state });
  if (incident.version !== version) return refuse('incident-stale', { version: incident.version });
  const given = { ...incident, ...changes };
  // What is resolved has ended, also once it is put right.
  if (state === 'resolved' && !isOver(given, doing.at.toISOString()))
    return refuse('request-invalid', { field: 'until' });
  const isToTell = isConfirmed(state) || isConfirmed(incident.state);
  await trx('incidents')
    .where({ id: incidentId })
    .update({
      ...columnsOf(trx, given),
      state,
      version: version + 1,
      ...(isToTell ? {} : { applied_version: version + 1 }),
      updated_at: doing.at,
    });
  await noteIncidentEvent(trx, incidentId, { kind: eventKinds[move], data: { version: version + 1 } }, doing);
  if (isToTell) await enqueueForIncident(trx, 'tell_incident', incidentId);
  await wakeWave(trx, incidentId);
  return existing(await readIncident(trx, incidentId));
}

/** A wave that runs halts by itself; now, and not only when it would have reached its next orders. */
async function wakeWave(trx: Transaction, incidentId: IncidentId): Promise<void> {
  const running: unknown = await trx('incident_waves').where({ incident_id: incidentId, state: 'running' }).first('id');
  if (running !== undefined) await enqueueForIncident(trx, 'run_wave', incidentId);
}

/** Adds to what happened to an incident; its row is locked, or was made in the same transaction. */
export async function noteIncidentEvent(
  trx: Transaction,
  incidentId: IncidentId,
  event: { readonly kind: string; readonly data: EventData },
  doing: IncidentDoing | { readonly by: null; readonly ground: null; readonly inputId: null; readonly at: Date },
): Promise<void> {
  await trx.raw(
    `insert into incident_events (incident_id, number, kind, at, actor_id, ground, data, input_id)
     select :incidentId, coalesce(max(number), 0) + 1, :kind, :at::timestamptz, :by::uuid, :ground::text, :data::jsonb, :inputId::uuid
     from incident_events where incident_id = :incidentId`,
    { incidentId, kind: event.kind, data: JSON.stringify(event.data), ...doing },
  );
}
