/** Clusters of signs suggest an incident while nobody has confirmed one: from several accounts, of one kind, place or range. */

import { expect, test } from '@jest/globals';
import { suggestIncidents } from '../../db/incident-suggestions.ts';
import type { AttemptClass } from '../../domain/attempt-class.ts';
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
  (await suggestIncidents(suite.db, at)).map(({ from, planKind, place, egress, tickets }) => [
    from.toISOString(),
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

test('nor does one that was retracted, or that nobody has confirmed', async () => {
  for (let count = 0; count < 3; count += 1) {
    const { orderId } = await aSign({ kind: 'retracted' });
    const fact = { ref: 'INC-RETRACTED', confirmed: false, widely_impacting: true, covers: true };
    await suite.db('order_incidents').insert({ order_id: orderId, ...fact, from_at: noon, reported_at: noon });
  }
  expect(await suggested()).toContainEqual([noon.toISOString(), 'retracted', null, null, many.tickets]);
});

const minutesAfter = (minutes: number): Date => hoursAfter(minutes / 60);
const clustersOf = async (kind: string, at = hoursAfter(3)) =>
  (await suggestIncidents(suite.db, at)).filter(({ planKind }) => planKind === kind);

test.each([
  ['on both sides of a clock hour', 'over-the-hour', [-2, 1, 3], [[-2, 3]]],
  ['as far apart as an hour', 'apart', [2, 30, 61], [[2, 61]]],
  ['of a storm that lasts', 'storm', [0, 20, 40, 60, 80, 100, 120, 140], [[0, 140]]],
  [
    'of two storms',
    'storms',
    [-120, -115, -110, 60, 65, 70],
    [
      [60, 70],
      [-120, -110],
    ],
  ],
  ['too thin to be one', 'thin', [0, 40, 80, 120], []],
] as const)('signs %s are clusters by their own times', async (_what, kind, minutes, expected) => {
  for (const minute of minutes) await aSign({ kind, ticket: { created_at: minutesAfter(minute) } });
  const found = await clustersOf(kind);
  expect(found.map(({ from, until }) => [from, until])).toEqual(
    expected.map((ends) => ends.map((minute) => minutesAfter(minute))),
  );
  expect(found.reduce((sum, { tickets }) => sum + tickets, 0)).toBe(expected.length === 0 ? 0 : minutes.length);
});

interface Probed {
  readonly kind: string;
  readonly classes: readonly AttemptClass[];
  readonly place?: string | null;
  readonly exit?: string;
  readonly of?: LifeRow;
  readonly round?: number;
}

/** A round of our tests at noon, of a ticket that was made long before. */
async function aProbedTicket({ kind, classes, place = 'DE', exit, of, round = 1 }: Probed): Promise<LifeRow> {
  const row = of ?? (await aSign({ kind, places: ['DE', 'NL'], ticket: { created_at: hoursAfter(-90) } }));
  const { ticketId } = row;
  const named = { ticket_id: ticketId, number: round, key: `${round}`, begun_at: noon, ended_at: noon, place };
  await suite.db('probe_rounds').insert(named);
  for (const [index, one] of classes.entries()) {
    const target = { host: `${index}.example`, port: 443, protocol: 'connect' };
    const told = {
      begun_at: noon,
      ended_at: noon,
      class: one,
      latency_ms: 5,
      egress: one === 'works' ? null : (exit ?? null),
    };
    await suite.db('probe_attempts').insert({ ticket_id: ticketId, round, ...target, ...told });
  }
  return row;
}

test('our own tests that fail by our cause at one place, or by one range of exits, are signs as tickets are', async () => {
  const kind = 'probed';
  const exit = '198.51.100.7';
  await aProbedTicket({ kind, classes: ['gateway_timed_out', 'works'], place: 'de', exit });
  await aProbedTicket({ kind, classes: ['egress_dead'], exit });
  expect(await clustersOf(kind)).toEqual([]);
  const { ticketId } = await aSign({
    kind,
    places: ['DE'],
    exits: ['198.51.100.99'],
    ticket: { created_at: minutesAfter(20) },
  });
  const found = await clustersOf(kind);
  expect(
    found.map(({ place, egress, tickets, probed, accounts }) => [place, egress, tickets, probed, accounts]),
  ).toEqual([
    ['DE', null, 1, 2, 3],
    [null, '198.51.100.0/24', 1, 2, 3],
  ]);
  expect(found[0]?.ticketIds).toContain(ticketId);
  expect(found[0]).toMatchObject({ from: noon, until: minutesAfter(20) });
});

test('through a gateway that serves whatever place they are signs of each place that the plan has', async () => {
  for (let count = 0; count < 3; count += 1)
    await aProbedTicket({ kind: 'anywhere', classes: ['gateway_reset'], place: null });
  expect((await clustersOf('anywhere')).map(({ place, probed }) => [place, probed])).toEqual([
    ['DE', 3],
    ['NL', 3],
  ]);
});

test.each([
  ['what the target did', ['target_forbidden'], 3],
  ['our own test account', ['auth_refused'], 3],
  ['the smaller part of a round', ['gateway_reset', 'works', 'works'], 3],
  ['one plan, however often', ['gateway_reset'], 1],
] as const)('no suggestion comes of tests that show %s', async (what, classes, tickets) => {
  for (let count = 0; count < tickets; count += 1) {
    const of = await aProbedTicket({ kind: what, classes });
    for (let round = 2; round < 4; round += 1) await aProbedTicket({ kind: what, classes, of, round });
  }
  expect(await clustersOf(what)).toEqual([]);
});
