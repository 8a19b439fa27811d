/** A file whose same bytes were refused under another name stood behind it, and was shown to nobody. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    update evidence_files as file set same_as = null from evidence_files as first
    where first.id = file.same_as and first.intake = 'refused'
  `);
}

/** What is shown now was meant to be shown then. */
export async function down(): Promise<void> {}
