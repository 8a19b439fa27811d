/**
 * What a dispute takes of the seller's money is told apart from whether it bars a refund: a provider may pay the customer
 * out of its own pocket, give back a part, or count our own refund as what the customer got.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table disputes
      add column returned_minor bigint check (returned_minor >= 0),
      add column includes_refunds boolean not null default false,
      add column taken_minor bigint not null default 0 check (taken_minor >= 0);
    update disputes set taken_minor = amount_minor where state in ('open', 'lost', 'prevented');
    alter table disputes
      add constraint disputes_taken_by_bars check (taken_minor = 0 or state in ('open', 'lost', 'prevented')),
      add constraint disputes_refunds_in_something check (not includes_refunds or returned_minor is not null);
    comment on column disputes.returned_minor is 'what its end gave the customer, as the provider tells it; null where all of the amount counts';
    comment on column disputes.includes_refunds is 'our own refunds of the payment count within what was captured, and may be in returned_minor';
    comment on column disputes.taken_minor is 'what of the seller’s money it holds or has taken: what the ledger has booked of it';
    create index disputes_shared_with_refunds on disputes (tender_id) where includes_refunds;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index disputes_shared_with_refunds;
    alter table disputes drop column returned_minor, drop column includes_refunds, drop column taken_minor;
  `);
}
