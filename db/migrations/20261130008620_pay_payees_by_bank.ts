/**
 * A bank is told to pay an account that money came from, or one that somebody gave and that was verified anew (RP-4.4);
 * with its holder's address, where they told it, in parts (B5).
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table bank_instructions add column payee_id uuid references payees, alter column account_id drop not null,
      add constraint bank_instructions_to_one check (num_nonnulls(account_id, payee_id) = 1);
    alter table payees add column street_name text, add column building_number text, add column post_code text,
      add column town_name text,
      add constraint payees_address_in_a_town check (town_name is not null or num_nonnulls(street_name, building_number, post_code) = 0);
  `);
}

/** Refused once a payee was paid by the bank, since no instruction is ever removed. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payees drop constraint payees_address_in_a_town, drop column street_name, drop column building_number,
      drop column post_code, drop column town_name;
    alter table bank_instructions drop constraint bank_instructions_to_one, drop column payee_id,
      alter column account_id set not null;
  `);
}
