/** Tickets found by what they saw of the net: the exits in a range, in an hour. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Json, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { aNetworkContext, putOrder } from './orders-and-tickets.ts';

let desk: Desk;
let agent: Person;
let owner: Person;
const tickets: Record<string, string> = {};

const times = (from: string, until: string) => ({ from: `2026-11-20T${from}Z`, until: `2026-11-20T${until}Z` });

const contexts = {
  address: { egress: ['203.0.113.7'], times: [times('10:00:00', '11:00:00')] },
  range: { egress: ['198.51.100.1', '203.0.113.0/25'], times: [times('14:00:00', '15:00:00')] },
  twice: { egress: ['203.0.113.200'], times: [times('20:00:00', '21:00:00'), times('10:30:00', '10:40:00')] },
  six: { egress: ['2001:db8:0:1::5'], times: [times('10:00:00', '11:00:00')] },
};

const ask = async (service: Person, networkContext: object): Promise<Json> => {
  const orderRef = await putOrder(desk, service, owner.email);
  const answer = await owner.post('/v1/tickets', {
    orderRef,
    paymentMethod: 'card',
    description: 'Nothing could be reached.',
    networkContext: { ...aNetworkContext, ...networkContext },
  });
  if (answer.status >= 300) throw new Error(`createTicket answered ${answer.status} ${answer.text}`);
  return answer.json;
};

beforeAll(async () => {
  desk = await startDesk();
  owner = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  const service = await desk.signedIn('service');
  for (const [name, context] of Object.entries(contexts)) tickets[name] = String((await ask(service, context))['id']);
});
afterAll(() => desk.close());

const found = async (who: Person, query: Record<string, string>): Promise<string[]> => {
  const answer = await who.get(`/v1/tickets?${new URLSearchParams(query).toString()}`);
  const ids = listIn(answer.json, 'items').map(({ id }) => id);
  return Object.keys(tickets).filter((name) => ids.includes(tickets[name] ?? ''));
};

describe('tickets that saw an egress', () => {
  test.each([
    ['an address that one names and a range holds', { egress: '203.0.113.7' }, ['address', 'range']],
    ['a range, by what lies in it and what overlaps it', { egress: '203.0.113.0/24' }, ['address', 'range', 'twice']],
    ['a range of IPv6', { egress: '2001:db8::/32' }, ['six']],
    ['an address of another list', { egress: '192.0.2.1' }, []],
    [
      'in an hour, of which the second range of time is part',
      { egress: '203.0.113.0/24', seenFrom: '2026-11-20T10:00:00Z', seenUntil: '2026-11-20T11:00:00Z' },
      ['address', 'twice'],
    ],
    [
      'up to the very instant at which it was last seen',
      { egress: '203.0.113.7', seenFrom: '2026-11-20T11:00:00Z' },
      ['address', 'range'],
    ],
    ['before anybody saw it', { egress: '203.0.113.7', seenUntil: '2026-11-20T09:59:59Z' }, []],
  ])('%s', async (_what, query, names) => {
    expect(await found(agent, query)).toEqual(names);
  });

  test('are for staff to look for: a customer’s list is not filtered by it', async () => {
    expect(await found(owner, { egress: '192.0.2.1' })).toEqual(Object.keys(contexts));
  });

  test.each([
    [{ egress: 'nowhere' }, '?egress'],
    [{ seenFrom: '2026-11-20T10:00:00Z' }, '?egress'],
    [{ egress: '203.0.113.7', seenFrom: '2026-11-20T10:00:00Z', seenUntil: '2026-11-20T09:00:00Z' }, '?seenUntil'],
  ])('%j is refused by name', async (query, pointer) => {
    const answer = await agent.get(`/v1/tickets?${new URLSearchParams(query).toString()}`);
    expect([answer.status, answer.json['id']]).toEqual([422, 'request-invalid']);
    expect(listIn(answer.json, 'problems').map((problem) => problem['pointer'])).toEqual([pointer]);
  });
});

test('a context is shown as it was given: ranges of time in order, ranges of addresses with their length', async () => {
  const shown = (await owner.get(`/v1/tickets/${tickets['twice']}`)).json['networkContext'];
  const given = contexts.twice.times.toReversed().map(({ from, until }) => ({
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
  }));
  expect(shown).toEqual({ ...aNetworkContext, targets: ['shop.example.com'], egress: ['203.0.113.200'], times: given });
  const ranged = (await owner.get(`/v1/tickets/${tickets['range']}`)).json['networkContext'];
  expect(ranged).toMatchObject({ egress: ['198.51.100.1', '203.0.113.0/25'] });
});

test('a later context replaces the former as a whole', async () => {
  const answer = await owner.post(`/v1/tickets/${tickets['range']}/evidence`, {
    networkContext: { ...aNetworkContext, egress: ['192.0.2.44'], times: [times('01:00:00', '02:00:00')] },
  });
  expect(answer.status).toBeLessThan(300);
  expect(await found(agent, { egress: '192.0.2.0/24' })).toEqual(['range']);
  expect(await found(agent, { egress: '198.51.100.1' })).toEqual([]);
});
