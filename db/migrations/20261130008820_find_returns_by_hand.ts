/** Who said within a time that a payment by hand came back, for the report of what people do. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create index manual_payments_returned on manual_payments (returned_at) where returned_by is not null',
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index manual_payments_returned');
}
