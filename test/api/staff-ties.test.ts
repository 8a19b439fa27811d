/** Nobody of the staff handles a claim of an account that shares an address or an instrument with them. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, decideRefund, putRefundable, review } from './orders-and-tickets.ts';

let desk: Desk;
let admin: Person;
let service: Person;
let lead: Person;

beforeAll(async () => {
  desk = await startDesk();
  admin = await desk.signedIn('admin');
  service = await desk.signedIn('service');
  lead = await desk.signedIn('lead');
});
afterAll(() => desk.close());

const said = (answer: Answer) => [answer.status, answer.json['id']];
const refused = [403, 'own-claim'];

const declare = (who: Person, kind: string, value: string, by = admin) =>
  by.post(`/v1/staff/${who.id}/ties`, { kind, value });

interface Claim {
  readonly customer: Person;
  readonly ticketId: string;
  readonly accountId: string;
  readonly instrument: string;
}

async function aClaim(email?: string): Promise<Claim> {
  const customer = await desk.signedIn('customer', email);
  const orderRef = await putRefundable(desk, service, customer.email);
  const instrument = `fp_${randomUUID()}`;
  const order = desk.db('orders').where({ ref: orderRef });
  await desk.db('order_tenders').where('order_id', order.clone().select('id')).update({ instrument });
  const ticketId = String((await createTicket(customer, orderRef))['id']);
  const accountId: { account_id: string } | undefined = await order.first('account_id');
  return { customer, ticketId, accountId: accountId?.account_id ?? '', instrument };
}

const finding = { cause: 'seller', finding: 'Exit pool was down.' };
const reviewed = (who: Person, { ticketId }: Claim, key: string = randomUUID()) =>
  who.post(`/v1/tickets/${ticketId}/review`, finding, { key });

const ways: Readonly<Record<string, (agent: Person) => Promise<Claim>>> = {
  'the instrument that paid for another order of the account, as declared': async (agent) => {
    const claim = await aClaim();
    await declare(agent, 'instrument', ` ${claim.instrument} `);
    return claim;
  },
  'an address as declared, whatever dots and tags it is written with': async (agent) => {
    const name = randomUUID().replaceAll('-', '');
    await declare(agent, 'email', `${name.toUpperCase()}+refunds@googlemail.com`);
    return aClaim(`${name.slice(0, 5)}.${name.slice(5)}@gmail.com`);
  },
  'the account’s number to which money went otherwise, as declared': async (agent) => {
    const claim = await aClaim();
    await declare(agent, 'bank_account', 'de89 3704 0044 0532 0130 00');
    const inputs: { id: string }[] = await desk.db('inputs').where({ ticket_id: claim.ticketId });
    await desk.db('payees').insert({
      ticket_id: claim.ticketId,
      input_id: inputs[0]?.id,
      holder: 'Carol Customer',
      account: 'DE89370400440532013000',
      country: 'DE',
      verified_how: 'callback',
      verified_by: lead.id,
      name_check: 'match',
      screened_as: 'none',
      at: new Date(),
    });
    return claim;
  },
  'a messenger that was verified, as declared': async (agent) => {
    const claim = await aClaim();
    const address = `telegram:${randomUUID()}`;
    const contact = { person_id: claim.customer.id, kind: 'messenger', address, created_at: new Date() };
    await desk.db('contact_channels').insert({ ...contact, verified_at: new Date() });
    await declare(agent, 'messenger', address);
    return claim;
  },
  'their own address at the desk, with a tag': (agent) => aClaim(agent.email.replace('@', '+shop@')),
  'an account that they are a member of': async (agent) => {
    const claim = await aClaim();
    await desk.db('account_members').insert({ account_id: claim.accountId, person_id: agent.id, rights: 'viewer' });
    return claim;
  },
  'the instrument of an account that they are a member of': async (agent) => {
    const [claim, own] = [await aClaim(), await aClaim()];
    await desk.db('account_members').insert({ account_id: own.accountId, person_id: agent.id, rights: 'owner' });
    await desk
      .db('order_tenders')
      .where('order_id', desk.db('orders').where({ account_id: own.accountId }).select('id'))
      .update({ instrument: claim.instrument });
    return claim;
  },
};

describe('a claim is refused by name to whoever shares', () => {
  test.each(Object.keys(ways))('%s, and taken by a colleague', async (way) => {
    const agent = await desk.signedIn('agent');
    const claim = await ways[way]?.(agent);
    if (!claim) throw new Error('there is no such way');
    expect(said(await reviewed(agent, claim))).toEqual(refused);
    expect((await reviewed(lead, claim)).status).toBe(200);
  });
});

test('what anyone may name, such as a messenger that nobody verified, keeps no reviewer away', async () => {
  const agent = await desk.signedIn('agent');
  const claim = await aClaim();
  await desk.db('contact_channels').insert({
    person_id: claim.customer.id,
    kind: 'messenger',
    address: 'telegram:known_reviewer',
    created_at: new Date(),
  });
  await declare(agent, 'messenger', 'telegram:known_reviewer');
  expect((await reviewed(agent, claim)).status).toBe(200);
});

test('the step refuses what was let in before it was declared, and what was taken before stands', async () => {
  const agent = await desk.signedIn('agent');
  const claim = await aClaim();
  const key = randomUUID();
  desk.delivery.up = false;
  expect((await reviewed(agent, claim, key)).status).toBe(202);
  await declare(agent, 'instrument', claim.instrument);
  desk.delivery.up = true;
  expect(said(await reviewed(agent, claim, key))).toEqual(refused);
  expect(await desk.db('reviews').where({ ticket_id: claim.ticketId })).toEqual([]);

  const colleague = await desk.signedIn('agent');
  const taken = await reviewed(colleague, claim, key);
  await declare(colleague, 'instrument', claim.instrument);
  expect((await reviewed(colleague, claim, key)).text).toBe(taken.text);
});

test('nothing of it is handled: neither decided, confirmed, approved, declined, rerouted, recorded nor noted', async () => {
  const claim = await aClaim();
  await review(lead, claim.ticketId);
  await decideRefund(lead, claim.ticketId);
  const payouts: { id: string }[] = await desk.db('payouts').where({ ticket_id: claim.ticketId });
  const [agent, finance] = [await desk.signedIn('agent'), await desk.signedIn('finance')];
  for (const who of [agent, finance]) await declare(who, 'instrument', claim.instrument);
  const ticket = `/v1/tickets/${claim.ticketId}`;
  const money = `/v1/payouts/${payouts[0]?.id}`;
  const payee = { holder: 'Mallory', account: 'DE89370400440532013000', country: 'DE' };
  const asked: (readonly [Person, string, object])[] = [
    [agent, `${ticket}/decision`, { decision: 'refuse', ground: 'No.', clauses: ['RP-3.1'], exception: 'refusal' }],
    [finance, `${ticket}/decision/confirmation`, { confirm: true, ground: 'Yes.' }],
    [agent, `${ticket}/messages`, { text: 'Hello.' }],
    [agent, `${ticket}/notes`, { text: 'Hello.' }],
    [finance, `${money}/approve`, {}],
    [finance, `${money}/decline`, { ground: 'No.' }],
    [finance, `${money}/cancel`, { ground: 'No.' }],
    [finance, `${money}/reroute`, { rail: 'manual', payee, verifiedHow: 'callback', nameCheck: 'match' }],
    [finance, `${money}/manual-payment`, { outcome: 'not_paid', ground: 'No.' }],
  ];
  for (const [who, path, body] of asked)
    expect([path, ...said(await who.post(path, body))]).toEqual([path, ...refused]);
  expect(await desk.db('payees').where({ ticket_id: claim.ticketId })).toEqual([]);

  const listed = async (who: Person) =>
    listIn((await who.get('/v1/payouts?limit=100')).json, 'items').find(({ id }) => id === payouts[0]?.id)?.['actions'];
  expect([await listed(finance), (await finance.get(money)).json['actions']]).toEqual([[], []]);
  expect(await listed(await desk.signedIn('finance'))).toContain('approvePayout');
});

describe('a payout is not released', () => {
  const payout = async ({ ticketId }: Claim): Promise<string> => {
    const rows: { id: string }[] = await desk.db('payouts').where({ ticket_id: ticketId }).orderBy('payout_no', 'desc');
    return `/v1/payouts/${rows[0]?.id}`;
  };
  const decided = async (agent: Person): Promise<Claim> => {
    const claim = await aClaim();
    await review(lead, claim.ticketId);
    await decideRefund(agent, claim.ticketId);
    return claim;
  };
  const tied = [409, 'handler-tied'];

  test('that somebody decided who is known since to be tied to it; declined, others decide it', async () => {
    const [agent, finance] = [await desk.signedIn('agent'), await desk.signedIn('finance')];
    const claim = await decided(agent);
    await declare(agent, 'instrument', claim.instrument);
    const key = randomUUID();
    const approve = async (as: string) => finance.post(`${await payout(claim)}/approve`, {}, { key: as });
    expect(said(await approve(key))).toEqual(tied);
    expect(said(await approve(key))).toEqual(tied);
    expect(await desk.db('payouts').where({ ticket_id: claim.ticketId, state: 'approved' })).toEqual([]);
    expect((await finance.post(`${await payout(claim)}/decline`, { ground: 'Her own.' })).status).toBe(200);
    await decideRefund(lead, claim.ticketId);
    expect((await approve(randomUUID())).status).toBe(200);
  });

  test('that goes to the account of whoever decided it, as of whoever sent it there', async () => {
    const account = `DE89 3704 0044 0532 0130 00`;
    const payee = { holder: 'Mallory', account: account.replaceAll(' ', ''), country: 'DE' };
    const body = { rail: 'manual', payee, verifiedHow: 'callback', nameCheck: 'match' };
    const [agent, finance] = [await desk.signedIn('agent'), await desk.signedIn('finance')];
    await declare(agent, 'bank_account', account);
    const claim = await decided(agent);
    expect((await finance.post(`${await payout(claim)}/reroute`, body)).status).toBe(200);
    const second = await desk.signedIn('finance');
    expect(said(await second.post(`${await payout(claim)}/approve`))).toEqual(tied);

    const own = await decided(lead);
    await declare(finance, 'bank_account', account);
    expect(said(await finance.post(`${await payout(own)}/reroute`, body))).toEqual(refused);
    expect(await desk.db('payouts').where({ ticket_id: own.ticketId })).toMatchObject([{ state: 'granted' }]);
  });
});

test('it is not offered for assignment, nor given to them by others', async () => {
  const agent = await desk.signedIn('agent');
  const claim = await aClaim();
  await declare(agent, 'instrument', claim.instrument);
  const offered = async (who: Person) =>
    listIn((await who.get('/v1/tickets?assignee=none&limit=100')).json, 'items').map(({ id }) => id);
  expect(await offered(agent)).not.toContain(claim.ticketId);
  expect(await offered(lead)).toContain(claim.ticketId);
  expect((await agent.get(`/v1/tickets/${claim.ticketId}`)).json['actions']).toEqual([]);
  const path = `/v1/tickets/${claim.ticketId}/assignee`;
  const assign = (who: Person, assigneeId: string) => who.post(path, { assigneeId });
  expect(said(await assign(lead, agent.id))).toEqual(refused);
  expect(said(await assign(agent, lead.id))).toEqual(refused);
  expect((await assign(lead, lead.id)).status).toBe(200);
});

describe('what is declared', () => {
  const value = 'DE89370400440532013000';

  test('is kept as a hash, the same however it is written, and shown by kind alone', async () => {
    const agent = await desk.signedIn('agent');
    await declare(agent, 'bank_account', value);
    const listed = await declare(agent, 'bank_account', 'DE89 3704 0044 0532 0130 00');
    expect(listIn(listed.json, 'items')).toMatchObject([{ kind: 'bank_account', holds: true, endedAt: null }]);
    const kept = JSON.stringify([
      await desk.db('staff_ties').where({ person_id: agent.id }),
      await desk.db('inputs').where({ operation: 'declareStaffTie' }),
      listed.json,
      desk.logged,
    ]);
    expect(kept).not.toMatch(/DE89|0532013000/);
  });

  test('ends by another admin alone, and no longer keeps anyone away', async () => {
    const agent = await desk.signedIn('agent');
    const claim = await aClaim();
    const items = listIn((await declare(agent, 'instrument', claim.instrument)).json, 'items');
    const end = (who: Person, personId: string) =>
      who.post(`/v1/staff/${personId}/ties/${items[0]?.id}/end`, { ground: 'The card was given back.' });
    expect(said(await end(admin, lead.id))).toEqual([404, 'not-found']);
    expect(said(await end(admin, admin.id))).toEqual([403, 'not-second-person']);
    expect(listIn((await end(admin, agent.id)).json, 'items')).toMatchObject([{ holds: false }]);
    expect((await reviewed(agent, claim)).status).toBe(200);
  });

  test('is of the staff, no card’s number, and an admin’s to declare', async () => {
    const customer = await desk.signedIn('customer');
    expect(said(await declare(customer, 'email', 'a@example.com'))).toEqual([404, 'not-found']);
    expect(said(await declare(lead, 'instrument', '4242424242424242'))).toEqual([422, 'request-invalid']);
    expect(said(await declare(lead, 'email', 'a@example.com', lead))).toEqual([403, 'not-allowed']);
  });
});
