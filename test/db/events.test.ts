/** Ticket events and the access log: gapless, chained, only ever added to, and once per input. */

import { describe, expect, test } from '@jest/globals';
import { recordAccess } from '../../db/access-log.ts';
import { type ChainedEvent, firstBrokenLink, hashEvent } from '../../db/events.ts';
import type { TicketId } from '../../domain/ids.ts';
import { theDesk } from '../../domain/ticket.ts';
import { aKeptInput, anOrder, aPerson, aTicket, noon, step } from './builders.ts';
import { refusalOf } from './refusals.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

interface EventRow {
  ticket_id: string;
  number: number;
  kind: string;
  at: Date;
  actor_id: ChainedEvent['actor']['id'];
  actor_role: ChainedEvent['actor']['role'];
  data: ChainedEvent['data'];
  input_id: string | null;
  previous_hash: Buffer | null;
  hash: Buffer;
}

const rowsOf = (ticketId: TicketId): Promise<EventRow[]> =>
  suite.db('ticket_events').where({ ticket_id: ticketId }).orderBy('number');

const chainedOf = (row: EventRow): ChainedEvent => ({
  ticketId: row.ticket_id,
  number: row.number,
  kind: row.kind,
  at: row.at,
  actor: { id: row.actor_id, role: row.actor_role },
  data: row.data,
  inputId: row.input_id,
  hash: row.hash,
});

async function aChain(events: number): Promise<{ ticketId: TicketId; rows: EventRow[] }> {
  const ticketId = await aTicket(suite.db, await anOrder(suite.db));
  for (let count = 1; count < events; count += 1)
    await step(suite.db, ticketId, { events: [{ kind: 'noted', data: { count, zeta: ['b', 'a'], alpha: null } }] });
  return { ticketId, rows: await rowsOf(ticketId) };
}

const next = (ticketId: TicketId, number: number, previous: Buffer | null) => ({
  ticket_id: ticketId,
  number,
  kind: 'noted',
  at: noon,
  actor_role: 'system',
  data: {},
  previous_hash: previous,
  hash: hashEvent(previous, { ticketId, number, kind: 'noted', at: noon, actor: theDesk, data: {}, inputId: null }),
});

describe('ticket events', () => {
  test('are numbered from one without a gap, and the ticket’s row names the last', async () => {
    const { ticketId, rows } = await aChain(5);
    expect(rows.map((row) => row.number)).toEqual([1, 2, 3, 4, 5]);
    expect(await suite.db('tickets').where({ id: ticketId }).first('last_event_number', 'last_event_hash')).toEqual({
      last_event_number: 5,
      last_event_hash: rows[4]?.hash,
    });
  });

  test('read back from the database, the chain is whole', async () => {
    const { rows } = await aChain(5);
    expect(firstBrokenLink(rows.map(chainedOf))).toBeNull();
  });

  test.each([
    ['kind', { kind: 'other' }],
    ['data', { data: { count: 99 } }],
    ['time', { at: new Date(0) }],
    ['actor', { actor: { id: null, role: 'provider' as const } }],
  ])('another %s at any place breaks the chain just there', async (_what, change) => {
    const { rows } = await aChain(4);
    for (const at of [0, 1, 3]) {
      const told = rows.map(chainedOf).map((event, index) => (index === at ? { ...event, ...change } : event));
      expect(firstBrokenLink(told)).toBe(at + 1);
    }
  });

  test('a missing event, and two that changed places, break the chain', async () => {
    const { rows } = await aChain(4);
    const [one, two, three, four] = rows.map(chainedOf);
    if (!one || !two || !three || !four) throw new Error('the chain is shorter than it was made');
    expect(firstBrokenLink([one, three, four])).toBe(2);
    expect(firstBrokenLink([one, three, two, four])).toBe(2);
  });

  test('are neither changed nor removed', async () => {
    const { ticketId } = await aChain(2);
    const events = () => suite.db('ticket_events').where({ ticket_id: ticketId });
    expect(await refusalOf(events().update({ kind: 'other' }))).toMatch(/never changed or removed/);
    expect(await refusalOf(events().delete())).toMatch(/never changed or removed/);
    expect(await refusalOf(suite.db.raw('truncate ticket_events'))).toMatch(/never changed or removed/);
  });

  test('one with the wrong hash before it is refused', async () => {
    const { ticketId, rows } = await aChain(2);
    const wrong = next(ticketId, 3, rows[0]?.hash ?? null);
    expect(await refusalOf(suite.db('ticket_events').insert(wrong))).toMatch(/previous_hash_fkey$/);
  });

  test('one after a gap is refused', async () => {
    const { ticketId, rows } = await aChain(2);
    const gap = next(ticketId, 4, rows[1]?.hash ?? null);
    expect(await refusalOf(suite.db('ticket_events').insert(gap))).toMatch(/previous_hash_fkey$/);
  });

  test('one that hangs on nothing is refused, and so is a first that hangs on something', async () => {
    const { ticketId, rows } = await aChain(2);
    expect(await refusalOf(suite.db('ticket_events').insert(next(ticketId, 3, null)))).toBe('ticket_events_chained');
    const bare = await aTicket(suite.db, await anOrder(suite.db));
    const first = { ...next(bare, 1, rows[0]?.hash ?? null) };
    expect(await refusalOf(suite.db('ticket_events').insert(first))).toBe('ticket_events_chained');
  });

  test('a second at the same number is refused: a chain does not fork', async () => {
    const { ticketId, rows } = await aChain(2);
    const fork = next(ticketId, 2, rows[0]?.hash ?? null);
    expect(await refusalOf(suite.db('ticket_events').insert(fork))).toBe('ticket_events_pkey');
  });

  test('one hanging on another ticket’s chain is refused', async () => {
    const { ticketId } = await aChain(2);
    const stranger = await aChain(2);
    const crossed = next(ticketId, 3, stranger.rows[1]?.hash ?? null);
    expect(await refusalOf(suite.db('ticket_events').insert(crossed))).toMatch(/previous_hash_fkey$/);
  });

  test('T3: the same input tells the same thing once', async () => {
    const { ticketId, rows } = await aChain(2);
    const inputId = await aKeptInput(suite.db, { ticketId });
    const told = { ...next(ticketId, 3, rows[1]?.hash ?? null), input_id: inputId };
    await suite.db('ticket_events').insert(told);
    const again = { ...next(ticketId, 4, told.hash), input_id: inputId };
    expect(await refusalOf(suite.db('ticket_events').insert(again))).toBe('ticket_events_once_per_input');
  });
});

describe('PV-1.2: the access log', () => {
  test('keeps one row a look, and no row is ever changed or removed', async () => {
    const viewerId = await aPerson(suite.db, 'agent');
    const order = await anOrder(suite.db);
    const look = { at: noon, viewerId, operation: 'getTicket', subjectId: order.subjectId, ticketId: null };
    await recordAccess(suite.db, [look, look]);
    await recordAccess(suite.db, []);
    const rows = () => suite.db('access_log').where({ viewer_id: viewerId });
    expect(await refusalOf(rows().update({ operation: 'listTickets' }))).toMatch(/never changed or removed/);
    expect(await refusalOf(rows().delete())).toMatch(/never changed or removed/);
    expect(await refusalOf(suite.db.raw('truncate access_log'))).toMatch(/never changed or removed/);
    expect(await rows()).toHaveLength(2);
  });
});
