/** RP-4.6: a decision that was made without a person is brought before one without a reason. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table appeals alter column ground drop not null;
    comment on column appeals.ground is 'null where the decision was the desk''s own, and no reason was given';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    update appeals set ground = '' where ground is null;
    comment on column appeals.ground is null;
    alter table appeals alter column ground set not null;
  `);
}
