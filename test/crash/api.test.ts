/**
 * The API is killed -9 between keeping an input and handing it on, Temporal is down while people write, and the
 * provider's events come twice, early, late or to a door that is shut: all is taken once, and every key has its outcome.
 */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { signature } from '../../dev/stripe-sandbox-webhooks.ts';
import type { Answer } from '../api/client.ts';
import { handIn } from '../api/handing-in.ts';
import { aNetworkContext, decideRefund, review, upload } from '../api/orders-and-tickets.ts';
import { type Claim, decideClaim, openClaim, payoutOf, putOrder, refundsOf } from '../environment/claims.ts';
import { patienceMs } from '../environment/patience.ts';
import {
  eventsOf,
  expectPaidOnce,
  jobsAreRunning,
  meeting,
  releaseWebhooks,
  untilHolds,
  untilKept,
  untilPayoutIs,
  untilTicketIs,
  withholdWebhooks,
} from './conditions.ts';
import { type CrashDesk, startCrashDesk } from './crash-desk.ts';

type Payable = Claim & { readonly payoutId: string };

/** Longer than its sender waits for. */
const aLargeLog = 'connect tcp: i/o timeout after 30 s, no answer\n'.repeat(240_000);

const refundCall = { method: 'POST', path: '/v1/refunds' } as const;

let desk: CrashDesk;

beforeAll(async () => {
  desk = await startCrashDesk();
}, 300_000);

afterAll(() => desk.close());

const approve = ({ payoutId }: Payable, key: string = randomUUID()): Promise<Answer> =>
  desk.cast.finance.post(`/v1/payouts/${payoutId}/approve`, {}, { key });

/** The outcome that a key gives once it is known. */
const outcomeOf = async (again: () => Promise<Answer>): Promise<Answer> => {
  let answer = await again();
  await untilHolds('the key gives its outcome', async () => {
    answer = await again();
    return answer.status !== 202;
  });
  return answer;
};

