/** Who looks through a file holds it by a lease in its row, and not by a transaction that stays open meanwhile. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table evidence_files
      add column intake_lease uuid,
      add column intake_leased_until timestamptz,
      add constraint evidence_lease_whole check ((intake_lease is null) = (intake_leased_until is null));
    comment on column evidence_files.intake_lease is 'of whoever looks through it now; anew for every look';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table evidence_files drop column intake_lease, drop column intake_leased_until');
}
