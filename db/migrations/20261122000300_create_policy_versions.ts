/** Policy versions, immutable once posted, with their clause texts by language. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table policy_versions (
      id uuid primary key default uuidv7(),
      number integer not null unique check (number >= 1),
      effective_at timestamptz not null unique,
      posted_at timestamptz not null,
      posted_by uuid references people,
      document jsonb not null
    );

    create table policy_texts (
      policy_version_id uuid not null references policy_versions,
      language text not null check (language ~ '^[a-z]{2}$'),
      clause text not null,
      body text not null,
      primary key (policy_version_id, language, clause)
    );

    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% rows are never changed or removed', tg_table_name using errcode = 'restrict_violation';
    end $$;

    create trigger policy_versions_append_only before update or delete on policy_versions
      for each row execute function refuse_change();
    create trigger policy_texts_append_only before update or delete on policy_texts
      for each row execute function refuse_change();
    create trigger policy_versions_kept before truncate on policy_versions
      for each statement execute function refuse_change();
    create trigger policy_texts_kept before truncate on policy_texts
      for each statement execute function refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table policy_texts, policy_versions; drop function refuse_change');
}
