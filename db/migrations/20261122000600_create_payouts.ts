/**
 * Decisions, grants and payouts. The order's balance is guarded here: a trigger commits each open payout to its tender
 * under the tender's row lock, and refuses what would exceed the captured amount (R2, R10, R11).
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table decisions (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      decided_by uuid not null references people,
      decision text not null check (decision in ('refund', 'refuse')),
      ground text not null,
      clauses text[] not null,
      amount_minor bigint check (amount_minor > 0),
      currency text,
      at timestamptz not null,
      input_id uuid not null unique references inputs,
      constraint decisions_amount_whole check ((decision = 'refund') = (amount_minor is not null) and (amount_minor is null) = (currency is null))
    );
    create index decisions_by_ticket on decisions (ticket_id, at);

    create table grants (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      order_id uuid not null,
      decision_id uuid not null unique references decisions,
      amount_minor bigint not null check (amount_minor > 0),
      currency text not null,
      at timestamptz not null,
      foreign key (order_id, currency) references orders (id, currency)
    );

    create table payouts (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      order_id uuid not null,
      grant_id uuid not null references grants,
      tender_id uuid not null references order_tenders,
      payout_no integer not null check (payout_no >= 1),
      key text not null unique,
      method text not null,
      amount_minor bigint not null check (amount_minor > 0),
      currency text not null,
      state text not null check (state in
        ('granted', 'approved', 'sending', 'unknown', 'sent', 'settled', 'failed', 'returned', 'cancelled', 'rehearsed')),
      decided_by uuid not null references people,
      approved_by uuid references people,
      approved_at timestamptz,
      sending_at timestamptz,
      settled_at timestamptz,
      ended_at timestamptz,
      checked_at timestamptz,
      provider_ref text,
      bank_ref text,
      reason text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique (order_id, payout_no),
      foreign key (order_id, currency) references orders (id, currency),
      constraint payouts_key_derived check (key = 'payout/' || order_id || '/' || payout_no),
      constraint payouts_decider_apart check (approved_by <> decided_by),
      constraint payouts_approval_whole check ((approved_by is null) = (approved_at is null)),
      constraint payouts_approved_first check (state in ('granted', 'cancelled') or approved_by is not null),
      constraint payouts_sending_marked check (sending_at is not null or state not in ('sending', 'unknown', 'sent', 'settled', 'failed', 'returned')),
      constraint payouts_provider_named check (provider_ref is not null or state not in ('sent', 'settled', 'returned')),
      constraint payouts_settled_marked check (settled_at is not null or state not in ('settled', 'returned')),
      constraint payouts_ended_whole check ((ended_at is not null) = (state in ('failed', 'returned', 'cancelled', 'rehearsed'))),
      constraint payouts_reason_told check (reason is not null or state not in ('unknown', 'failed', 'returned', 'cancelled'))
    );
    create unique index payouts_one_open_per_grant_and_tender on payouts (grant_id, tender_id)
      where state not in ('failed', 'returned', 'cancelled', 'rehearsed');
    create unique index payouts_by_provider_ref on payouts (method, provider_ref) where provider_ref is not null;
    create index payouts_by_ticket on payouts (ticket_id, payout_no);
    create index payouts_by_creation on payouts (created_at desc, id desc);
    create index payouts_by_state on payouts (state, created_at desc, id desc);

    create function payout_commits(state text) returns boolean immutable language sql as
      $$ select state not in ('failed', 'returned', 'cancelled', 'rehearsed') $$;

    create function commit_payout_to_tender() returns trigger language plpgsql as $$
    declare
      delta bigint := 0;
      tender order_tenders%rowtype;
    begin
      if tg_op = 'DELETE' then
        raise exception 'payouts rows are never removed' using errcode = 'restrict_violation';
      end if;
      if tg_op = 'UPDATE' then
        if (new.id, new.ticket_id, new.order_id, new.grant_id, new.tender_id, new.payout_no, new.key, new.method,
            new.amount_minor, new.currency, new.decided_by)
          is distinct from (old.id, old.ticket_id, old.order_id, old.grant_id, old.tender_id, old.payout_no, old.key,
            old.method, old.amount_minor, old.currency, old.decided_by) then
          raise exception 'a payout keeps its key, amount and origin' using errcode = 'restrict_violation';
        end if;
        if new.state <> old.state and not payout_commits(old.state) then
          raise exception 'a payout that has freed its amount stays ended' using errcode = 'restrict_violation';
        end if;
        if payout_commits(old.state) then delta := delta - old.amount_minor; end if;
      end if;
      if payout_commits(new.state) then delta := delta + new.amount_minor; end if;
      if delta = 0 then return null; end if;
      update order_tenders set committed_minor = committed_minor + delta
        where id = new.tender_id and order_id = new.order_id and currency = new.currency returning * into tender;
      if not found then
        raise exception 'the tender is not of this order and currency' using errcode = 'foreign_key_violation';
      end if;
      if delta > 0 and tender.committed_minor + tender.elsewhere_minor + tender.disputed_minor > tender.captured_minor then
        raise exception 'more would go out than came in' using errcode = 'check_violation', constraint = 'payouts_never_over';
      end if;
      return null;
    end $$;

    create trigger payouts_commit after insert or update or delete on payouts
      for each row execute function commit_payout_to_tender();
    create trigger payouts_kept before truncate on payouts
      for each statement execute function refuse_change();

    alter table inputs add foreign key (payout_id) references payouts;

    create table payout_stops (
      id uuid primary key default uuidv7(),
      ground text not null,
      stopped_by uuid not null references people,
      stopped_at timestamptz not null,
      resumed_by uuid references people,
      resumed_at timestamptz,
      constraint payout_stops_resumed_whole check ((resumed_by is null) = (resumed_at is null))
    );
    create unique index payout_stops_one_at_a_time on payout_stops ((true)) where resumed_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table inputs drop constraint inputs_payout_id_fkey;
    drop table payout_stops, payouts, grants, decisions;
    drop function commit_payout_to_tender;
    drop function payout_commits;
  `);
}
