/**
 * One run of the job queue's runner. Says in Postgres that it lives, and gives free what runners hold that do not: the
 * queue itself would leave the jobs of a killed worker locked for hours.
 */

import { EventEmitter } from 'node:events';
import { Logger, run, type Task, type TaskList, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import type { Log } from './log.ts';
import { startSweep } from './sweep.ts';

const sweepMs = 5_000;
/** Under this age a lock's owner may not have said yet that it lives. */
const graceSeconds = 5;
/** Longer than a mail may take in all, which is the slowest that a job does. */
const jobMsUsual = 90_000;

export interface JobRunner {
  /** Resolves when it has ended, by our wish or because Postgres was gone in the middle of a job's end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * A runner's sign of life is an advisory lock of its listening connection: it goes with the process, at once. To run a
 * job of a runner that lives all the same is harmless, since each job's row says whether it is done.
 */
const freeJobsOfTheDead = `
  select graphile_worker.force_unlock_workers(array_agg(locked_by)) from (
    select distinct locked_by from graphile_worker.jobs
    where locked_by is not null and locked_at < clock_timestamp() - make_interval(secs => ${graceSeconds})
  ) as holders where pg_try_advisory_xact_lock(hashtextextended(locked_by, 0))`;

/**
 * A call that is never answered holds up nothing but itself: its place is free meanwhile, and its job is tried again after
 * as long as it took. As a failure the queue would let it wait for hours after some of them.
 */
const bounded =
  (task: Task, jobMsMax: number, log: Log): Task =>
  async (payload, helpers) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), jobMsMax);
    });
    const work = Promise.resolve(task(payload, helpers));
    // The loser of the race is still looked at, or its rejection would end the process.
    work.catch(() => undefined);
    try {
      if ((await Promise.race([work, late])) !== 'late') return;
    } finally {
      clearTimeout(timer);
    }
    const { task_identifier: name, key, max_attempts: maxAttempts, priority } = helpers.job;
    log.warn({ event: 'jobs', reason: name }, `a job took longer than ${jobMsMax} ms`);
    const spec = { runAt: new Date(Date.now() + jobMsMax), maxAttempts, priority };
    await helpers.addJob(name, payload, key === null ? spec : { ...spec, jobKey: key });
  };

/**
 * Tells of the first of several fetches in vain, since the queue itself keeps silent. Where a fetch was cut off, a job may
 * be locked of which nobody knows: the runner ends, and another frees what it held.
 */
function watchFetches(events: WorkerEvents, log: Log, end: () => void): void {
  let inVain = false;
  events.on('worker:getJob:error', ({ error }) => {
    if (!inVain) log.warn({ event: 'jobs', fault: error }, 'the job runner could not fetch a job');
    inVain = true;
    if (!neverSent(error)) end();
  });
  const worked = (): void => {
    inVain = false;
  };
  events.on('worker:getJob:empty', worked);
  events.on('job:start', worked);
}

const neverSent = (fault: unknown): boolean =>
  fault instanceof Error && /timeout exceeded when trying to connect|ECONNREFUSED/.test(fault.message);

/** A pool of its own, closed with the runner: a lock must not outlive it on a connection that goes on. */
function openPool(databaseUrl: string, concurrency: number, log: Log): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    // One listens, and one sweeps.
    max: concurrency + 2,
    connectionTimeoutMillis: 5_000,
  });
  const lost = (fault: Error): void => log.warn({ event: 'jobs', fault }, 'a connection of the job runner was lost');
  pool.on('error', lost);
  // The pool listens to idle connections only; one that is lost at work would end the process.
  pool.on('connect', (client) => void client.on('error', lost));
  return pool;
}

/** Once the connection listens. Shared, so that it never waits for one of ours that the server still believes in. */
function sayAlive(events: WorkerEvents, log: Log): void {
  events.on('pool:listen:success', ({ workerPool, client }) => {
    client.once('drain', () => {
      client
        .query('select pg_advisory_lock_shared(hashtextextended($1, 0))', [workerPool.id])
        .catch((fault: unknown) => log.warn({ event: 'jobs', fault }, 'the job runner could not say that it lives'));
    });
  });
}

export async function startJobRunner(given: {
  databaseUrl: string;
  taskList: TaskList;
  concurrency: number;
  log: Log;
  jobMsMax?: number;
}): Promise<JobRunner> {
  const { log, concurrency, jobMsMax = jobMsUsual } = given;
  const taskList: TaskList = Object.fromEntries(
    Object.entries(given.taskList).map(([name, task]) => [name, task && bounded(task, jobMsMax, log)]),
  );
  const pool = openPool(given.databaseUrl, concurrency, log);
  const events: WorkerEvents = new EventEmitter();
  sayAlive(events, log);
  try {
    const runner = await run({
      pgPool: pool,
      taskList,
      events,
      concurrency,
      noHandleSignals: true,
      pollInterval: 1_000,
      // Batched, a job's end that cannot be written ends the runner; unbatched it would be a rejection nobody sees.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      logger: new Logger(() => (level, message) => {
        if (level === 'error' || level === 'warning')
          log.warn({ event: 'jobs', reason: message.slice(0, 200) }, 'the job runner had a problem');
      }),
    });
    watchFetches(events, log, () => void runner.stop().catch(() => undefined));
    // While Postgres is away there is nothing to sweep, and the next round comes soon.
    const sweep = startSweep(sweepMs, async () => {
      await pool.query(freeJobsOfTheDead).catch(() => undefined);
    });
    const ended = runner.promise
      .catch((fault: unknown) => log.warn({ event: 'jobs', fault }, 'the job runner ended by a fault'))
      .then(async () => {
        await sweep.stop();
        await pool.end();
      });
    return {
      ended,
      async stop() {
        await runner
          .stop()
          .catch((fault: unknown) => log.warn({ event: 'jobs', fault }, 'the job runner did not stop well'));
        await ended;
      },
    };
  } catch (fault) {
    await pool.end();
    throw fault;
  }
}
