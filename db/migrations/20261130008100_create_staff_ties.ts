/** What staff declare of their own addresses and instruments, so that they handle no claim of an account that shares one. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table staff_ties (
      id uuid primary key default uuidv7(),
      person_id uuid not null references people,
      kind text not null check (kind in ('email', 'messenger', 'phone', 'bank_account', 'instrument')),
      hash bytea not null check (length(hash) = 32),
      key_mark text not null,
      declared_by uuid not null references people,
      declared_at timestamptz not null,
      ended_by uuid references people,
      ended_at timestamptz,
      end_ground text,
      constraint staff_ties_end_whole check (num_nulls(ended_by, ended_at, end_ground) in (0, 3)),
      constraint staff_ties_ended_by_another check (ended_by <> person_id)
    );
    create unique index staff_ties_once on staff_ties (person_id, kind, hash) where ended_at is null;
    comment on column staff_ties.hash is 'under a key that the database does not have';

    create function keep_staff_tie() returns trigger language plpgsql as $$
    begin
      if old.ended_at is not null or (new.id, new.person_id, new.kind, new.hash, new.key_mark, new.declared_by, new.declared_at)
        is distinct from (old.id, old.person_id, old.kind, old.hash, old.key_mark, old.declared_by, old.declared_at) then
        raise exception 'what was declared stands' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$;
    create trigger staff_ties_kept before update on staff_ties for each row execute function keep_staff_tie();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table staff_ties; drop function keep_staff_tie');
}
