/** A wave keeps the time of its next page as it keeps that of its next pass, however often its workflow is woken. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `comment on column incident_waves.next_pass_at is 'before it no order is looked at: when the next page, or the next pass, is due; null at first'`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    `comment on column incident_waves.next_pass_at is 'before it no order is looked at again; null in the first pass'`,
  );
}
