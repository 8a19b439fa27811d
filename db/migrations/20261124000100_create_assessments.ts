/** Assessments: what the policy engine said of a ticket, with all that it stood on, so that it can be derived again years later. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table assessments (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      number integer not null check (number >= 1),
      at timestamptz not null,
      occasion text not null check (length(occasion) between 1 and 40),
      engine integer not null check (engine >= 1),
      policy_version_id uuid not null references policy_versions,
      purchase_version_id uuid references policy_versions,
      facts jsonb not null,
      result jsonb not null,
      proposal jsonb not null generated always as (result -> 'proposal') stored,
      result_sha256 bytea not null check (length(result_sha256) = 32),
      unique (ticket_id, number)
    );
    comment on column assessments.proposal is 'of the result, apart from its many sentences: a back-test reads it by the hundred thousand';
    comment on column assessments.result_sha256 is 'over the result in canonical form: jsonb keeps a value, not its bytes';
    create trigger assessments_append_only before update or delete on assessments
      for each row execute function refuse_change();
    create trigger assessments_kept before truncate on assessments
      for each statement execute function refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table assessments');
}
