/** Reconciliation over the whole desk: a schedule of Temporal, the card sandbox's list, and what becomes of what it says. */

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from '@temporalio/client';
import { createStripeClient } from '../../providers/stripe.ts';
import { Secret } from '../../runtime/config.ts';
import { createPayloadCodec } from '../../runtime/payload-codec.ts';
import { createProviders } from '../../runtime/providers.ts';
import { ensureSchedules } from '../../runtime/schedules.ts';
import { listIn } from '../api/client.ts';
import { type Cast, castOf, closedAs, control, decideClaim, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { expectStatus, untilFound, untilPayout } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
  await ensureSchedules(desk.temporal.client, createProviders(desk.core).rails);
});

afterAll(() => desk.close());

const schedule = () => desk.temporal.client.schedule.getHandle('reconcile/card/recent');

const finishedLooks = async (): Promise<number> => {
  const looks: unknown[] = await desk.core.db('reconciliations').whereNotNull('finished_at').select('id');
  return looks.length;
};

async function reconcile(): Promise<void> {
  const before = await finishedLooks();
  await schedule().trigger();
  await untilFound('a look to end', async () => (await finishedLooks()) > before);
}

test('W8: the last word of a payout whose webhooks are lost is found in the list, and its ticket closes', async () => {
  const claim = await decideClaim(desk, cast);
  await control(desk, 'faults', { kind: 'webhook-withhold', times: 20 });
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  await untilPayout(cast.finance, claim.payoutId, 'sent');
  await untilFound('the provider to have settled it', async () => {
    const books = await (await fetch(`${desk.sandboxUrl}/_sandbox/books`)).json();
    return (books as { refunds: { charge: string; status: string }[] }).refunds.some(
      ({ charge, status }) => charge === claim.charge && status === 'succeeded',
    );
  });
  await reconcile();
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  await reconcile();
  const { json } = await cast.finance.get('/v1/reconciliation');
  expect(listIn(json, 'proven')).toMatchObject([{ currency: 'USD', basisPoints: 10_000, oldestUnproven: null }]);
});

test('a refund made in the provider’s dashboard becomes a break that finance sees', async () => {
  const claim = await decideClaim(desk, cast);
  const { STRIPE_API_KEY, STRIPE_API_URL } = desk.core.config;
  const dashboard = createStripeClient({ apiKey: STRIPE_API_KEY.reveal(), apiUrl: STRIPE_API_URL, timeoutMs: 10_000 });
  await dashboard.refunds.create({ charge: claim.charge, amount: 300 });
  await reconcile();
  const { json } = await cast.finance.get('/v1/reconciliation/breaks');
  expect(listIn(json, 'items')).toMatchObject([
    { kind: 'foreign', orderRef: claim.orderRef, amount: { minor: '300', currency: 'USD' } },
  ]);
});

test('a schedule that was made under a key that is gone is made anew', async () => {
  const other = createPayloadCodec([{ id: 'test', key: new Secret(randomBytes(32).toString('base64')) }]);
  const { client, connection } = desk.temporal;
  const stranger = new Client({
    connection,
    namespace: client.options.namespace,
    dataConverter: { payloadCodecs: [other] },
  });
  const { rails } = createProviders(desk.core);
  await schedule().delete();
  await ensureSchedules(stranger, rails);
  await ensureSchedules(client, rails);
  const { action } = await schedule().describe();
  expect(action).toMatchObject({ args: [{ rail: 'card', days: 3 }] });
});

test('schedules are kept as this build has them, however often they are asked for', async () => {
  const { rails } = createProviders(desk.core);
  await ensureSchedules(desk.temporal.client, rails);
  const { spec, policies } = await schedule().describe();
  expect(spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  expect(policies.overlap).toBe('SKIP');
  for (const rail of rails.values())
    await desk.temporal.client.schedule.getHandle(`reconcile/${rail.name}/long`).describe();
});
