/** Changes of payouts as they happen: heard by all, taken up again without a gap, and by nobody who may not. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { replayedChangesMax, streamsPerPersonMax } from '../../domain/limits.ts';
import { aBoard, type Board } from '../db/board-rows.ts';
import { patienceMs } from '../environment/patience.ts';
import type { Client } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { type EventStream, eventsPath, openEvents } from './event-stream.ts';

let desk: Desk;
let finance: Person;
let board: Board;
const streams: EventStream[] = [];

beforeAll(async () => {
  desk = await startDesk({ streamBeatMs: 100 });
  finance = await desk.signedIn('finance');
  board = await aBoard(desk.db);
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(() => desk.close());

async function listen(client: Client = finance, after?: string): Promise<EventStream> {
  const stream = await openEvents(client, after === undefined ? {} : { after });
  streams.push(stream);
  return stream;
}

async function aPayout(): Promise<string> {
  const [id] = await board.add([{ state: 'approved', since: new Date() }]);
  return id ?? '';
}

const hold = (id: string, reason: string) =>
  desk.db('payouts').where({ id }).update({ reason, updated_at: new Date() });

const of =
  (payoutId: string) =>
  ({ name, data }: { name: string; data: { id: string } }) =>
    name === 'payout' && data.id === payoutId;

const idsIn = (stream: EventStream) => stream.events.filter(({ name }) => name === 'payout').map(({ data }) => data.id);

describe('a change', () => {
  test('reaches every listener within a second, with ids, state and instant alone', async () => {
    const listeners = [await listen(), await listen(await desk.signedIn('finance'))];
    expect(listeners.map(({ status, type }) => [status, type])).toEqual([
      [200, 'text/event-stream; charset=utf-8'],
      [200, 'text/event-stream; charset=utf-8'],
    ]);
    const id = await aPayout();
    const before = performance.now();
    await hold(id, 'stopped');
    for (const listener of listeners) {
      const { data } = await listener.heard(of(id), 1_000);
      expect(data).toEqual({
        id,
        ticketId: board.ground.ticketId,
        state: 'approved',
        at: expect.stringMatching(/^20\d\d-.*Z$/),
      });
    }
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test('of the stop of all payouts is told as well, to whoever listens', async () => {
    const listener = await listen();
    await finance.post('/v1/payouts/stop', { ground: 'An audit.' });
    await listener.heard(({ name, data }) => name === 'stop' && data['stopped'] === true);
    await finance.post('/v1/payouts/resume');
    const { data } = await listener.heard(({ name, data: told }) => name === 'stop' && told['stopped'] === false);
    expect(Object.keys(data).sort()).toEqual(['at', 'stopped']);
  });

  test('that was rolled back is never told', async () => {
    const listener = await listen();
    const [undone, done] = [await aPayout(), await aPayout()];
    const gone = desk.db.transaction(async (trx) => {
      await trx('payouts').where({ id: undone }).update({ reason: 'held', updated_at: new Date() });
      throw new Error('undone');
    });
    await expect(gone).rejects.toThrow('undone');
    await hold(done, 'held');
    await listener.heard(of(done));
    expect(idsIn(listener)).not.toContain(undone);
  });
});

describe('whoever comes back', () => {
  test('is told all that changed meanwhile, and hears on', async () => {
    const first = await listen();
    expect(first.events[0]?.data).toEqual({ resumed: false });
    const ids = [await aPayout(), await aPayout(), await aPayout()] as const;
    await hold(ids[0], 'held');
    const { id: place } = await first.heard(of(ids[0]));
    first.close();
    await hold(ids[1], 'held');
    await finance.post('/v1/payouts/stop', { ground: 'An audit.' });
    const second = await listen(finance, place);
    expect(second.events[0]?.data).toEqual({ resumed: true });
    await second.heard(of(ids[1]));
    await second.heard(({ name, data }) => name === 'stop' && data['stopped'] === true);
    await finance.post('/v1/payouts/resume');
    await hold(ids[2], 'held');
    await second.heard(of(ids[2]));
  });

  test('misses nothing of a transaction that began before what they heard last, and ended after', async () => {
    const first = await listen();
    const [slow, fast] = [await aPayout(), await aPayout()];
    const trx = await desk.db.transaction();
    await trx('payouts').where({ id: slow }).update({ reason: 'held', updated_at: new Date() });
    await hold(fast, 'held');
    const { id: place } = await first.heard(of(fast));
    first.close();
    await trx.commit();
    const second = await listen(finance, place);
    await second.heard(of(slow));
    expect(idsIn(first)).not.toContain(slow);
  });

  test('takes up from the newest sign of life as well', async () => {
    const first = await listen();
    expect(await until(() => first.beats > 1, { withinMs: 5_000 })).toBe(true);
    const place = first.lastEventId;
    first.close();
    const id = await aPayout();
    await hold(id, 'held');
    await (await listen(finance, place)).heard(of(id));
  });

  test.each(['9223372036854775807', 'not-a-place', '-1', '123456789012345678901'])(
    'from a place that was never told (%s) is asked to list anew',
    async (place) => {
      expect((await listen(finance, place)).events[0]?.data).toEqual({ resumed: false });
    },
  );

  test('after more changes than can be told is asked to list anew', async () => {
    const first = await listen();
    const place = first.lastEventId;
    first.close();
    const since = new Date();
    await board.add(Array.from({ length: replayedChangesMax + 1 }, () => ({ state: 'approved' as const, since })));
    expect((await listen(finance, place)).events[0]?.data).toEqual({ resumed: false });
  });
});

describe('a stream', () => {
  test('is refused to whoever is not signed in, or whose role does not permit it', async () => {
    expect((await listen(desk.stranger)).status).toBe(401);
    expect((await listen(await desk.signedIn('agent'))).status).toBe(403);
  });

  test('ends with the session that opened it', async () => {
    const person = await desk.signedIn('finance');
    const other = await listen();
    const listener = await listen(person);
    await desk.db('sessions').where({ person_id: person.id }).delete();
    await listener.ended;
    const id = await aPayout();
    await hold(id, 'held');
    await other.heard(of(id));
    expect(idsIn(listener)).not.toContain(id);
  });

  test('ends when its reader becomes something else', async () => {
    const person = await desk.signedIn('finance');
    const listener = await listen(person);
    await desk.db('people').where({ id: person.id }).update({ role: 'agent' });
    await listener.ended;
    expect((await listen(person)).status).toBe(403);
  });

  test('is one of so many that a person may have; one that was closed counts no longer', async () => {
    const person = await desk.signedIn('finance');
    for (let open = 0; open < streamsPerPersonMax; open += 1) expect((await listen(person)).status).toBe(200);
    const refused = await person.get(eventsPath);
    expect([refused.status, refused.json.id]).toEqual([429, 'listeners-full']);
    expect((await listen()).status).toBe(200);
    streams.find(({ status }) => status === 200)?.close();
    const opens = async () => {
      const response = await person.open('HEAD', eventsPath);
      return response.status === 200;
    };
    expect(await until(opens, { withinMs: 5_000 })).toBe(true);
  });

  test('shows only its head to whoever asks for that', async () => {
    const head = await finance.send('HEAD', eventsPath);
    expect([head.status, head.headers.get('content-type'), head.text]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      '',
    ]);
  });
});

test('a lost connection to the database loses no change: what happened meanwhile is told once it is back', async () => {
  const listener = await listen();
  const ids = await board.add(Array.from({ length: 20 }, () => ({ state: 'approved' as const, since: new Date() })));
  for (const [index, id] of ids.entries()) {
    if (index % 5 === 0) {
      await desk.db.raw(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'refund-desk-listener'`,
      );
    }
    await hold(id, 'held');
  }
  for (const id of ids) await listener.heard(of(id), patienceMs);
  expect((await listen()).status).toBe(200);
});
