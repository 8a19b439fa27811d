/**
 * Policy versions follow one another, numbers and moments rising together, and a ticket keeps its own. Their clause texts stand in the document alone;
 * the table that was to hold them a second time goes, unused.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table policy_texts;

    create function refuse_version_out_of_order() returns trigger language plpgsql as $$
    begin
      if exists (select from policy_versions where number >= new.number or effective_at >= new.effective_at) then
        raise exception 'a policy version comes after all others' using errcode = 'check_violation', constraint = 'policy_versions_in_order';
      end if;
      return new;
    end $$;
    create trigger policy_versions_in_order before insert on policy_versions
      for each row execute function refuse_version_out_of_order();

    create function refuse_other_version() returns trigger language plpgsql as $$
    begin
      raise exception 'a ticket keeps its policy version' using errcode = 'restrict_violation';
    end $$;
    create trigger tickets_keep_version before update of policy_version_id on tickets for each row
      when (old.policy_version_id is not null and new.policy_version_id is distinct from old.policy_version_id)
      execute function refuse_other_version();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger tickets_keep_version on tickets;
    drop function refuse_other_version;
    drop trigger policy_versions_in_order on policy_versions;
    drop function refuse_version_out_of_order;

    create table policy_texts (
      policy_version_id uuid not null references policy_versions,
      language text not null check (language ~ '^[a-z]{2}$'),
      clause text not null,
      body text not null,
      primary key (policy_version_id, language, clause)
    );
    create trigger policy_texts_append_only before update or delete on policy_texts
      for each row execute function refuse_change();
    create trigger policy_texts_kept before truncate on policy_texts
      for each statement execute function refuse_change();
  `);
}
