/** A look at a list that is closed to us ends by the name of its problem: neither finished, nor cut off. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table reconciliations add column problem text check (problem in ('list_not_permitted')),
      add constraint reconciliations_compared_or_not check (problem is null or finished_at is null);
    comment on column reconciliations.problem is 'why the list could not be compared; then nothing was';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table reconciliations drop constraint reconciliations_compared_or_not, drop column problem');
}
