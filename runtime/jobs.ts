/**
 * The job runner: redelivers kept inputs, sends notices, has captures read, probes begun and incidents told of. A job's payload is a row's id; the row
 * says what to do, so a job that runs twice does it once.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { Task, TaskList } from 'graphile-worker';
import { z } from 'zod';
import { captureReadKey, incidentJobKey, type JobPayloads, laterJobPriority, steerProbesKey } from '../db/jobs.ts';
import { id } from '../db/row.ts';
import type { IncidentId, InputId, NoticeId, OrderId, TicketId } from '../domain/ids.ts';
import type { CaptureReading } from './capture-reading.ts';
import type { Delivery } from './delivery.ts';
import type { IncidentRuns } from './incident-runs.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';
import type { Log } from './log.ts';
import type { NoticeSender } from './notices.ts';
import type { ProbeSteering } from './probe-steering.ts';

/**
 * How long one redelivery waits for the workflow. Short, since other jobs wait behind it: an update that is accepted goes
 * on by itself, and a later attempt comes back for its outcome.
 */
const deliveryWaitMs = 2_000;
/**
 * A share of the time that it has been tried for, within bounds: an input every two seconds for its first two minutes,
 * since whoever waits is a person and most outages are short, and captures and probes at the same pace; a mail after twice the time,
 * up to ten minutes.
 */
const paces = {
  deliver_input: { shareOfAge: 1 / 60, minMs: 2_000, maxMs: 30_000 },
  read_captures: { shareOfAge: 1 / 60, minMs: 2_000, maxMs: 30_000 },
  tell_incident: { shareOfAge: 1 / 60, minMs: 2_000, maxMs: 30_000 },
  run_wave: { shareOfAge: 1 / 60, minMs: 2_000, maxMs: 30_000 },
  steer_probes: { shareOfAge: 1 / 60, minMs: 2_000, maxMs: 30_000 },
  send_notice: { shareOfAge: 1, minMs: 10_000, maxMs: 600_000 },
} as const;
/** Between two attempts to start the runner again after it ended. */
const restartMs = 1_000;

export interface Jobs {
  /** Resolves once they were stopped. */
  readonly promise: Promise<void>;
  /** Lets jobs that are running finish. */
  stop(): Promise<void>;
}

interface Dependencies {
  readonly databaseUrl: string;
  readonly delivery: Delivery;
  readonly notices: NoticeSender;
  readonly captures: CaptureReading;
  readonly incidents: IncidentRuns;
  readonly probes: ProbeSteering;
  readonly log: Log;
}

/** When it was tried first, by the machine's own clock and not the desk's, which may be paced. */
const firstTriedMs = z.number().optional();

const payloads = {
  deliver_input: z.object({ inputId: id<InputId>(), firstTriedMs }),
  send_notice: z.object({ noticeId: id<NoticeId>(), firstTriedMs }),
  read_captures: z.object({ orderId: id<OrderId>(), orReading: z.boolean().default(false), firstTriedMs }),
  match_incidents: z.object({ ticketId: id<TicketId>() }),
  incident: z.object({ incidentId: id<IncidentId>(), firstTriedMs }),
  steer_probes: z.object({ ticketId: id<TicketId>(), now: z.boolean(), firstTriedMs }),
};

/** How long to wait before it is tried again. */
export function retryDelayMs(name: keyof typeof paces, ageMs: number): number {
  const { shareOfAge, minMs, maxMs } = paces[name];
  return Math.min(maxMs, Math.max(minMs, Math.round(ageMs * shareOfAge)));
}

/** Mails have a runner of their own: a mail server that takes its time holds up nothing that moves a case. */
export async function startJobs(given: Dependencies): Promise<Jobs> {
  const { send_notice, ...moving } = tasks(given);
  const kept = await Promise.all([
    keepRunning(given, { taskList: moving, concurrency: 8 }),
    keepRunning(given, { taskList: { send_notice }, concurrency: 4 }),
  ]);
  const each = (of: (jobs: Jobs) => Promise<void>) => Promise.all(kept.map(of)).then(() => undefined);
  return { promise: each(({ promise }) => promise), stop: () => each((jobs) => jobs.stop()) };
}

