/** Who may release how much, and with which proof: limits by role, and a code of a device that counts once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { enrol } from './device.ts';
import { boughtAt, createTicket, decideLess, decideRefund, putRefundable, review } from './orders-and-tickets.ts';

interface Cast {
  readonly desk: Desk;
  readonly customer: Person;
  readonly agent: Person;
  readonly service: Person;
}

async function castOf(options: Parameters<typeof startDesk>[0]): Promise<Cast> {
  const desk = await startDesk(options);
  return {
    desk,
    customer: await desk.signedIn('customer'),
    agent: await desk.signedIn('agent'),
    service: await desk.signedIn('service'),
  };
}

async function aPayout({ desk, customer, agent, service }: Cast): Promise<string> {
  const ticket = await createTicket(customer, await putRefundable(desk, service, customer.email));
  await review(agent, String(ticket['id']));
  await decideRefund(agent, String(ticket['id']));
  const rows: { id: string }[] = await desk.db('payouts').where({ ticket_id: ticket['id'] });
  return rows[0]?.id ?? '';
}

async function approve(who: Client, payoutId: string, code?: string, key: string = randomUUID()) {
  const body = code === undefined ? {} : { secondFactor: { code } };
  const answer = await who.post(`/v1/payouts/${payoutId}/approve`, body, { key });
  return [answer.status, answer.json['state'] ?? answer.json['id'], answer.headers.get('idempotency-replayed')];
}

describe('limits of approval', () => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await castOf({ approvalMax: { USD: '1000' } });
  });
  afterAll(() => cast.desk.close());

  test('what is over finance’s limit is refused with the limit and who may, and an admin releases it', async () => {
    const payoutId = await aPayout(cast);
    const finance = await cast.desk.signedIn('finance');
    const answer = await finance.post(`/v1/payouts/${payoutId}/approve`, {});
    expect([answer.status, answer.json['id'], answer.json['facts']]).toEqual([
      403,
      'over-approval-limit',
      { limitMinor: '1000', currency: 'USD', who: 'admin' },
    ]);
    expect(await approve(await cast.desk.signedIn('admin'), payoutId)).toEqual([200, 'approved', null]);
  });
});

describe('limits of approval and more than one payout or person', () => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await castOf({ approvalMax: { USD: '2000' } });
  });
  afterAll(() => cast.desk.close());

  const tender = (minor: string) => ({
    method: 'card',
    amount: { minor, currency: 'USD' },
    tax: { minor: '0', currency: 'USD' },
    captureRef: `ch_${randomUUID()}`,
    capturedAt: boughtAt,
  });

  test('a refund in two parts is weighed whole: neither slips under finance’s limit', async () => {
    const { desk, service, customer, agent } = cast;
    const given = { tenders: [tender('1500'), tender('1500')] };
    const ticket = await createTicket(customer, await putRefundable(desk, service, customer.email, given));
    await review(agent, ticket.id);
    await decideRefund(agent, ticket.id, '3000');
    const payouts: { id: string }[] = await desk.db('payouts').where({ ticket_id: ticket.id }).orderBy('payout_no');
    const [finance, admin] = [await desk.signedIn('finance'), await desk.signedIn('admin')];
    expect(payouts).toHaveLength(2);
    for (const { id } of payouts) expect(await approve(finance, id)).toEqual([403, 'over-approval-limit', null]);
    for (const { id } of payouts) expect(await approve(admin, id)).toEqual([200, 'approved', null]);
  });

  test('who confirmed a decision does not release what it pays, and is offered no such thing', async () => {
    const { desk, service, customer, agent } = cast;
    const ticket = await createTicket(customer, await putRefundable(desk, service, customer.email));
    await review(agent, ticket.id);
    const [confirmer, other] = [await desk.signedIn('finance'), await desk.signedIn('finance')];
    await decideLess(agent, confirmer, ticket.id, '900');
    const [payout] = (await desk.db('payouts').where({ ticket_id: ticket.id })) as { id: string }[];
    const id = payout?.id ?? '';
    const offered = async (who: Client) => (await who.get(`/v1/payouts/${id}`)).json['actions'];
    expect(await offered(confirmer)).not.toContain('approvePayout');
    expect(await offered(other)).toContain('approvePayout');
    expect(await approve(confirmer, id)).toEqual([403, 'approver-decided', null]);
    expect(await approve(other, id)).toEqual([200, 'approved', null]);
  });
});

describe('a second factor at the release', () => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await castOf({});
  });
  afterAll(() => cast.desk.close());

  const withDevice = async () => enrol(await cast.desk.signedIn('finance'), cast.desk.url);

  test('is asked of whoever has one: without a code, and with a wrong one, nothing is released or kept', async () => {
    const payoutId = await aPayout(cast);
    const { client, code } = await withDevice();
    expect(await approve(client, payoutId)).toEqual([403, 'second-factor-needed', null]);
    const wrong = code() === '000000' ? '000001' : '000000';
    const key = randomUUID();
    expect(await approve(client, payoutId, wrong, key)).toEqual([403, 'second-factor-refused', null]);
    expect(await cast.desk.db('inputs').where({ key })).toEqual([]);
    expect(await approve(client, payoutId, code(), key)).toEqual([200, 'approved', null]);
  });

  test('a code counts once: not for another payout, and not for two at the same moment', async () => {
    const [first, second, third] = [await aPayout(cast), await aPayout(cast), await aPayout(cast)];
    const { client, code } = await withDevice();
    const shown = code();
    const answers = await Promise.all([approve(client, first, shown), approve(client, second, shown)]);
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([200, 403]));
    expect(await approve(client, third, shown)).toEqual([403, 'second-factor-refused', null]);
    expect(await approve(client, third, code(30))).toEqual([200, 'approved', null]);
  });

  test('W5: a retry under its key answers as before, whatever code comes with it, and a double click counts once', async () => {
    const payoutId = await aPayout(cast);
    const { client, code } = await withDevice();
    const key = randomUUID();
    const shown = code();
    const twice = await Promise.all([approve(client, payoutId, shown, key), approve(client, payoutId, shown, key)]);
    expect(twice.map(([status, state]) => [status, state])).toEqual([
      [200, 'approved'],
      [200, 'approved'],
    ]);
    for (const late of [shown, '123456', undefined])
      expect(await approve(client, payoutId, late, key)).toEqual([200, 'approved', 'true']);
  });

  test('five wrong codes lock it for a while, also for the right one', async () => {
    const payoutId = await aPayout(cast);
    const { client, code } = await withDevice();
    const wrong = code() === '000000' ? '000001' : '000000';
    for (let times = 0; times < 5; times += 1) await approve(client, payoutId, wrong);
    expect(await approve(client, payoutId, code())).toEqual([429, 'second-factor-locked', null]);
  });

  test('the code stands in no row: neither in what was kept nor in what was answered', async () => {
    const payoutId = await aPayout(cast);
    const { client, code } = await withDevice();
    const shown = code();
    await approve(client, payoutId, shown);
    const rows: unknown[] = await cast.desk.db('inputs').where({ payout_id: payoutId }).select('body', 'answer_body');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(shown);
    expect(cast.desk.logged.join('\n')).not.toContain(shown);
  });

  test('who has none releases as before, where only those are asked who have one', async () => {
    expect(await approve(await cast.desk.signedIn('finance'), await aPayout(cast))).toEqual([200, 'approved', null]);
  });
});

describe('where a second factor is required', () => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await castOf({ secondFactor: 'required' });
  });
  afterAll(() => cast.desk.close());

  test('who has none releases nothing, and who has one does with its code', async () => {
    const payoutId = await aPayout(cast);
    const finance = await cast.desk.signedIn('finance');
    expect(await approve(finance, payoutId)).toEqual([403, 'second-factor-missing', null]);
    expect(await approve(finance, payoutId, '123456')).toEqual([403, 'second-factor-missing', null]);
    const { client, code } = await enrol(finance, cast.desk.url);
    expect(await approve(client, payoutId, code())).toEqual([200, 'approved', null]);
  });
});
