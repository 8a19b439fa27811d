/** One open claim per order, and a ticket whose phase and outcome go together: tried past the stores and by many at once. */

import { describe, expect, test } from '@jest/globals';
import { isRefusal } from '../../domain/errors.ts';
import {
  aDecidedClaim,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  aTicket,
  claim,
  decideRefund,
  granted,
  noon,
  step,
} from './builders.ts';
import { refusalOf } from './refusals.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);

describe('one open claim per order', () => {
  test('R2, R15: of twenty claims at once one is opened, and the others are told which', async () => {
    const order = await anOrder(suite.db);
    const ends = await Promise.all(Array.from({ length: 20 }, () => claim(suite.db, order)));
    const opened = ends.filter((end) => !isRefusal(end));
    expect(opened).toHaveLength(1);
    const told = ends.filter(isRefusal).map((refusal) => [refusal.refused, refusal.facts?.['ticketId']]);
    expect(told).toEqual(told.map(() => ['order-claimed', opened[0]]));
    expect(await suite.db('tickets').where({ order_id: order.id })).toHaveLength(1);
  });

  test('a second one is refused past the store too', async () => {
    const order = await anOrder(suite.db);
    const ticketId = await aTicket(suite.db, order);
    const copy = `
      insert into tickets (order_id, account_id, subject_id, phase, asked_at, fault, claimed_method, description, created_at, updated_at)
      select order_id, account_id, subject_id, phase, asked_at, fault, claimed_method, description, created_at, updated_at
      from tickets where id = ?`;
    expect(await refusalOf(suite.db.raw(copy, [ticketId]))).toBe('tickets_one_open_claim');
  });

  test('after closing, the order can be claimed again, and the closed one is not opened beside it', async () => {
    const order = await anOrder(suite.db);
    const first = await aTicket(suite.db, order);
    granted(await step(suite.db, first, { move: 'withdrawn', events: [] }));
    granted(await claim(suite.db, order));
    const reopened = suite
      .db('tickets')
      .where({ id: first })
      .update({ phase: 'reviewing', outcome: null, closed_at: null });
    expect(await refusalOf(reopened)).toBe('tickets_one_open_claim');
  });

  test('R2: the next claim on an order is granted no more than the former left', async () => {
    const former = await aDecidedClaim(suite.db, 60n, [aTender(100n)]);
    const close = { phase: 'closed', outcome: 'refunded', closed_at: noon };
    await suite.db('tickets').where({ id: former.ticketId }).update(close);
    const ticketId = await aReviewedTicket(suite.db, former.order);
    const agent = await aPerson(suite.db, 'agent');
    expect(await decideRefund(suite.db, ticketId, agent, 60n)).toEqual({
      refused: 'amount-over-refundable',
      facts: { refundableMinor: '40', currency: 'USD' },
    });
    granted(await decideRefund(suite.db, ticketId, agent, 40n));
  });

  test('R1: of ten decisions at once one is taken, and the others are told who decided', async () => {
    const ticketId = await aReviewedTicket(suite.db, await anOrder(suite.db, [aTender(10_000n)]));
    const agents = await Promise.all(Array.from({ length: 10 }, () => aPerson(suite.db, 'agent')));
    const ends = await Promise.all(agents.map((agent) => decideRefund(suite.db, ticketId, agent, 10_000n)));
    const winners = agents.filter((_agent, index) => !isRefusal(ends[index]));
    expect(winners).toHaveLength(1);
    const told = ends.filter(isRefusal);
    expect(told).toEqual(told.map(() => ({ refused: 'ticket-decided', facts: { decidedBy: winners[0] } })));
    expect(await suite.db('payouts').where({ ticket_id: ticketId })).toHaveLength(1);
  });
});

describe('R9: amounts that the decision refuses, and that leave nothing behind', () => {
  test.each([
    ['zero', '0', 'USD', 'amount-not-positive'],
    ['negative', '-1', 'USD', 'amount-not-positive'],
    ['above what is left', '2000', 'USD', 'amount-over-refundable'],
    ['in another currency', '1', 'EUR', 'currency-mismatch'],
  ] as const)('%s', async (_what, minor, currency, refused) => {
    const ticketId = await aReviewedTicket(suite.db, await anOrder(suite.db));
    const agent = await aPerson(suite.db, 'agent');
    expect(await decideRefund(suite.db, ticketId, agent, minor, { currency })).toMatchObject({ refused });
    for (const table of ['decisions', 'grants', 'payouts'])
      expect(await suite.db(table).where({ ticket_id: ticketId })).toEqual([]);
    expect(await suite.db('tickets').where({ id: ticketId }).first('phase')).toEqual({ phase: 'deciding' });
  });

  test.each(['', 'NaN', '1.5', '1e3'])('%p is no amount', async (minor) => {
    const ticketId = await aReviewedTicket(suite.db, await anOrder(suite.db));
    const agent = await aPerson(suite.db, 'agent');
    await expect(decideRefund(suite.db, ticketId, agent, minor)).rejects.toThrow(RangeError);
    expect(await suite.db('decisions').where({ ticket_id: ticketId })).toEqual([]);
  });
});

describe('a ticket’s row', () => {
  test.each([
    ['closed without an outcome', 'tickets_outcome_whole', { phase: 'closed', closed_at: noon }],
    ['open with an outcome', 'tickets_outcome_whole', { outcome: 'refunded' }],
    ['closed at no time', 'tickets_closed_whole', { phase: 'closed', outcome: 'refunded' }],
    ['open with a closing time', 'tickets_closed_whole', { closed_at: noon }],
    ['in a phase that there is not', 'tickets_phase_check', { phase: 'lost' }],
    ['with events but no hash', 'tickets_chain_whole', { last_event_hash: null }],
  ])('%s is refused', async (_what, constraint, change) => {
    const ticketId = await aTicket(suite.db, await anOrder(suite.db));
    expect(await refusalOf(suite.db('tickets').where({ id: ticketId }).update(change))).toBe(constraint);
  });
});
