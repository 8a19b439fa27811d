/** Payouts: each state with its own fields, one key per order and number, and the stop of all. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
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
    create unique index payouts_one_open_per_ticket_and_tender on payouts (ticket_id, tender_id)
      where state in ('granted', 'approved', 'sending', 'unknown', 'sent');
    create unique index payouts_by_provider_ref on payouts (method, provider_ref) where provider_ref is not null;
    create index payouts_by_ticket on payouts (ticket_id, payout_no);
    create index payouts_by_creation on payouts (created_at desc, id desc);
    create index payouts_by_state on payouts (state, created_at desc, id desc);

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
    drop table payout_stops, payouts;
  `);
}
