/** The desk's own tests of a ticket as agents see them: what they say together, the newest of them, and of a reported fix. */

import { z } from 'zod';
import { attemptFailures, attemptSteps } from '../domain/attempt.ts';
import { type AttemptClass, attemptClasses } from '../domain/attempt-class.ts';
import { createDiagnosis } from '../domain/diagnosis.ts';
import type { TicketId } from '../domain/ids.ts';
import {
  causeOfProbe,
  fixVerdictOf,
  isOwnSetup,
  probeAttemptsMax,
  probeProtocols,
  probeStopOf,
  targetRefusals,
} from '../domain/probe.ts';
import type { ProbeAttemptView, ProbesView } from '../domain/probe-view.ts';
import type { Queryable } from './database.ts';
import { readRoundsSince } from './probed-fixes.ts';
import { readTicketProbes } from './probes.ts';
import { readRow, readRows } from './row.ts';

/** So many of the newest attempts are shown one by one. */
const shownMax = 50;

const classNames = Object.keys(attemptClasses) as [AttemptClass, ...AttemptClass[]];

const attemptSchema = z
  .object({
    number: z.number().int(),
    round: z.number().int(),
    at: z.date(),
    host: z.string(),
    port: z.number().int(),
    protocol: z.enum(probeProtocols),
    class: z.enum(classNames),
    vendor: z.string().nullable(),
    step: z.enum(attemptSteps).nullable(),
    failure: z.enum(attemptFailures).nullable(),
    status: z.number().int().nullable(),
    egress: z.string().nullable(),
    latency_ms: z.number().int(),
  })
  .transform(({ host, port, latency_ms, ...row }) => ({
    ...row,
    target: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    cause: causeOfProbe(row.class),
    latencyMs: latency_ms,
  }));

async function readAttempts(db: Queryable, ticketId: TicketId): Promise<ProbeAttemptView[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select (row_number() over (order by begun_at, round, host, port, protocol))::int as number, round, begun_at as at, host, port,
       protocol, class, vendor, step, failure, status, host(egress) as egress, latency_ms
     from probe_attempts where ticket_id = ? and ended_at is not null order by number`,
    [ticketId],
  );
  return readRows('probe attempt', attemptSchema, rows);
}

const refusedSchema = z
  .object({ target: z.string(), refused: z.enum(targetRefusals), looked_at: z.date() })
  .transform(({ looked_at, ...row }) => ({ ...row, at: looked_at }));

const fixSchema = z.object({ reported_at: z.date(), probes_failing_at: z.date().nullable() });

async function readFix(db: Queryable, ticketId: TicketId): Promise<ProbesView['fix']> {
  const row: unknown = await db('fix_reports').where({ ticket_id: ticketId }).orderBy('id', 'desc').first();
  if (row === undefined) return null;
  const fix = readRow('fix report', fixSchema, row);
  const rounds = await readRoundsSince(db, ticketId, fix.reported_at);
  return {
    reportedAt: fix.reported_at,
    verdict: fixVerdictOf(rounds),
    attempts: rounds.reduce((sum, one) => sum + one.attempts, 0),
    ours: rounds.reduce((sum, one) => sum + one.ours, 0),
    toldAt: fix.probes_failing_at,
  };
}

export async function readProbes(db: Queryable, ticketId: TicketId): Promise<ProbesView> {
  const ticket = await readTicketProbes(db, ticketId);
  const attempts = await readAttempts(db, ticketId);
  const diagnosis = createDiagnosis(causeOfProbe);
  for (const { number, at, target, egress, class: name, vendor } of attempts)
    diagnosis.add(
      { lines: { from: number, until: number }, at: at.toISOString(), target, egress },
      { class: name, vendor },
    );
  const refused: unknown[] = await db('probe_targets').where({ ticket_id: ticketId }).orderBy('target');
  return {
    stop: probeStopOf(ticket),
    rounds: ticket.rounds,
    lastBegunAt: ticket.lastBegunAt,
    budget: { used: ticket.attempts, max: probeAttemptsMax },
    refusedTargets: readRows('probe target', refusedSchema, refused),
    diagnosis: diagnosis.told(),
    ownSetup: attempts.filter((one) => isOwnSetup(one.class)).length,
    attempts: attempts.toReversed().slice(0, shownMax),
    fix: await readFix(db, ticketId),
  };
}
