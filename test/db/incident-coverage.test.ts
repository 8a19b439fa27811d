/** RP-2.4b: what SQL says of an incident's coverage is what the pure rule says, and both ways are found by an index. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coverage, covers, joinCovered } from '../../db/incident-coverage.ts';
import { type CoveredOrder, coverageOf, type IncidentScope } from '../../domain/incident.ts';
import { insertTouchedOrders } from '../crash/touched-orders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const dayMs = 86_400_000;
const day = (count: number): string => new Date(Date.UTC(2026, 0, 1) + count * dayMs).toISOString();
const term = fc
  .tuple(fc.nat(20), fc.option(fc.integer({ min: 1, max: 10 }), { nil: null }))
  .map(([from, length]) => ({ from: day(from), until: length === null ? null : day(from + length) }));

const ranges = fc.subarray([
  '203.0.113.0/24',
  '203.0.113.7',
  '203.0.112.0/22',
  '198.51.100.128/25',
  '198.51.100.1',
  '2001:db8::/32',
  '2001:db8:7::1',
  '::ffff:203.0.113.7',
  '0.0.0.0/0',
]);
const kinds = fc.subarray(['metered', 'datacenter']);
const places = fc.subarray(['DE', 'NL', 'FRA-1']);

const scope: fc.Arbitrary<IncidentScope> = fc
  .record({ planKinds: kinds, places, egress: ranges, window: term })
  .map(({ window, ...rest }) => ({ ...rest, ...window }));

/** A few at the most: what is asked is whether any meets. */
const order: fc.Arbitrary<CoveredOrder> = fc.record({
  planKind: fc.constantFrom('metered', 'datacenter', 'other'),
  places,
  term,
  assigned: ranges,
  seen: ranges,
});

/** The rule asked of rows, none of which is kept. */
async function judged(
  incident: IncidentScope,
  given: CoveredOrder,
): Promise<{ coverage: string; covers: boolean | null }> {
  let found: { coverage: string; covers: boolean | null }[] = [];
  const undone = new Error('undone');
  await suite.db
    .transaction(async (trx) => {
      const [orderId, ticketId] = ['00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-0000000000a2'];
      const until = given.term.until;
      await trx.raw(
        `with person as (insert into people (email, role) values ('covered@example.com', 'customer') returning id),
           account as (insert into accounts (ref, created_at) values ('covered', :from) returning id),
           sold as (insert into orders (id, ref, account_id, subject_id, channel, plan_key, plan_kind, plan_name, first_purchased_at,
               purchased_at, period_from, period_until, currency, created_at, updated_at, places)
             select :orderId, 'covered', account.id, person.id, 'official', 'key', :kind, 'name', :from, :from,
               case when :until::timestamptz is not null then :from::timestamptz end, :until, 'USD', :from, :from, :places::text[]
             from account, person returning id, account_id, subject_id),
           exits as (insert into order_egress select distinct :orderId::uuid, network(text::inet) from unnest(:assigned::text[]) as text),
           asked as (insert into tickets (id, order_id, account_id, subject_id, phase, fault, asked_at, claimed_method, description, created_at, updated_at)
             select :ticketId, id, account_id, subject_id, 'reviewing', 'slow', :from, 'card', '', :from, :from from sold),
           context as (insert into ticket_network_contexts select :ticketId::uuid, array['host'],
             tstzmultirange(tstzrange(:from::timestamptz, :from::timestamptz, '[]')), 'https', 'curl' where cardinality(:seen::text[]) > 0 returning seen),
           saw as (insert into ticket_egress select :ticketId::uuid, number, text::inet, context.seen
             from context, unnest(:seen::text[]) with ordinality as given (text, number))
         insert into incidents (ref, title, plan_kinds, places, egress, from_at, until_at, widely_impacting, state, created_at, updated_at)
         values ('covering', 'title', :planKinds::text[], :named::text[],
           coalesce((select array_agg(distinct network(text::inet)) from unnest(:egress::text[]) as text), '{}'), :begins, :ends, true, 'suspected', :from, :from)`,
        {
          orderId,
          ticketId,
          from: given.term.from,
          until,
          kind: given.planKind,
          places: [...given.places],
          assigned: [...given.assigned],
          seen: [...given.seen],
          planKinds: [...incident.planKinds],
          named: [...incident.places],
          egress: [...incident.egress],
          begins: incident.from,
          ends: incident.until,
        },
      );
      const { rows } = await trx.raw<{ rows: { coverage: string; covers: boolean }[] }>(
        `select ${coverage} as coverage, ${covers} as covers from orders cross join incidents`,
      );
      const joined = await trx.raw<{ rows: unknown[] }>(`select orders.id from incidents ${joinCovered(incident)}`);
      // Found by the join where it covers, and only there.
      const isFound = joined.rows.length === 1;
      found = rows.map((row) => ({ coverage: row.coverage, covers: row.covers === isFound ? row.covers : null }));
      throw undone;
    })
    .catch((fault: unknown) => {
      if (fault !== undone) throw fault;
    });
  const [row] = found;
  if (!row) throw new Error('nothing was judged');
  return row;
}

test('the predicate agrees with the pure rule on every incident and order', async () => {
  await fc.assert(
    fc.asyncProperty(scope, order, async (incident, given) => {
      const expected = coverageOf(incident, given);
      expect(await judged(incident, given)).toEqual({ coverage: expected, covers: expected === 'covered' });
    }),
    { numRuns: 150 },
  );
});

describe('an index finds', () => {
  beforeAll(async () => {
    const { db } = suite;
    await insertTouchedOrders(db, { orders: 5_000, place: 'DE', bought: day(0), until: day(30) });
    await db.raw(`insert into order_egress select id, ('10.' || n / 250 || '.' || n % 250 || '.0/24')::cidr
      from (select id, row_number() over (order by id)::integer as n from orders) as numbered`);
    await db.raw('analyze order_egress');
    await db.raw(`insert into incidents (ref, title, plan_kinds, places, egress, from_at, until_at, widely_impacting, state, created_at, updated_at)
      values ('by-exit', 'title', '{}', '{}', array['10.3.7.0/24'::cidr], '${day(5)}', '${day(6)}', true, 'confirmed', '${day(6)}', '${day(6)}'),
        ('by-time', 'title', '{}', '{}', '{}', '${day(90)}', '${day(91)}', true, 'confirmed', '${day(6)}', '${day(6)}')`);
  });

  const planOf = async (ref: string, egress: readonly string[]): Promise<string> => {
    const { rows } = await suite.db.raw<{ rows: { 'QUERY PLAN': string }[] }>(
      `explain select orders.id from incidents ${joinCovered({ egress })} where incidents.ref = ?`,
      [ref],
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  test('the orders of an incident by their exits, and reads no others', async () => {
    const plan = await planOf('by-exit', ['10.3.7.0/24']);
    expect(plan).toContain('order_egress_by_range');
    expect(plan).not.toMatch(/Seq Scan on (orders|order_egress)\b/);
  });

  test('the orders of an incident by their time', async () => {
    const plan = await planOf('by-time', []);
    expect(plan).toContain('orders_by_term');
    expect(plan).not.toMatch(/Seq Scan on orders\b/);
  });
});
