/** T11: ten thousand tickets of one outage are listed under their incident: one statement a page, by an index. */

import { beforeAll, expect, test } from '@jest/globals';
import { listTickets } from '../../db/ticket-views.ts';
import type { Viewer } from '../../db/viewer.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { insertTouchedOrders } from '../crash/touched-orders.ts';
import { planOf, scansWhole, statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const staff: Viewer = { kind: 'staff', subjectId: '00000000-0000-7000-8101-000000000001' as SubjectId };
const bought = '2026-11-01T00:00:00.000Z';
const incidents: Record<'storm' | 'drizzle', string> = { storm: '', drizzle: '' };
const limit = 25;

beforeAll(async () => {
  const { db } = suite;
  await insertTouchedOrders(db, { orders: 14_000, place: 'DE', bought, until: '2026-12-01T00:00:00.000Z' });
  await db.raw(
    `insert into tickets (order_id, account_id, subject_id, phase, fault, asked_at, claimed_method, description, created_at, updated_at)
     select id, account_id, subject_id, 'reviewing', 'slow', :bought, 'card', '', created_at + row_number() over (order by id) * interval '1 second', :bought
     from orders`,
    { bought },
  );
  const spans = { storm: [1, 10_000], drizzle: [10_001, 10_020] } as const;
  for (const [ref, [first, last]] of Object.entries(spans)) {
    const rows: { id: string }[] = await db('incidents')
      .insert({
        ref,
        title: ref,
        plan_kinds: [],
        places: [],
        egress: [],
        from_at: bought,
        widely_impacting: true,
        state: 'confirmed',
        created_at: bought,
        updated_at: bought,
      })
      .returning('id');
    incidents[ref as keyof typeof incidents] = rows[0]?.id ?? '';
    await db.raw(
      `insert into order_incidents (order_id, ref, confirmed, widely_impacting, covers, from_at, reported_at, incident_id, incident_version)
       select id, :ref, true, true, true, :bought, :bought, :incident, 1
       from (select id, row_number() over (order by id) as n from orders) as numbered where n between :first and :last`,
      { ref, bought, incident: rows[0]?.id ?? '', first, last },
    );
  }
  await db.raw('analyze tickets, order_incidents, orders');
});

const pagesOf = async (incident: string) => {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 3; pages += 1) {
    const page = await listTickets(suite.db, staff, { incident }, { limit, cursor });
    if (isRefusal(page)) throw new Error(page.refused);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
    if (cursor === null) break;
  }
  return ids;
};

test.each(['storm', 'drizzle'] as const)(
  'a page of the tickets of the %s is one statement and reads no table whole',
  async (name) => {
    const sent = await statementsOf(suite.db, () =>
      listTickets(suite.db, staff, { incident: incidents[name] }, { limit, cursor: null }),
    );
    expect(sent).toHaveLength(1);
    for (const statement of sent) {
      const plan = await planOf(suite.url, statement);
      for (const table of ['tickets', 'orders', 'order_incidents'])
        expect({ table, whole: scansWhole(plan, table) }).toEqual({ table, whole: false });
    }
  },
);

test('pages follow one another, with the tickets of that incident and no others', async () => {
  const [storm, drizzle] = [await pagesOf(incidents.storm), await pagesOf(incidents.drizzle)];
  expect([storm.length, new Set(storm).size]).toEqual([3 * limit, 3 * limit]);
  expect(drizzle).toHaveLength(20);
  expect(storm.filter((id) => drizzle.includes(id))).toEqual([]);
});
