/**
 * Outgoing jobs, enqueued in the transaction of the state they tell of; graphile-worker runs them. A payload is ids only:
 * what must happen once has a row of its own with a unique key.
 */

import type { Transaction } from './database.ts';

export interface JobPayloads {
  deliver_input: { inputId: string };
  send_notice: { noticeId: string };
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
