/**
 * PostgreSQL, Temporal and the card sandbox are killed -9 around the payment call, and at last everything at once. What
 * was acknowledged stands; while PostgreSQL is down the door says so and does nothing by halves.
 */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer } from '../api/client.ts';
import { type Claim, decideClaim, putOrder, refundsOf } from '../environment/claims.ts';
import { patienceMs } from '../environment/patience.ts';
import {
  eventsOf,
  expectPaidOnce,
  jobsAreRunning,
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

beforeAll(async () => {
  desk = await startCrashDesk({ durable: true });
}, 300_000);

afterAll(() => desk.close());

const approve = ({ payoutId }: Payable, key: string = randomUUID()): Promise<Answer> =>
  desk.cast.finance.post(`/v1/payouts/${payoutId}/approve`, {}, { key });

const decided = (count: number): Promise<Payable[]> =>
  Promise.all(Array.from({ length: count }, () => decideClaim(desk, desk.cast)));

describe('PostgreSQL killed', () => {
  let called: Payable;
  let answered: Payable;
  let uncommitted: Payable;
  let reported: Payable;
  let order: { orderRef: string; charge: string };
  const keys = { approve: randomUUID(), create: randomUUID() };
  let refused: Answer;
  let refusedRead: Answer;

  const create = () =>
    desk.cast.customer.post(
      '/v1/tickets',
      { orderRef: order.orderRef, paymentMethod: 'card', description: 'Nothing could be reached.' },
      { key: keys.create },
    );

  beforeAll(async () => {
    order = await putOrder(desk, desk.cast.service, desk.cast.customer.email);
    [called, answered, uncommitted, reported] = (await decided(4)) as [Payable, Payable, Payable, Payable];
    await withholdWebhooks(desk);
    await approve(reported);
    await untilPayoutIs(desk, reported.payoutId, ['sent']);
    const catcher = desk.stack.part('mail-catcher').pid ?? 0;
    // A mail under way when PostgreSQL goes is a job whose end cannot be written.
    process.kill(catcher, 'SIGSTOP');
    await meeting(desk, { kind: 'slow', ...refundCall, ms: 4_000 }, () => approve(called));
    await meeting(desk, { kind: 'slow', ...refundCall, ms: 4_000, when: 'after' }, () => approve(answered));
    await holdUp(desk, {
      table: 'inputs',
      when: `new.key = '${keys.approve}' and new.recorded_at is not null`,
      seconds: 4,
    });
    const cutOff = approve(uncommitted, keys.approve);
    await untilHeldUp(desk);
    await untilHolds('a mail is under way', () => jobsAreRunning(desk));
    await desk.stack.part('postgres').kill();
    process.kill(catcher, 'SIGCONT');
    // Kept before the kill; what the door can say of it depends on how far it had come.
    expect([202, 503]).toContain((await cutOff).status);
    refused = await create();
    refusedRead = await desk.cast.customer.get('/v1/tickets');
    await outlast();
    await desk.stack.part('postgres').start();
  }, 300_000);

  /** Long enough that every call of the provider has ended, and its events have been refused several times. */
  async function outlast(): Promise<void> {
    const [refund] = await refundsOf(desk, reported.charge);
    await releaseWebhooks(desk);
    await untilHolds('the event was refused four times', async () =>
      (await eventsOf(desk, refund?.id ?? '')).some(({ attempts, delivered }) => attempts > 3 && !delivered),
    );
  }

  test('the door answers 503 with the problem database-unavailable', () => {
    for (const answer of [refused, refusedRead]) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        503,
        expect.stringContaining('application/problem+json'),
      ]);
      expect(answer.json['type']).toEqual(expect.stringContaining('database-unavailable'));
    }
  });

  test('what was answered with 503 left nothing half-done, and its key can be used again', async () => {
    expect(await desk.core.db('inputs').where({ key: keys.create })).toEqual([]);
    expect((await create()).status).toBe(201);
    const tickets = await desk.core
      .db('tickets')
      .join('orders', 'orders.id', 'order_id')
      .where({ ref: order.orderRef });
    expect(tickets).toHaveLength(1);
  });

  test('during the call: what the provider did meanwhile is found, and paid once', async () => {
    await expectPaidOnce(desk, called);
  });

  test('between the provider’s work and its answer: the money is not sent again', async () => {
    await expectPaidOnce(desk, answered);
  });

  test('in the middle of the step that records an approval: it is recorded again, once', async () => {
    await expectPaidOnce(desk, uncommitted);
    const events: string[] = await desk.core
      .db('ticket_events')
      .where({ ticket_id: uncommitted.ticketId })
      .pluck('kind');
    expect(events.filter((kind) => kind === 'payoutApproved')).toHaveLength(1);
    await untilHolds(
      'the key gives its outcome',
      async () => (await approve(uncommitted, keys.approve)).status === 200,
    );
  });

  test('W6: events that could not be stored were not acknowledged, and come again', async () => {
    await expectPaidOnce(desk, reported);
  });

  test('no process of ours ended, and the mails go on', async () => {
    expect([desk.stack.part('worker').pid, desk.stack.part('api').pid]).not.toContain(null);
    await untilHolds(
      'no mail waits',
      async () => (await desk.core.db('notices').where({ state: 'queued' }).first('id')) === undefined,
      // One that was tried in vain before is tried again after as long a time as it was tried for.
      patienceMs,
    );
  });
});

