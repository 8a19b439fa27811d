/** N5: a connection that PostgreSQL drops in the middle of a request costs that request, and no process. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type Person, signIn } from '../environment/people.ts';

let desk: Desk;
let agent: Person;

beforeAll(async () => {
  desk = await startDesk({ workers: false });
  agent = await signIn(desk, 'agent');
});

afterAll(() => desk.close());

test('N5: the connection over which somebody is being recognised is cut off, and the API goes on', async () => {
  const { db } = desk.core;
  // Its answer comes while the lock still stands.
  const cut = await db.transaction(async (trx) => {
    await trx.raw('lock table sessions in access exclusive mode');
    const asked = agent.get('/v1/tickets');
    const isCut = async (): Promise<boolean> => {
      const waiting = await db.raw<{ rowCount: number }>(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%sessions%'`,
      );
      return waiting.rowCount > 0;
    };
    expect(await until(isCut, { withinMs: 10_000 })).toBe(true);
    return asked;
  });
  expect(cut.status).toBe(503);
  expect((await agent.get('/v1/tickets')).status).toBe(200);
});
