/** By which what people decided and did with payouts is found for a time, without a look at all the rest. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index decisions_by_people on decisions (at) where decided_by is not null;
    create index payouts_rerouted on payouts (created_at) where rerouted_by is not null;
    create index manual_payments_recorded on manual_payments (ended_at) where recorded_by is not null;
    create index ticket_events_declined on ticket_events (at) where kind = 'payoutDeclined';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index ticket_events_declined, manual_payments_recorded, payouts_rerouted, decisions_by_people;
  `);
}
