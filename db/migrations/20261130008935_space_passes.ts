/** When a wave may go over its orders again: by time, however often its workflow is woken. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table incident_waves add column next_pass_at timestamptz;
    comment on column incident_waves.next_pass_at is 'before it no order is looked at again; null in the first pass';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table incident_waves drop column next_pass_at');
}
