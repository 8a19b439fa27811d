/** How often a file could not be looked through for a fault of the desk's, and since when: it is tried ever more rarely. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table evidence_files
      add column intake_failures integer not null default 0 check (intake_failures >= 0),
      add column intake_failing_since timestamptz,
      add constraint evidence_failing_whole check ((intake_failures > 0) = (intake_failing_since is not null));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table evidence_files drop column intake_failures, drop column intake_failing_since');
}
