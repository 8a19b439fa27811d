/** Waves of offers for an incident: who decided each, how it stands, and what became of every order that it reached, once. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table incident_waves (
      id uuid primary key default uuidv7(),
      incident_id uuid not null references incidents,
      incident_version integer not null,
      state text not null check (state in ('awaiting', 'running', 'paused', 'cancelled', 'done')),
      reason text check (reason in ('person', 'budget', 'incident')),
      budget jsonb not null,
      orders_per_minute integer not null check (orders_per_minute > 0),
      decided_by uuid not null references people,
      confirmed_by uuid references people,
      after_order uuid,
      passes integer not null default 0 check (passes >= 0),
      handed_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      ended_at timestamptz,
      constraint incident_waves_two_people check (confirmed_by <> decided_by),
      constraint incident_waves_reason_told check ((reason is not null) = (state in ('paused', 'cancelled'))),
      constraint incident_waves_ended_whole check ((ended_at is not null) = (state in ('cancelled', 'done')))
    );
    create unique index incident_waves_one_lives on incident_waves (incident_id) where state in ('awaiting', 'running', 'paused');
    create index incident_waves_by_incident on incident_waves (incident_id, created_at);
    comment on column incident_waves.budget is 'the most that it may offer, in minor units as digits by currency';
    comment on column incident_waves.after_order is 'the last order that it has reached';
    comment on column incident_waves.passes is 'how often it has gone over all orders: captures that nobody knew are read in between';
    comment on column incident_waves.handed_until is 'by the machine’s clock: when the last of its jobs is due';

    create table incident_offers (
      incident_id uuid not null references incidents,
      order_id uuid not null references orders,
      wave_id uuid not null references incident_waves,
      outcome text not null check (outcome in ('offered', 'joined', 'told', 'left_out')),
      reason text,
      ticket_id uuid references tickets,
      refund_minor bigint check (refund_minor > 0),
      currency text not null,
      extend_minutes integer not null default 0 check (extend_minutes >= 0),
      extend_bytes bigint not null default 0 check (extend_bytes >= 0),
      at timestamptz not null,
      primary key (incident_id, order_id),
      constraint incident_offers_reason_told check ((reason is not null) = (outcome = 'left_out')),
      constraint incident_offers_ticket_named check ((ticket_id is not null) = (outcome in ('offered', 'joined'))),
      constraint incident_offers_something check ((refund_minor is not null or extend_minutes > 0 or extend_bytes > 0)
        = (outcome = 'offered'))
    );
    create index incident_offers_by_wave on incident_offers (wave_id, outcome, order_id);
    create index incident_offers_by_ticket on incident_offers (ticket_id) where ticket_id is not null;

    alter table notices add column order_id uuid references orders;
    comment on column notices.order_id is 'what it is of, where there is neither a ticket nor a dispute';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from notices where order_id is not null;
    alter table notices drop column order_id;
    drop table incident_offers, incident_waves;
  `);
}
