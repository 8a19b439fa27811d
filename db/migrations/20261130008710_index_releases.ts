/** What people released within a time is found by an index. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index payouts_by_release on payouts (approved_at) where approved_by is not null');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index payouts_by_release');
}
