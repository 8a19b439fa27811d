/** Very many orders of one kind that an incident touches, in a few statements: each of an account and a person of its own. */

import type { Database } from '../../db/database.ts';

const uuid = (kind: number) =>
  `('00000000-0000-7000-81${String(kind).padStart(2, '0')}-' || lpad(to_hex(n), 12, '0'))::uuid`;

const statements = [
  `insert into people (id, email, role, email_verified)
   select ${uuid(1)}, 'touched-' || n || '@example.com', 'customer', true from generate_series(1, :orders::integer) as n`,
  `insert into accounts (id, ref, created_at) select ${uuid(2)}, 'touched-' || n, :bought from generate_series(1, :orders::integer) as n`,
  `insert into account_members (account_id, person_id, rights)
   select ${uuid(2)}, ${uuid(1)}, 'owner' from generate_series(1, :orders::integer) as n`,
  `insert into orders (id, ref, account_id, subject_id, channel, plan_key, plan_kind, plan_name, first_purchased_at, purchased_at,
     period_from, period_until, currency, created_at, updated_at, places)
   select ${uuid(3)}, 'touched-' || n, ${uuid(2)}, ${uuid(1)}, 'official', 'static', 'static_isp', 'Static', :bought, :bought, :bought,
     :until, 'USD', :bought, :bought, array[:place::text] from generate_series(1, :orders::integer) as n`,
  `insert into order_tenders (id, order_id, position, method, amount_minor, tax_minor, currency, captured_at, capture_ref,
     captured_minor, read_at)
   select ${uuid(4)}, ${uuid(3)}, 1, 'card', 3000, 500, 'USD', :bought, 'ch_touched_' || n, 3000, :bought
   from generate_series(1, :orders::integer) as n`,
];

export interface TouchedOrders {
  readonly orders: number;
  readonly place: string;
  /** When they were bought and paid, and when their period ends. */
  readonly bought: string;
  readonly until: string;
}

export async function insertTouchedOrders(db: Database, given: TouchedOrders): Promise<void> {
  for (const statement of statements) await db.raw(statement, { ...given });
  await db.raw('analyze people, accounts, account_members, contact_channels, orders, order_tenders');
}
