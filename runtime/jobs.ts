/**
 * The job runner: redelivers kept inputs and sends notices. A job's payload is a row's id; the row says what to do, so a
 * job that runs twice does it once.
 */

import { Logger, type Runner, run, type TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { JobPayloads } from '../db/jobs.ts';
import { id } from '../db/row.ts';
import type { InputId, NoticeId } from '../domain/ids.ts';
import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';
import type { NoticeSender } from './notices.ts';

/** How long one redelivery waits for the workflow. */
const deliveryWaitMs = 10_000;
/** At an even pace rather than ever longer, as the queue's own: whoever waits is a person, and an outage ends at once. */
const againMs = { deliver_input: 2_000, send_notice: 10_000 } as const;

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

export async function startJobs({ databaseUrl, delivery, notices, log }: Dependencies): Promise<Runner> {
  const taskList: TaskList = {
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
  };
  return run({
    connectionString: databaseUrl,
    taskList,
    concurrency: 8,
    noHandleSignals: true,
    pollInterval: 1_000,
    maxPoolSize: 10,
    logger: new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning')
        log.warn({ event: 'jobs', reason: message.slice(0, 200) }, 'the job runner had a problem');
    }),
  });
}

type AddJob = (name: string, payload: unknown, spec: { runAt: Date; maxAttempts: number }) => Promise<unknown>;

const again = async <Name extends keyof JobPayloads>(
  addJob: AddJob,
  name: Name,
  payload: JobPayloads[Name],
): Promise<void> => {
  await addJob(name, payload, { runAt: new Date(Date.now() + againMs[name]), maxAttempts: 1000 });
};
