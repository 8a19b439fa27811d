/** The newest offer of a ticket is found by index: every look at a case asks for it, and a wave makes very many. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw('create index offers_by_ticket on offers (ticket_id, offered_at, id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index offers_by_ticket');
}
