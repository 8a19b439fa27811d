/** Where the gateway is that a round of our own tests goes through: rounds of several tickets that fail at one place are a sign. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table probe_rounds add column place text;
    comment on column probe_rounds.place is 'of its gateway; null where that serves whatever place';
    create index probe_rounds_by_time on probe_rounds (begun_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index probe_rounds_by_time;
    alter table probe_rounds drop column place;
  `);
}
