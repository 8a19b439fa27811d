/** What a provider says went back of an order elsewhere, beside what the order's balance has of it. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `create index reconciliation_breaks_foreign on reconciliation_breaks (order_id) where kind = 'foreign'`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index reconciliation_breaks_foreign');
}
