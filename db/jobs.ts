/**
 * Outgoing jobs, enqueued in the transaction of the state they tell of; graphile-worker runs them. A payload is ids only:
 * what must happen once has a row of its own with a unique key.
 */

import type { IncidentId, OrderId, TicketId } from '../domain/ids.ts';
import type { Transaction } from './database.ts';

export interface JobPayloads {
  deliver_input: { inputId: string };
  send_notice: { noticeId: string };
  /** `orReading`: whoever reads them already will do, since nothing new was told of them. */
  read_captures: { orderId: string; orReading?: boolean };
  match_incidents: { ticketId: string };
  tell_incident: { incidentId: string };
  run_wave: { incidentId: string };
  /** `now`: somebody wants a round at once. */
  steer_probes: { ticketId: string; now: boolean };
}

export async function enqueueJob<Name extends keyof JobPayloads>(
  trx: Transaction,
  name: Name,
  payload: JobPayloads[Name],
  options: { delayMs?: number } = {},
): Promise<void> {
  await trx.raw(
    `select graphile_worker.add_job(identifier => ?, payload => ?::json, max_attempts => 1000,
       run_at => clock_timestamp() + make_interval(secs => ?))`,
    [name, JSON.stringify(payload), (options.delayMs ?? 0) / 1000],
  );
}

/** What waits under it is one job, however often it is asked for. */
export const captureReadKey = (orderId: OrderId, orReading = false): string =>
  `read_captures${orReading ? '_or_reading' : ''}/${orderId}`;

/** What the providers have of these orders is read anew, once for all that was told of an order until then. */
export async function enqueueCaptureReads(trx: Transaction, orderIds: readonly OrderId[]): Promise<void> {
  if (orderIds.length === 0) return;
  // In one order for everyone: two transactions that know the same orders wait for each other's keys.
  await trx.raw(
    `select graphile_worker.add_job(identifier => 'read_captures', payload => json_build_object('orderId', id),
       max_attempts => 1000, job_key => 'read_captures/' || id)
     from (select distinct unnest(?::uuid[]) as id order by 1) as orders`,
    [[...orderIds]],
  );
}

/** Of what one incident needs, what waits is one job. */
export const incidentJobKey = (name: 'tell_incident' | 'run_wave', incidentId: IncidentId): string =>
  `${name}/${incidentId}`;

export async function enqueueForIncident(
  trx: Transaction,
  name: 'tell_incident' | 'run_wave',
  incidentId: IncidentId,
): Promise<void> {
  await trx.raw(
    `select graphile_worker.add_job(identifier => ?, payload => json_build_object('incidentId', ?::text), max_attempts => 1000, job_key => ?)`,
    [name, incidentId, incidentJobKey(name, incidentId)],
  );
}

/** Jobs of many tickets at once, and what was tried in vain, wait behind what is new and somebody waits for. */
export const laterJobPriority = 10;

/** What waits under it is one job; a wish for a round at once is not lost in a mere look. */
export const steerProbesKey = (ticketId: TicketId, now: boolean): string =>
  `steer_probes${now ? '_now' : ''}/${ticketId}`;

export async function enqueueProbeSteering(trx: Transaction, ticketId: TicketId, now: boolean): Promise<void> {
  await trx.raw(
    `select graphile_worker.add_job(identifier => 'steer_probes', payload => ?::json, max_attempts => 1000, job_key => ?)`,
    [JSON.stringify({ ticketId, now }), steerProbesKey(ticketId, now)],
  );
}

/** For a statement after which a confirmed incident may cover a ticket's order; `from` what rows there are. Binds `:ticket`. */
export const matchedIncidents = (from = ''): string => `matched as (
       select graphile_worker.add_job(identifier => 'match_incidents', payload => json_build_object('ticketId', :ticket::text),
         max_attempts => 1000) ${from}
     )`;

/** Of every ticket whose fault is looked for or mended, once. */
export async function enqueueAllProbeSteering(trx: Transaction): Promise<void> {
  await trx.raw(
    `select graphile_worker.add_job(identifier => 'steer_probes', payload => json_build_object('ticketId', id, 'now', false),
       max_attempts => 1000, job_key => 'steer_probes/' || id)
     from (select id from tickets where phase in ('reviewing', 'remediating') order by id) as in_hand`,
  );
}

/** For a statement that begins or ends what probes wait for; nothing where no plan has a gateway. Binds `:ticket`. */
export const steeredProbes = `steered as (
       select graphile_worker.add_job(identifier => 'steer_probes',
         payload => json_build_object('ticketId', :ticket::uuid, 'now', false), max_attempts => 1000,
         job_key => 'steer_probes/' || :ticket::text) where exists (select from probe_gateways)
     )`;