describe('the others killed in the payment call', () => {
  test('Temporal: what the worker came to know meanwhile is not lost, and paid once', async () => {
    const [claim] = (await decided(1)) as [Payable];
    await meeting(desk, { kind: 'slow', ...refundCall, ms: 2_500, when: 'after' }, () => approve(claim));
    await desk.stack.part('temporal').kill();
    await untilPayoutIs(desk, claim.payoutId, ['sent', 'settled']);
    await desk.stack.part('temporal').start();
    await expectPaidOnce(desk, claim);
  });

  test('the provider, before it did anything: it is asked, knows nothing, and is sent the same key again', async () => {
    const [claim] = (await decided(1)) as [Payable];
    await meeting(desk, { kind: 'slow', ...refundCall, ms: 60_000 }, () => approve(claim));
    await desk.stack.part('stripe-sandbox').kill();
    await untilPayoutIs(desk, claim.payoutId, ['unknown']);
    await desk.stack.part('stripe-sandbox').start();
    await expectPaidOnce(desk, claim);
  });

  test('the provider, after it did it and before it answered: its journal has it, and nothing is sent again', async () => {
    const [claim] = (await decided(1)) as [Payable];
    await withholdWebhooks(desk);
    await meeting(desk, { kind: 'hang', ...refundCall, worked: true }, () => approve(claim));
    await desk.stack.part('stripe-sandbox').kill();
    await untilPayoutIs(desk, claim.payoutId, ['unknown']);
    await desk.stack.part('stripe-sandbox').start();
    await expectPaidOnce(desk, claim);
  });
});

test('everything killed at once in the middle of payments, and started again: each is paid once', async () => {
  const [before, during, after] = (await decided(3)) as [Payable, Payable, Payable];
  await meeting(desk, { kind: 'slow', ...refundCall, ms: 60_000 }, () => approve(during));
  await meeting(desk, { kind: 'hang', ...refundCall, worked: true }, () => approve(after));
  const key = randomUUID();
  const cutOff = approve(before, key).then(
    () => undefined,
    () => undefined,
  );
  await untilHolds('the last approval is kept', async () =>
    Boolean(await desk.core.db('inputs').where({ key }).first()),
  );
  const inOrder = ['postgres', 'temporal', 'stripe-sandbox', 'mail-catcher', 'worker', 'api'] as const;
  await Promise.all(inOrder.map((name) => desk.stack.part(name).kill()));
  await cutOff;
  for (const name of inOrder) await desk.stack.part(name).start();
  await Promise.all([before, during, after].map((claim) => expectPaidOnce(desk, claim)));
  await untilHolds('the key gives its outcome', async () => (await approve(before, key)).status === 200);
});

test('nothing acknowledged was lost, and the books say what the provider says', async () => {
  expect(await desk.violations()).toEqual([]);
});
