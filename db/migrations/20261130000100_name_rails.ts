/** The rail that a payout goes by: that of its tender's method, or another where that one is dead (RP-4.4). */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payouts add column rail text check (rail in ('card', 'paypal', 'bank', 'store_balance', 'manual'));
    update payouts set rail = case method when 'crypto' then 'manual' else method end;
    alter table payouts alter column rail set not null;
    comment on column payouts.method is 'how the tender was paid that the money goes back for';
    comment on column payouts.rail is 'how it goes';
    drop index payouts_by_provider_ref;
    create unique index payouts_by_provider_ref on payouts (rail, provider_ref) where provider_ref is not null;

    create function keep_payout_rail() returns trigger language plpgsql as $$
    begin
      raise exception 'a payout keeps its rail' using errcode = 'restrict_violation';
    end $$;
    create trigger payouts_keep_rail before update of rail on payouts
      for each row when (new.rail is distinct from old.rail) execute function keep_payout_rail();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger payouts_keep_rail on payouts;
    drop function keep_payout_rail;
    drop index payouts_by_provider_ref;
    create unique index payouts_by_provider_ref on payouts (method, provider_ref) where provider_ref is not null;
    comment on column payouts.method is null;
    alter table payouts drop column rail;
  `);
}
