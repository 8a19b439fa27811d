/** What is handed in and never given to a ticket is removed after a time; what is being removed can be given to none. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table evidence_files
      add column removal_at timestamptz,
      add constraint evidence_removed_unattached check (removal_at is null or state <> 'attached');
    create index evidence_unattached on evidence_files (created_at) where state <> 'attached';
    comment on column evidence_files.removal_at is
      'when its removal was last begun: its bytes go first, then the row';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table evidence_files drop column removal_at');
  await knex.raw('drop index evidence_unattached');
}
