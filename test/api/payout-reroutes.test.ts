/** Rerouting, payments by hand and crypto at the door: what is refused by name, what is kept, and what is shown to whom. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { payeeNameChecks } from '../../domain/payee.ts';
import { type Answer, objectIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, decideRefund, putRefundable, review } from './orders-and-tickets.ts';

let desk: Desk;
let customer: Person;
let agent: Person;
let service: Person;
let finance: Person;
let second: Person;
let screened: 'clear' | 'hit' | 'unknown' = 'clear';

beforeAll(async () => {
  desk = await startDesk({ screening: { check: async () => screened } });
  customer = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  service = await desk.signedIn('service');
  finance = await desk.signedIn('finance');
  second = await desk.signedIn('finance');
});
beforeEach(() => {
  screened = 'clear';
});
afterAll(() => desk.close());

const said = (answer: Answer) => [answer.status, answer.json['id']];

async function aPayout(): Promise<{ ticketId: string; payoutId: string }> {
  const ticket = await createTicket(customer, await putRefundable(desk, service, customer.email));
  const ticketId = String(ticket['id']);
  await review(agent, ticketId);
  await decideRefund(agent, ticketId);
  const rows: { id: string }[] = await desk.db('payouts').where({ ticket_id: ticketId });
  return { ticketId, payoutId: rows[0]?.id ?? '' };
}

const payee = { holder: 'Carol Customer', account: 'DE89370400440532013000', country: 'DE' };
const body = { rail: 'manual', payee, verifiedHow: 'callback', nameCheck: 'close_match' };

const reroute = (payoutId: string, given: object = {}, key: string = randomUUID(), who = finance) =>
  who.post(`/v1/payouts/${payoutId}/reroute`, { ...body, ...given }, { key });

async function newestOf(ticketId: string): Promise<string> {
  const rows: { id: string }[] = await desk.db('payouts').where({ ticket_id: ticketId }).orderBy('payout_no', 'desc');
  return rows[0]?.id ?? '';
}

describe('a reroute', () => {
  test('keeps the details apart from its input, shows them to whoever opens the payout, and to nobody else', async () => {
    const { ticketId, payoutId } = await aPayout();
    const key = randomUUID();
    const answer = await reroute(payoutId, {}, key);
    expect([answer.status, answer.json['state'], answer.json['reason']]).toEqual([200, 'cancelled', 'rerouted']);
    const kept: unknown[] = await desk.db('inputs').where({ payout_id: payoutId, operation: 'reroutePayout' });
    expect(kept).toMatchObject([{ body: { rail: 'manual', verifiedHow: 'callback', nameCheck: 'close_match' } }]);
    const next = await newestOf(ticketId);
    const shown = await second.get(`/v1/payouts/${next}`);
    expect(shown.json).toMatchObject({
      rail: 'manual',
      replaces: payoutId,
      payee: { ...payee, nameCheck: 'close_match', screening: 'clear' },
    });
    const elsewhere = [
      JSON.stringify(kept),
      (await second.get('/v1/payouts?limit=100')).text,
      (await agent.get(`/v1/tickets/${ticketId}`)).text,
      (await agent.get(`/v1/tickets/${ticketId}/timeline?limit=100`)).text,
      desk.logged.join('\n'),
    ];
    for (const text of elsewhere) expect(text).not.toMatch(/Carol Customer|DE8937/);
    expect((await reroute(payoutId, {}, key)).text).toBe(answer.text);
    expect(said(await reroute(payoutId, { payee: { ...payee, holder: 'Mallory' } }, key))).toEqual([
      422,
      'idempotency-key-reused',
    ]);
  });

  test.each(payeeNameChecks)(
    'B6: that the receiving bank said %s of the name is for the second person to see, who alone approves',
    async (nameCheck) => {
      const { ticketId, payoutId } = await aPayout();
      await reroute(payoutId, { nameCheck });
      const next = await newestOf(ticketId);
      const approve = (who: Person) => who.post(`/v1/payouts/${next}/approve`, {});
      expect(said(await approve(finance))).toEqual([403, 'approver-rerouted']);
      expect((await finance.get(`/v1/payouts/${next}`)).json['actions']).not.toContain('approvePayout');
      const seen = (await second.get(`/v1/payouts/${next}`)).json;
      expect(objectIn(seen, 'payee')).toMatchObject({
        nameCheck,
        verifiedHow: 'callback',
        verifiedBy: { id: finance.id },
      });
      expect(seen['actions']).toContain('approvePayout');
      expect((await approve(second)).json['state']).toBe('approved');
    },
  );

  test.each([
    ['hit', [409, 'payee-listed']],
    ['unknown', [503, 'payee-unchecked']],
  ] as const)(
    'a check against sanctions lists that says %s is refused by name, and nothing is kept',
    async (answer, refusal) => {
      const { ticketId, payoutId } = await aPayout();
      screened = answer;
      const key = randomUUID();
      expect(said(await reroute(payoutId, {}, key))).toEqual(refusal);
      expect(await desk.db('payees').where({ ticket_id: ticketId })).toEqual([]);
      screened = 'clear';
      expect((await reroute(payoutId, {}, key)).status).toBe(200);
      screened = answer;
      expect((await reroute(payoutId, {}, key)).status).toBe(200);
    },
  );

  test.each([
    ['a card’s number', { payee: { ...payee, account: '4242424242424242' } }],
    ['no country', { payee: { ...payee, country: 'Germany' } }],
    ['an unknown rail', { rail: 'pigeon' }],
    ['details that nobody verified', { verifiedHow: 'mail' }],
    ['more than is asked', { amount: '1' }],
  ])('with %s is not as expected', async (_what, given) => {
    const { payoutId } = await aPayout();
    expect(said(await reroute(payoutId, given))).toEqual([422, 'request-invalid']);
  });

  test('is refused by name: by a rail that takes no details, twice, and for a payout that is nowhere', async () => {
    const { payoutId } = await aPayout();
    expect(said(await reroute(payoutId, { rail: 'card' }))).toEqual([409, 'rail-unavailable']);
    await reroute(payoutId);
    expect(said(await reroute(payoutId, {}, randomUUID(), second))).toEqual([409, 'payout-replaced']);
    expect(said(await reroute(randomUUID()))).toEqual([404, 'not-found']);
    for (const who of [customer, agent])
      expect(said(await reroute(payoutId, {}, randomUUID(), who))).toEqual([403, 'not-allowed']);
  });
});

describe('a payment by hand', () => {
  const paid = { outcome: 'paid', reference: 'TRX-1', paidOn: '2026-01-01' };
  const record = (payoutId: string, given: object = paid) =>
    second.post(`/v1/payouts/${payoutId}/manual-payment`, given);

  test('is not recorded for a payout that is not waiting for it, nor on a day to come, nor with a card’s number', async () => {
    const { payoutId } = await aPayout();
    expect(said(await record(payoutId))).toEqual([409, 'payout-phase']);
    expect(said(await record(payoutId, { ...paid, paidOn: '2999-01-01' }))).toEqual([422, 'request-invalid']);
    expect(said(await record(payoutId, { ...paid, reference: '4242 4242 4242 4242' }))).toEqual([
      422,
      'request-invalid',
    ]);
    expect(said(await record(payoutId, { outcome: 'not_paid' }))).toEqual([422, 'request-invalid']);
  });
});

describe('calling off', () => {
  test('what is approved and with nobody ends, and what is only granted is declined instead', async () => {
    const { payoutId } = await aPayout();
    const cancel = () => finance.post(`/v1/payouts/${payoutId}/cancel`, { ground: 'The customer asked.' });
    expect(said(await cancel())).toEqual([409, 'payout-phase']);
    await second.post(`/v1/payouts/${payoutId}/approve`, {});
    expect((await cancel()).json).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_finance' });
  });
});

describe('what came in by crypto', () => {
  test('is told by two people of finance, for a crypto payment of the order alone', async () => {
    const { ticketId } = await aPayout();
    await desk
      .db('order_tenders')
      .where('order_id', desk.db('tickets').where({ id: ticketId }).select('order_id'))
      .update({ method: 'crypto' });
    const rows: { capture_ref: string }[] = await desk
      .db('order_tenders')
      .where('order_id', desk.db('tickets').where({ id: ticketId }).select('order_id'));
    const told = {
      captureRef: rows[0]?.capture_ref ?? '',
      amount: { minor: '1999', currency: 'USD' },
      reference: '0xabc',
    };
    const tell = (who: Person, given: object = {}) =>
      who.post(`/v1/tickets/${ticketId}/captures`, { ...told, ...given });
    expect(said(await tell(finance, { captureRef: 'another' }))).toEqual([422, 'capture-not-told']);
    expect((await tell(finance)).json['confirmed']).toBe(false);
    expect(said(await tell(finance))).toEqual([403, 'not-second-person']);
    expect(said(await tell(second, { reference: '0xdef' }))).toEqual([409, 'capture-differs']);
    expect((await tell(second)).json['confirmed']).toBe(true);
  });
});

test('a desk without a check of payees says so of the payout, to the second person who approves it', async () => {
  const other = await startDesk({ screening: null });
  try {
    const [buyer, reviewer, shop, first] = [
      await other.signedIn('customer'),
      await other.signedIn('agent'),
      await other.signedIn('service'),
      await other.signedIn('finance'),
    ];
    const ticketId = String((await createTicket(buyer, await putRefundable(other, shop, buyer.email)))['id']);
    await review(reviewer, ticketId);
    await decideRefund(reviewer, ticketId);
    const payouts = async (): Promise<{ id: string }[]> =>
      other.db('payouts').where({ ticket_id: ticketId }).orderBy('payout_no', 'desc');
    const [granted] = await payouts();
    expect((await first.post(`/v1/payouts/${granted?.id}/reroute`, body)).status).toBe(200);
    const [next] = await payouts();
    expect((await first.get(`/v1/payouts/${next?.id}`)).json['payee']).toMatchObject({ screening: 'none' });
  } finally {
    await other.close();
  }
});
