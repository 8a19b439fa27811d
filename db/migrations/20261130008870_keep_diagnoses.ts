/** What each file says of the fault, read once, and what a review made of it: confirmed, or overruled with its finding. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table log_diagnoses (
      evidence_id uuid primary key references evidence_files,
      result jsonb not null,
      at timestamptz not null
    );
    alter table reviews add column diagnosis text check (diagnosis in ('confirmed', 'overruled'));
    comment on column reviews.diagnosis is 'what the reviewer said of the cause that the files show; an overruling has its reason in the finding';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table reviews drop column diagnosis;
    drop table log_diagnoses;
  `);
}
