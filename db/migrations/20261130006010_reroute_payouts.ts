/** Payouts that take another's place (RP-4.4): by which rail, to whom, and who had that verified anew; rows for ever. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table payees (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      input_id uuid not null unique references inputs,
      holder text not null,
      account text not null,
      country text not null check (country ~ '^[A-Z]{2}$'),
      verified_how text not null check (verified_how in ('documents', 'callback', 'signed_in_customer')),
      verified_by uuid not null references people,
      name_check text not null check (name_check in ('match', 'close_match', 'no_match', 'unavailable')),
      at timestamptz not null
    );
    create index payees_by_ticket on payees (ticket_id);
    create trigger payees_append_only before update or delete on payees
      for each row execute function refuse_change();
    create trigger payees_kept before truncate on payees
      for each statement execute function refuse_change();

    alter table payouts
      add column replaces uuid unique references payouts,
      add column rerouted_by uuid references people,
      add column payee_id uuid references payees,
      add constraint payouts_reroute_whole check (num_nulls(replaces, rerouted_by, payee_id) in (0, 3)),
      add constraint payouts_rerouter_apart check (approved_by <> rerouted_by),
      add constraint payouts_rerouted_needs_finance check (replaces is null or approval is distinct from 'limit');

    create function check_payout_replaces() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        raise exception 'a payout keeps what it replaces and who is paid' using errcode = 'restrict_violation';
      end if;
      if not exists (
        select from payouts as former where former.id = new.replaces and former.state in ('failed', 'returned', 'cancelled')
          and (former.ticket_id, former.grant_id, former.tender_id, former.method, former.amount_minor, former.currency)
            = (new.ticket_id, new.grant_id, new.tender_id, new.method, new.amount_minor, new.currency)
          and former.decided_by is not distinct from new.decided_by
      ) then
        raise exception 'only a payout that has ended is replaced, by one for the same money'
          using errcode = 'check_violation', constraint = 'payouts_replace_ended';
      end if;
      return new;
    end $$;
    create trigger payouts_replace_ended before insert on payouts
      for each row when (new.replaces is not null) execute function check_payout_replaces();
    create trigger payouts_keep_replaced before update of replaces, rerouted_by, payee_id on payouts
      for each row when ((new.replaces, new.rerouted_by, new.payee_id) is distinct from (old.replaces, old.rerouted_by, old.payee_id))
      execute function check_payout_replaces();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger payouts_keep_replaced on payouts;
    drop trigger payouts_replace_ended on payouts;
    drop function check_payout_replaces;
    alter table payouts
      drop constraint payouts_rerouted_needs_finance,
      drop constraint payouts_rerouter_apart,
      drop constraint payouts_reroute_whole,
      drop column payee_id,
      drop column rerouted_by,
      drop column replaces;
    drop table payees;
  `);
}
