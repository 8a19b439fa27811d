/** One request for several orders: a ticket for each, or none. */

import { describe, expect, test } from '@jest/globals';
import { readDueInputs } from '../../db/inputs.ts';
import { isRefusal } from '../../domain/errors.ts';
import { granted } from './builders.ts';
import { ask, ordersOfOne } from './linking.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);

describe('a request for several orders', () => {
  test('opens a ticket for each under one request, with a start of its own and the method that was named for it', async () => {
    const tickets = granted(await ask(suite.db, await ordersOfOne(suite.db, 3)));
    const rows: { id: string; claimed_method: string; request_id: string }[] = await suite
      .db('tickets')
      .whereIn('id', tickets)
      .orderBy('number');
    expect(rows.map((row) => [row.id, row.claimed_method])).toEqual([
      [tickets[0], 'card'],
      [tickets[1], 'paypal'],
      [tickets[2], 'paypal'],
    ]);
    expect(new Set(rows.map((row) => row.request_id)).size).toBe(1);
    for (const ticketId of tickets)
      expect((await readDueInputs(suite.db, ticketId)).map(({ operation }) => operation)).toEqual(['createTicket']);
  });

  test('one order alone is no such request', async () => {
    const [ticketId] = granted(await ask(suite.db, await ordersOfOne(suite.db, 1)));
    expect(await suite.db('tickets').where({ id: ticketId }).first('request_id')).toEqual({ request_id: null });
  });

  test('R15: asked for twice at once in opposite order, one request opens them all and the other none', async () => {
    const orders = await ordersOfOne(suite.db, 4);
    const ends = await Promise.all([ask(suite.db, orders), ask(suite.db, [...orders].reverse())]);
    expect(ends.filter(isRefusal)).toEqual([expect.objectContaining({ refused: 'order-claimed' })]);
    const opened = await suite.db('tickets').whereIn(
      'order_id',
      orders.map(({ id }) => id),
    );
    expect(opened).toHaveLength(4);
  });

  test('is refused for another’s order, an order of another account, and one with an open claim, by its name', async () => {
    const [own, claimed] = await ordersOfOne(suite.db, 2);
    const [others] = await ordersOfOne(suite.db, 1);
    if (!own || !claimed || !others) throw new Error('the orders are there');
    expect(await ask(suite.db, [own, others])).toEqual({ refused: 'order-unknown', facts: { orderRef: others.ref } });
    const [ticketId] = granted(await ask(suite.db, [claimed]));
    expect(await ask(suite.db, [own, claimed])).toEqual({
      refused: 'order-claimed',
      facts: { orderRef: claimed.ref, ticketId },
    });
  });
});
