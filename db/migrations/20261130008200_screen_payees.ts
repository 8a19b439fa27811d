/** Whether a payee was checked against sanctions lists, which a desk without such a check says of itself. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  // Nothing is known of those who stand: that a check was asked is told from now on.
  await knex.raw(`
    alter table payees add column screened_as text not null default 'none' check (screened_as in ('clear', 'none'));
    alter table payees alter column screened_as drop default;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table payees drop column screened_as');
}
