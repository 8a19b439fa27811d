/** What waits: inputs that no workflow took yet, notices not mailed yet, files that cannot be looked through, payouts on their way. */

import { z } from 'zod';
import { freeingStates, type PayoutState, payoutStates } from '../domain/payout.ts';
import type { Database } from './database.ts';
import { readRows } from './row.ts';

export interface Waiting {
  readonly count: number;
  /** 0 where nothing waits. */
  readonly oldestSeconds: number;
}

export interface Backlog {
  readonly inputsDue: Waiting;
  readonly noticesQueued: Waiting;
  /** Given up, since the mail server refused them for good. */
  readonly noticesFailed: number;
  /** Files that could not be looked through for a fault of the desk's, and are tried again. */
  readonly filesFailing: Waiting;
  /** By state, from granted to sent: what is settled or freed waits for nothing. */
  readonly payoutsOpen: ReadonlyMap<PayoutState, Waiting>;
}

const ended: readonly PayoutState[] = ['settled', ...freeingStates];
export const openPayoutStates = payoutStates.filter((state) => !ended.includes(state));

/** Whoever asks waits no longer than this. */
const readMsMax = 2_000;

const rowSchema = z.object({ name: z.string(), count: z.coerce.number().int(), oldest: z.date().nullable() });

/** Each part reads an index over what is open only, so its cost does not grow with what is done. */
export async function readBacklog(db: Database, now: Date): Promise<Backlog> {
  const statement = db.raw<{ rows: unknown[] }>(
    `select 'inputs' as name, count(*) as count, min(kept_at) as oldest from inputs where delivery = 'due'
     union all
     select 'notices', count(*), min(created_at) from notices where state = 'queued'
     union all
     select 'notices_failed', count(*), null from notices where state = 'failed'
     union all
     select 'files_failing', count(*), min(intake_failing_since) from evidence_files
       where intake_due_at is not null and intake_failures > 0
     union all
     select state, count(*), min(updated_at) from payouts where state = any(?) group by state`,
    [openPayoutStates],
  );
  void statement.timeout(readMsMax);
  const found = await statement;
  const rows = readRows('backlog', rowSchema, found.rows);
  const waiting = (name: string): Waiting => {
    const row = rows.find((one) => one.name === name);
    const oldestMs = row?.oldest ? Math.max(0, now.getTime() - row.oldest.getTime()) : 0;
    return { count: row?.count ?? 0, oldestSeconds: oldestMs / 1000 };
  };
  return {
    inputsDue: waiting('inputs'),
    noticesQueued: waiting('notices'),
    noticesFailed: waiting('notices_failed').count,
    filesFailing: waiting('files_failing'),
    payoutsOpen: new Map(openPayoutStates.map((state) => [state, waiting(state)])),
  };
}
