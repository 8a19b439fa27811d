/**
 * What bounds the release of money: the codes by which people proved themselves at it, each taken once; what left in a
 * day; and when a payout whose outcome is unknown is looked at next.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table second_factor_uses (
      person_id uuid primary key references people,
      last_counter bigint not null default 0,
      failures integer not null default 0 check (failures >= 0),
      failed_at timestamptz,
      constraint second_factor_uses_failures_dated check ((failures = 0) = (failed_at is null))
    );
    create index payouts_by_sending on payouts (currency, sending_at) where sending_at is not null;
    alter table payouts
      add column attempts integer not null default 0 check (attempts >= 0),
      add column next_look_at timestamptz;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payouts drop column next_look_at, drop column attempts;
    drop index payouts_by_sending;
    drop table second_factor_uses;
  `);
}