describe('while Temporal is down', () => {
  let toDecide: Claim;
  let toOverpay: Claim;
  let toApprove: Payable;
  let toReport: Payable;
  const keys = { create: randomUUID(), decide: randomUUID(), overpay: randomUUID(), approve: randomUUID() };
  let order: { orderRef: string; charge: string };
  let uploadId = '';
  let largeId = '';
  const answers: Partial<Record<keyof typeof keys, Answer>> = {};

  const create = () =>
    desk.cast.customer.post(
      '/v1/tickets',
      {
        orderRef: order.orderRef,
        paymentMethod: 'card',
        description: 'Nothing could be reached through the proxy.',
        networkContext: aNetworkContext,
        uploadIds: [uploadId],
      },
      { key: keys.create },
    );
  const decide = (claim: Claim, minor: string, key: string) =>
    desk.cast.agent.post(
      `/v1/tickets/${claim.ticketId}/decision`,
      { decision: 'refund', amount: { minor, currency: 'USD' }, ground: 'The service could not be used.' },
      { key },
    );

  beforeAll(async () => {
    order = await putOrder(desk, desk.cast.service, desk.cast.customer.email);
    uploadId = await upload(desk.cast.customer, 'connect timed out', { orderRef: order.orderRef });
    [toDecide, toOverpay, toApprove, toReport] = await Promise.all([
      reviewed(),
      reviewed(),
      decideClaim(desk, desk.cast),
      decideClaim(desk, desk.cast),
    ]);
    await withholdWebhooks(desk);
    await approve(toReport);
    await untilPayoutIs(desk, toReport.payoutId, ['sent']);
    await desk.stack.part('temporal').kill();
    [answers.create, answers.decide, answers.overpay] = await Promise.all([
      create(),
      decide(toDecide, '1999', keys.decide),
      decide(toOverpay, '2000', keys.overpay),
    ]);
    await keepEventsAndDie();
    await desk.stack.part('temporal').start();
    await desk.stack.part('api').start();
  }, 300_000);

  async function reviewed(): Promise<Claim> {
    const claim = await openClaim(desk, desk.cast);
    await review(desk.cast.agent, claim.ticketId);
    return claim;
  }

  /** The API takes an approval and the provider's events, and is killed with all of them undelivered. */
  async function keepEventsAndDie(): Promise<void> {
    const [refund] = await refundsOf(desk, toReport.charge);
    await untilHolds('the provider has settled', async () => (await eventsOf(desk, refund?.id ?? '')).length > 1);
    await releaseWebhooks(desk);
    largeId = (await handIn(desk.cast.customer, 'large.log', aLargeLog, { orderRef: order.orderRef })).id;
    await untilHolds('the events are acknowledged', async () =>
      (await eventsOf(desk, refund?.id ?? '')).every(({ delivered }) => delivered),
    );
    const cutOff = approve(toApprove, keys.approve);
    const died = cutOff.then(
      () => 'answered',
      () => 'cut off',
    );
    await untilKept(desk, keys.approve);
    await desk.stack.part('api').kill();
    expect(await died).toBe('cut off');
  }

  test('E1: a file whose last byte was taken is looked through all the same, and pictures are after it', async () => {
    const standing = async () => (await desk.cast.customer.get(`/v1/uploads/${largeId}`)).json['state'];
    await untilHolds('the file is looked through', async () => (await standing()) === 'complete');
    const picture = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#c02020' } })
      .png()
      .toBuffer();
    const shot = await handIn(desk.cast.customer, 'shot.png', picture, { orderRef: order.orderRef });
    expect([shot.answer.status, shot.upload['state']]).toEqual([204, 'complete']);
  });

  test('a new ticket is kept and answered with 202; its review begins once Temporal is back, and its key then says 201', async () => {
    expect(answers.create?.status).toBe(202);
    const ticketId = answers.create?.json.id ?? '';
    await untilTicketIs(desk, ticketId, 'reviewing');
    const outcome = await outcomeOf(create);
    expect([outcome.status, outcome.json.id]).toEqual([201, ticketId]);
    await review(desk.cast.agent, ticketId);
    await decideRefund(desk.cast.agent, ticketId);
    const payoutId = await payoutOf(desk.cast.agent, ticketId);
    expect((await approve({ ...order, ticketId, payoutId })).status).toBe(200);
    await expectPaidOnce(desk, { ...order, ticketId });
  });

  test('a decision is kept and answered with 202; its outcome is had by repeating the key', async () => {
    expect([answers.decide?.status, answers.decide?.json['state']]).toEqual([202, 'kept']);
    const outcome = await outcomeOf(() => decide(toDecide, '1999', keys.decide));
    expect([outcome.status, outcome.json['phase']]).toEqual([200, 'settling']);
    expect(outcome.json['payouts']).toHaveLength(1);
  });

  test('a refusal that was decided while nobody waited is had by repeating the key, and at the input’s address', async () => {
    expect(answers.overpay?.status).toBe(202);
    const outcome = await outcomeOf(() => decide(toOverpay, '2000', keys.overpay));
    expect([outcome.status, outcome.json['type']]).toEqual([422, expect.stringContaining('amount-over-refundable')]);
    const input = await desk.cast.agent.get(answers.overpay?.headers.get('location') ?? '');
    expect(input.json).toMatchObject({ state: 'refused', refusal: { status: 422 } });
  });

  test('an approval whose API was killed before it was handed on pays once, and its key says so', async () => {
    await expectPaidOnce(desk, toApprove);
    const outcome = await outcomeOf(() => approve(toApprove, keys.approve));
    expect([outcome.status, outcome.json.id]).toEqual([200, toApprove.payoutId]);
  });

  test('a webhook that was stored, and whose API was killed before it was handed on, settles its payout', async () => {
    await expectPaidOnce(desk, toReport);
  });
});

