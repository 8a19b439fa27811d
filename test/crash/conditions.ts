/** What crash tests wait for, read where it is true: in Postgres, in the sandbox and in Temporal, never after a time. */

import { expect } from '@jest/globals';
import { until } from '../../dev/until.ts';
import type { PayoutState } from '../../domain/payout.ts';
import { type Claim, control, refundsOf } from '../environment/claims.ts';
import { patienceMs } from '../environment/patience.ts';
import type { CrashDesk } from './crash-desk.ts';

/** Waits until it holds; what cannot be asked just now does not hold yet. */
export async function untilHolds(
  what: string,
  condition: () => Promise<boolean>,
  withinMs: number = patienceMs,
): Promise<void> {
  let fault: unknown;
  const holds = async (): Promise<boolean> => {
    try {
      fault = undefined;
      return await condition();
    } catch (error) {
      fault = error;
      return false;
    }
  };
  if (await until(holds, { withinMs, everyMs: 50 })) return;
  throw new Error(`${what}: not within ${withinMs} ms`, { cause: fault });
}

export const untilTicketIs = (
  desk: CrashDesk,
  ticketId: string,
  phase: string,
  outcome: string | null = null,
  withinMs = patienceMs,
): Promise<void> =>
  untilHolds(
    `the ticket is ${phase} ${outcome ?? ''}`,
    async () => (await desk.core.db('tickets').where({ id: ticketId, phase, outcome }).first('id')) !== undefined,
    withinMs,
  );

const untilRefunded = (desk: CrashDesk, ticketId: string): Promise<void> =>
  untilTicketIs(desk, ticketId, 'closed', 'refunded');

export const untilPayoutIs = (
  desk: CrashDesk,
  payoutId: string,
  states: readonly PayoutState[],
  withinMs = patienceMs,
): Promise<void> =>
  untilHolds(
    `the payout is ${states.join(' or ')}`,
    async () =>
      (await desk.core.db('payouts').where({ id: payoutId }).whereIn('state', states).first('id')) !== undefined,
    withinMs,
  );

/** The input's row stands, committed. */
export const untilKept = (desk: CrashDesk, key: string): Promise<void> =>
  untilHolds('the input is kept', async () => (await desk.core.db('inputs').where({ key }).first('id')) !== undefined);

/** A statement of the desk is held up by a trigger that sleeps, so its transaction is open. */
export const untilHeldUp = (desk: CrashDesk): Promise<void> =>
  untilHolds('a transaction is held up', async () => {
    const found = await desk.core.db.raw<{ rows: unknown[] }>(
      `select pid from pg_stat_activity where wait_event = 'PgSleep'`,
    );
    return found.rows.length > 0;
  });

const switches = async (desk: CrashDesk): Promise<{ kind: string }[]> =>
  ((await (await fetch(`${desk.sandboxUrl}/_sandbox/faults`)).json()) as { faults: { kind: string }[] }).faults;

/** Arms a switch of the sandbox, lets `act` run, and waits until a call has met the switch. */
export async function meeting(
  desk: CrashDesk,
  fault: { kind: string; [setting: string]: unknown },
  act: () => Promise<unknown>,
) {
  await control(desk, 'faults', fault);
  await act();
  await untilHolds(
    `a call meets ${fault.kind}`,
    async () => !(await switches(desk)).some(({ kind }) => kind === fault.kind),
  );
}

/** Events are made and listed, but not sent until the switches are taken away. */
export const withholdWebhooks = (desk: CrashDesk): Promise<unknown> =>
  control(desk, 'faults', { kind: 'webhook-withhold', times: 0 });

/** Takes all switches away and sends what they held back. */
export async function releaseWebhooks(desk: CrashDesk): Promise<void> {
  const answer = await fetch(`${desk.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
}

export interface SandboxEvent {
  readonly id: string;
  readonly type: string;
  readonly object: string;
  readonly delivered: boolean;
  readonly attempts: number;
}

export async function eventsOf(desk: CrashDesk, refundId: string): Promise<SandboxEvent[]> {
  const books = (await (await fetch(`${desk.sandboxUrl}/_sandbox/books`)).json()) as { events: SandboxEvent[] };
  return books.events.filter((event) => event.object === refundId);
}

/** The ticket's workflow has ended, and as its row says. */
const untilWorkflowEnded = (desk: CrashDesk, ticketId: string, outcome: string): Promise<void> =>
  untilHolds(
    'the workflow has ended',
    async () => {
      const handle = desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`);
      if ((await handle.describe()).status.name !== 'COMPLETED') return false;
      const result: unknown = await handle.result();
      return JSON.stringify(result) === JSON.stringify({ outcome });
    },
    patienceMs,
  );

/** A mail job is being worked on. */
export async function jobsAreRunning(desk: CrashDesk): Promise<boolean> {
  const locked = await desk.core.db.raw<{ rows: unknown[] }>(
    `select id from graphile_worker.jobs where task_identifier = 'send_notice' and locked_by is not null`,
  );
  return locked.rows.length > 0;
}

/** The ticket went its way to the end: refunded, the workflow ended, and the provider has one refund of it. */
export async function expectPaidOnce(desk: CrashDesk, claim: Claim): Promise<void> {
  await untilRefunded(desk, claim.ticketId);
  await untilWorkflowEnded(desk, claim.ticketId, 'refunded');
  expect(await refundsOf(desk, claim.charge)).toMatchObject([{ amount: 1999, status: 'succeeded' }]);
}
