/** Clusters of tickets suggest an incident while nobody has confirmed one: from several accounts, of one kind, place or range. */

import { expect, test } from '@jest/globals';
import { suggestIncidents } from '../../db/incident-suggestions.ts';
import { aTicketRow, hoursAfter, type LifeRow, noon } from './life-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

interface Seen {
  readonly kind?: string;
  readonly places?: readonly string[];
  readonly exits?: readonly string[];
  readonly ticket?: object;
  readonly of?: LifeRow;
}

async function aSign({ kind = 'metered', places = [], exits = [], ticket = {}, of }: Seen): Promise<LifeRow> {
  const { db } = suite;
  const row = await aTicketRow(db, ticket, of);
  await db('orders')
    .where({ id: row.orderId })
    .update({ plan_kind: kind, places: [...places] });
  for (const range of exits)
    await db('order_egress').insert({ order_id: row.orderId, range: db.raw('network(?::inet)', [range]) });
  return row;
}

const suggested = async (at = hoursAfter(0.5)) =>
  (await suggestIncidents(suite.db, at)).map(({ hour, planKind, place, egress, tickets }) => [
    hour.toISOString(),
    planKind,
    place,
    egress,
    tickets,
  ]);

const many = { tickets: 3 };

test('three accounts at one place, or by one range of exits, within an hour are a suggestion; fewer are none', async () => {
  const hour = noon.toISOString();
  await aSign({ places: ['DE'], exits: ['203.0.113.7'] });
  await aSign({ places: ['DE'], exits: ['203.0.113.9'] });
  expect(await suggested()).toEqual([]);
  const third = await aSign({ places: ['DE', 'NL'], exits: ['203.0.113.200', '203.0.113.201'] });
  expect(await suggested()).toEqual([
    [hour, 'metered', 'DE', null, many.tickets],
    [hour, 'metered', null, '203.0.113.0/24', many.tickets],
  ]);
  const [first] = await suggestIncidents(suite.db, hoursAfter(0.5));
  expect(first?.ticketIds).toContain(third.ticketId);
});

test.each([
  [
    'one account alone',
    async () => {
      const first = await aSign({ kind: 'alone' });
      await suite
        .db('tickets')
        .where({ id: first.ticketId })
        .update({ phase: 'closed', outcome: 'refused', closed_at: noon });
      for (let count = 0; count < 2; count += 1) {
        const next = await aSign({ kind: 'alone', of: first });
        await suite
          .db('tickets')
          .where({ id: next.ticketId })
          .update({ phase: 'closed', outcome: 'refused', closed_at: noon });
      }
    },
  ],
  [
    'what the target did',
    async () => {
      for (let count = 0; count < 3; count += 1)
        await aSign({ kind: 'target', ticket: { fault: 'blocked_by_target' } });
    },
  ],
  [
    'another hour',
    async () => {
      for (let count = 0; count < 3; count += 1)
        await aSign({ kind: 'hours', ticket: { created_at: hoursAfter(-count) } });
    },
  ],
  [
    'what is long past',
    async () => {
      for (let count = 0; count < 3; count += 1) await aSign({ kind: 'past', ticket: { created_at: hoursAfter(-60) } });
    },
  ],
  [
    'what an incident explains',
    async () => {
      for (let count = 0; count < 3; count += 1) {
        const { orderId } = await aSign({ kind: 'explained' });
        const fact = {
          ref: 'INC-1',
          confirmed: true,
          widely_impacting: true,
          covers: true,
          from_at: noon,
          reported_at: noon,
        };
        await suite.db('order_incidents').insert({ order_id: orderId, ...fact });
      }
    },
  ],
] as const)('no suggestion comes of %s', async (_what, make) => {
  const before = await suggested();
  await make();
  expect(await suggested()).toEqual(before);
});

test('an incident that was over before explains nothing of what is reported now', async () => {
  for (let count = 0; count < 3; count += 1) {
    const { orderId } = await aSign({ kind: 'anew' });
    const over = { from_at: hoursAfter(-30), until_at: hoursAfter(-28), reported_at: hoursAfter(-28) };
    const fact = { ref: 'INC-OVER', confirmed: true, widely_impacting: true, covers: true, ...over };
    await suite.db('order_incidents').insert({ order_id: orderId, ...fact });
  }
  expect(await suggested()).toContainEqual([noon.toISOString(), 'anew', null, null, many.tickets]);
});
