/**
 * What providers told that payouts have cost (M6, M7): asked for once a payout has ended, and kept by the movement that
 * each cost is of, so that the books can be compared with it. A bank's fee is in the currency of its account.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table payout_costs (
      payout_id uuid primary key references payouts,
      asked_at timestamptz not null,
      told_at timestamptz,
      told jsonb not null default '{}' check (jsonb_typeof(told) = 'object')
    );
    comment on table payout_costs is 'told: by the provider’s name for a movement, its fee and exchangeLoss as minor and currency';

    alter table bank_entries add column fee_currency text check (fee_currency ~ '^[A-Z]{3}$');
    comment on column bank_entries.fee_currency is 'where it is another than that of what was paid';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table bank_entries drop column fee_currency;
    drop table payout_costs;
  `);
}
