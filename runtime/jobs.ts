/**
 * The job runner: redelivers kept inputs and sends notices. A job's payload is a row's id; the row says what to do, so a
 * job that runs twice does it once.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { JobPayloads } from '../db/jobs.ts';
import { id } from '../db/row.ts';
import type { InputId, NoticeId } from '../domain/ids.ts';
import type { Delivery } from './delivery.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';
import type { Log } from './log.ts';
import type { NoticeSender } from './notices.ts';

/** How long one redelivery waits for the workflow. */
const deliveryWaitMs = 10_000;
/** At an even pace rather than ever longer, as the queue's own: whoever waits is a person, and an outage ends at once. */
const againMs = { deliver_input: 2_000, send_notice: 10_000 } as const;
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
  readonly log: Log;
}

const payloads = {
  deliver_input: z.object({ inputId: id<InputId>() }),
  send_notice: z.object({ noticeId: id<NoticeId>() }),
};

export async function startJobs(given: Dependencies): Promise<Jobs> {
  const { databaseUrl, log } = given;
  const asked = new AbortController();
  const start = () => startJobRunner({ databaseUrl, taskList: tasks(given), log });
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

const tasks = ({ delivery, notices }: Dependencies): TaskList => ({
  deliver_input: async (payload, { addJob }) => {
    const { inputId } = payloads.deliver_input.parse(payload);
    const { state } = await delivery.deliver(inputId, deliveryWaitMs);
    if (state === 'kept') await again(addJob, 'deliver_input', { inputId });
  },
  send_notice: async (payload, { addJob }) => {
    const { noticeId } = payloads.send_notice.parse(payload);
    const sent = await notices.send(noticeId);
    if (!sent) await again(addJob, 'send_notice', { noticeId });
  },
});

type AddJob = (name: string, payload: unknown, spec: { runAt: Date; maxAttempts: number }) => Promise<unknown>;

const again = async <Name extends keyof JobPayloads>(
  addJob: AddJob,
  name: Name,
  payload: JobPayloads[Name],
): Promise<void> => {
  await addJob(name, payload, { runAt: new Date(Date.now() + againMs[name]), maxAttempts: 1000 });
};