async function keepRunning(
  { databaseUrl, log }: Dependencies,
  hands: { readonly taskList: TaskList; readonly concurrency: number },
): Promise<Jobs> {
  const asked = new AbortController();
  const start = () => startJobRunner({ databaseUrl, log, ...hands });
  let runner: JobRunner | null = await start();
  const keep = async (): Promise<void> => {
    while (!asked.signal.aborted) {
      await runner?.ended;
      runner = null;
      if (asked.signal.aborted) return;
      // PostgreSQL was gone at an unlucky moment; it comes back, and so must the jobs.
      log.warn({ event: 'jobs' }, 'the job runner ended and is started again');
      await pause(restartMs, undefined, { signal: asked.signal }).catch(() => undefined);
      runner = await start().catch(() => null);
    }
    await runner?.stop();
  };
  const promise = keep();
  return {
    promise,
    async stop() {
      asked.abort();
      await runner?.stop();
      await promise;
    },
  };
}

const tasks = ({ delivery, notices, captures, probes, incidents }: Dependencies): Record<keyof JobPayloads, Task> => ({
  deliver_input: async (payload, { addJob }) => {
    const { inputId, firstTriedMs = Date.now() } = payloads.deliver_input.parse(payload);
    const { state } = await delivery.deliver(inputId, deliveryWaitMs);
    if (state === 'kept') await again(addJob, 'deliver_input', { inputId, firstTriedMs });
  },
  send_notice: async (payload, { addJob }) => {
    const { noticeId, firstTriedMs = Date.now() } = payloads.send_notice.parse(payload);
    const isDone = await notices.send(noticeId);
    if (!isDone) await again(addJob, 'send_notice', { noticeId, firstTriedMs });
  },
  read_captures: async (payload, { addJob }) => {
    const { orderId, orReading, firstTriedMs = Date.now() } = payloads.read_captures.parse(payload);
    const isBegun = await captures.begin(orderId, { orReading });
    const next = { orderId, orReading, firstTriedMs };
    if (!isBegun) await again(addJob, 'read_captures', next, captureReadKey(orderId, orReading));
  },
  match_incidents: async (payload) => incidents.match(payloads.match_incidents.parse(payload).ticketId),
  tell_incident: ofIncident('tell_incident', incidents),
  run_wave: ofIncident('run_wave', incidents),
  steer_probes: async (payload, { addJob }) => {
    const { ticketId, now, firstTriedMs = Date.now() } = payloads.steer_probes.parse(payload);
    const isDone = await probes.steer(ticketId, { now });
    if (!isDone) await again(addJob, 'steer_probes', { ticketId, now, firstTriedMs }, steerProbesKey(ticketId, now));
  },
});

/** Has the incident's workflow, or its wave's, look at what is new. */
const ofIncident =
  (name: 'tell_incident' | 'run_wave', incidents: IncidentRuns): Task =>
  async (payload, { addJob }) => {
    const { incidentId, firstTriedMs = Date.now() } = payloads.incident.parse(payload);
    const isBegun = await incidents.look(name, incidentId);
    if (!isBegun) await again(addJob, name, { incidentId, firstTriedMs }, incidentJobKey(name, incidentId));
  };

type AddJob = (
  name: string,
  payload: unknown,
  spec: { runAt: Date; maxAttempts: number; priority: number; jobKey?: string },
) => Promise<unknown>;

const again = async <Name extends keyof typeof paces>(
  addJob: AddJob,
  name: Name,
  payload: JobPayloads[Name] & { readonly firstTriedMs: number },
  jobKey?: string,
): Promise<void> => {
  const nowMs = Date.now();
  const runAt = new Date(nowMs + retryDelayMs(name, nowMs - payload.firstTriedMs));
  const spec = { runAt, maxAttempts: 1000, priority: laterJobPriority };
  await addJob(name, payload, { ...spec, ...(jobKey === undefined ? {} : { jobKey }) });
};
