/**
 * The worker is killed -9 once, with tickets at every point of their payment, and started again: each is paid exactly
 * once. Webhooks are held back meanwhile, so that the desk must find out by itself what became of its calls.
 */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Claim, decideClaim, refundsOf } from '../environment/claims.ts';
import {
  expectPaidOnce,
  meeting,
  releaseWebhooks,
  untilHeldUp,
  untilHolds,
  untilPayoutIs,
  withholdWebhooks,
} from './conditions.ts';
import { type CrashDesk, startCrashDesk } from './crash-desk.ts';
import { holdUp } from './slow-trigger.ts';

type Payable = Claim & { readonly payoutId: string };

const refundCall = { method: 'POST', path: '/v1/refunds' } as const;

let desk: CrashDesk;
let claims: Readonly<Record<Point, Payable>>;
const lateKey = randomUUID();
const heldKey = randomUUID();

/** Where a ticket stood when the worker was killed. */
const points = [
  'before its approval was delivered',
  'after its approval was recorded, before the workflow knew',
  'while the capture was read, before the call',
  'in the call, which the provider works off later',
  'in the call, which the provider never worked off',
  'after the provider did it, before it answered (R4)',
  'after the answer came, before it was committed (R4)',
  'after the answer was committed, before Temporal knew (R4)',
] as const;
type Point = (typeof points)[number];

const approve = (point: Point, key: string = randomUUID()) =>
  desk.cast.finance.post(`/v1/payouts/${claims[point].payoutId}/approve`, {}, { key });

beforeAll(async () => {
  desk = await startCrashDesk();
  const made = await Promise.all(points.map(async (point) => [point, await decideClaim(desk, desk.cast)] as const));
  claims = Object.fromEntries(made) as Record<Point, Payable>;
  await withholdWebhooks(desk);
  await bringToTheirPoints();
  await pauseTemporalAndKillWorker();
  expect((await approve('before its approval was delivered', lateKey)).status).toBe(202);
  await desk.stack.part('worker').start();
}, 300_000);

afterAll(() => desk.close());

async function bringToTheirPoints(): Promise<void> {
  await meeting(desk, { kind: 'hang', method: 'GET', path: '/v1/charges', worked: false }, () =>
    approve('while the capture was read, before the call'),
  );
  await meeting(desk, { kind: 'slow', ...refundCall, ms: 15_000 }, () =>
    approve('in the call, which the provider works off later'),
  );
  await meeting(desk, { kind: 'hang', ...refundCall, worked: false }, () =>
    approve('in the call, which the provider never worked off'),
  );
  await meeting(desk, { kind: 'hang', ...refundCall, worked: true }, () =>
    approve('after the provider did it, before it answered (R4)'),
  );
  const uncommitted = claims['after the answer came, before it was committed (R4)'].payoutId;
  await holdUp(desk, { table: 'payouts', when: `new.id = '${uncommitted}' and new.state = 'sent'`, seconds: 12 });
  await approve('after the answer came, before it was committed (R4)');
  await untilHeldUp(desk);
}

/** A paused Temporal learns of nothing: what the worker then commits, it has committed alone. */
async function pauseTemporalAndKillWorker(): Promise<void> {
  const unreported = 'after the answer was committed, before Temporal knew (R4)';
  const unknown = 'after its approval was recorded, before the workflow knew';
  await meeting(desk, { kind: 'slow', ...refundCall, ms: 3_000, when: 'after' }, () => approve(unreported));
  const approved = desk.core.db('inputs').where({ key: heldKey }).whereNotNull('recorded_at');
  await holdUp(desk, {
    table: 'inputs',
    when: `new.key = '${heldKey}' and new.recorded_at is not null`,
    seconds: 1.5,
  });
  const answered = approve(unknown, heldKey);
  await untilHolds('the approval is being recorded', async () => {
    const found = await desk.core.db.raw<{ rows: unknown[] }>(
      `select pid from pg_stat_activity where wait_event = 'PgSleep' and query like '%recorded_at%'`,
    );
    return found.rows.length > 0;
  });
  const temporal = desk.stack.part('temporal').pid ?? 0;
  process.kill(temporal, 'SIGSTOP');
  try {
    await untilHolds('the approval is recorded', async () => (await approved.clone().first('id')) !== undefined);
    await untilPayoutIs(desk, claims[unreported].payoutId, ['sent']);
    await desk.stack.part('worker').kill();
  } finally {
    process.kill(temporal, 'SIGCONT');
  }
  expect((await answered).status).toBe(202);
}

test.each(points)('a worker killed %s: the desk finds out by itself what the provider has', async (point) => {
  await untilPayoutIs(desk, claims[point].payoutId, ['sent', 'settled']);
  expect(await refundsOf(desk, claims[point].charge)).toMatchObject([{ amount: 1999 }]);
});

test.each([
  ['that no worker took', () => approve('before its approval was delivered', lateKey)],
  ['whose worker died over it', () => approve('after its approval was recorded, before the workflow knew', heldKey)],
])('the key of an approval %s gives its outcome', async (_which, again) => {
  let answer = await again();
  await untilHolds('the key gives its outcome', async () => {
    answer = await again();
    return answer.status !== 202;
  });
  expect([answer.status, answer.json['approvedBy']]).toEqual([200, expect.anything()]);
});

test.each(points)('a worker killed %s: the ticket ends refunded, and was paid exactly once', async (point) => {
  await releaseWebhooks(desk);
  await expectPaidOnce(desk, claims[point]);
});

test('nothing acknowledged was lost, and the books say what the provider says', async () => {
  expect(await desk.violations()).toEqual([]);
});