describe('the provider’s events', () => {
  test('W6: one that finds the door shut is sent again and settles the payout', async () => {
    const claim = await decideClaim(desk, desk.cast);
    await withholdWebhooks(desk);
    await approve(claim);
    await untilPayoutIs(desk, claim.payoutId, ['sent']);
    const refundId = (await refundsOf(desk, claim.charge))[0]?.id ?? '';
    await desk.stack.part('api').kill();
    await releaseWebhooks(desk);
    await untilHolds('an event was tried in vain', async () =>
      (await eventsOf(desk, refundId)).some(({ attempts, delivered }) => attempts > 0 && !delivered),
    );
    await desk.stack.part('api').start();
    await expectPaidOnce(desk, claim);
  });

  test('W1: the same event five times at once, and again after the ticket closed, has one effect', async () => {
    const claim = await decideClaim(desk, desk.cast);
    await meeting(desk, { kind: 'webhook-duplicate', type: 'refund.updated', copies: 5 }, () => approve(claim));
    await expectPaidOnce(desk, claim);
    const before = await rowsAbout(claim);
    expect(await sendAgain(claim)).toEqual([200]);
    expect(await rowsAbout(claim)).toEqual(before);
    expect(before.settled).toBe(1);
  });

  test('W7: one that comes before our own call has returned is joined with it', async () => {
    const claim = await decideClaim(desk, desk.cast);
    await meeting(desk, { kind: 'slow', ...refundCall, ms: 4_000, when: 'after' }, () => approve(claim));
    await expectPaidOnce(desk, claim);
  });

  test('R3: an answer that was lost is asked for, and the money is not sent again', async () => {
    const claim = await decideClaim(desk, desk.cast);
    await meeting(desk, { kind: 'lose-answer', ...refundCall }, () => approve(claim));
    await expectPaidOnce(desk, claim);
    const kinds: string[] = await desk.core.db('ticket_events').where({ ticket_id: claim.ticketId }).pluck('kind');
    expect(kinds).toContain('payoutUnknown');
  });

  async function rowsAbout(claim: Payable) {
    const { db } = desk.core;
    const events = await db('ticket_events').where({ ticket_id: claim.ticketId }).pluck('kind');
    const entries: string[] = await db('ledger_entries').where({ payout_id: claim.payoutId }).pluck('key');
    return {
      settled: events.filter((kind) => kind === 'payoutSettled').length,
      events: events.length,
      entries: entries.sort(),
    };
  }

  /** The settling event as the provider would send it days later: the same body under a fresh signature. */
  async function sendAgain(claim: Payable): Promise<number[]> {
    const {
      STRIPE_API_KEY: apiKey,
      WEBHOOK_SECRET: secret = '',
      WEBHOOK_URL: url = '',
    } = desk.stack.stripeSandboxEnvironment;
    const headers = { authorization: `Bearer ${apiKey}` };
    const listed = await fetch(`${desk.sandboxUrl}/v1/events?type=refund.updated&limit=100`, { headers });
    const { data } = (await listed.json()) as { data: { id: string; data: { object: { charge: string } } }[] };
    const ours = data.filter((event) => event.data.object.charge === claim.charge).slice(0, 1);
    return Promise.all(
      ours.map(async (event) => {
        const body = JSON.stringify(event);
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'stripe-signature': signature(body, secret) },
          body,
        });
        return answer.status;
      }),
    );
  }
});

describe('the mail server', () => {
  test('P5: while it is down tickets are paid all the same, and the mails come later', async () => {
    const claim = await decideClaim(desk, desk.cast);
    await desk.stack.part('mail-catcher').kill();
    await approve(claim);
    await expectPaidOnce(desk, claim);
    await desk.stack.part('mail-catcher').start();
    await expectMailed(claim);
  });

  test('a worker killed while it hands a mail over: the mail still comes', async () => {
    const claim = await decideClaim(desk, desk.cast);
    await expectMailed(claim);
    const catcher = desk.stack.part('mail-catcher').pid ?? 0;
    process.kill(catcher, 'SIGSTOP');
    try {
      await approve(claim);
      await untilHolds('mails are being handed over', () => jobsAreRunning(desk));
      expect(await abandonedJobs()).toBe(0);
      await desk.stack.part('worker').kill();
      await untilHolds('its jobs are known to be abandoned', async () => (await abandonedJobs()) > 0);
    } finally {
      process.kill(catcher, 'SIGCONT');
    }
    await desk.stack.part('worker').start();
    await expectPaidOnce(desk, claim);
    await expectMailed(claim);
  });

  /** Jobs whose holder no longer says that it lives. */
  async function abandonedJobs(): Promise<number> {
    const found = await desk.core.db.raw<{ rows: unknown[] }>(
      `select id from graphile_worker.jobs
       where locked_by is not null and pg_try_advisory_xact_lock(hashtextextended(locked_by, 0))`,
    );
    return found.rows.length;
  }

  const expectMailed = ({ ticketId }: Claim): Promise<void> =>
    untilHolds(
      'all mails of the ticket are sent',
      async () =>
        (await desk.core.db('notices').where({ ticket_id: ticketId, state: 'queued' }).first('id')) === undefined,
      patienceMs,
    );
});

test('nothing acknowledged was lost, and the books say what the provider says', async () => {
  expect(await desk.violations()).toEqual([]);
});
