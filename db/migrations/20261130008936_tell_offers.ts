/** RP-4.5: the days for a choice run from when its customer was told of the offer, where that was later. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table offers add column told_at timestamptz;
    comment on column offers.told_at is 'from when its days run, where its mail went much later than it was made';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table offers drop column told_at');
}
