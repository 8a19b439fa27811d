/** RP-5.1: the address that a customer has signed in with is verified, also where the shop has never named them. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function note_verified_address() returns trigger language plpgsql as $$
    begin
      insert into contact_channels (person_id, kind, address, verified_at, created_at)
        values (new.id, 'email', new.email, new.updated_at, new.updated_at)
        on conflict (person_id, kind, address) do update set verified_at = excluded.verified_at
          where contact_channels.verified_at is null;
      return null;
    end $$;
    create trigger people_verified after insert or update of email_verified on people
      for each row when (new.email_verified and new.role = 'customer') execute function note_verified_address();
    insert into contact_channels (person_id, kind, address, verified_at, created_at)
      select id, 'email', email, updated_at, created_at from people where email_verified and role = 'customer'
      on conflict (person_id, kind, address) do update set verified_at = excluded.verified_at;
    comment on column contact_channels.verified_at is 'when its owner first signed in with it; no messenger is verified yet';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    comment on column contact_channels.verified_at is null;
    drop trigger people_verified on people;
    drop function note_verified_address;
  `);
}
