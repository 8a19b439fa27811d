/** Tickets, with their one open claim per order, and their hash-chained events. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table tickets (
      id uuid primary key default uuidv7(),
      number bigint not null unique generated always as identity (start with 1001),
      order_id uuid not null references orders,
      account_id uuid not null references accounts,
      subject_id uuid not null references people,
      phase text not null check (phase in ('gathering', 'reviewing', 'deciding', 'settling', 'closed')),
      outcome text check (outcome in ('refunded', 'refused', 'withdrawn', 'rehearsed')),
      run integer not null default 1 check (run >= 1),
      asked_at timestamptz not null,
      claimed_method text not null,
      description text not null,
      network_context jsonb,
      policy_version_id uuid references policy_versions,
      assignee_id uuid references people,
      last_event_number integer not null default 0,
      last_event_hash bytea,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      closed_at timestamptz,
      constraint tickets_outcome_whole check ((phase = 'closed') = (outcome is not null)),
      constraint tickets_closed_whole check ((phase = 'closed') = (closed_at is not null)),
      constraint tickets_chain_whole check ((last_event_number = 0) = (last_event_hash is null))
    );
    create unique index tickets_one_open_claim on tickets (order_id) where phase <> 'closed';
    create index tickets_by_order on tickets (order_id);
    create index tickets_by_creation on tickets (created_at desc, id desc);
    create index tickets_by_phase on tickets (phase, created_at desc, id desc);
    create index tickets_by_account on tickets (account_id, created_at desc, id desc);
    create index tickets_by_assignee on tickets (assignee_id, created_at desc, id desc);

    alter table inputs add foreign key (ticket_id) references tickets;
    alter table access_log add foreign key (ticket_id) references tickets;

    create table ticket_events (
      ticket_id uuid not null references tickets,
      number integer not null check (number >= 1),
      kind text not null,
      at timestamptz not null,
      actor_id uuid references people,
      actor_role text not null,
      data jsonb not null,
      input_id uuid references inputs,
      previous_number integer generated always as (nullif(number - 1, 0)) stored,
      previous_hash bytea,
      hash bytea not null check (length(hash) = 32),
      primary key (ticket_id, number),
      unique (ticket_id, number, hash),
      foreign key (ticket_id, previous_number, previous_hash) references ticket_events (ticket_id, number, hash),
      constraint ticket_events_chained check ((number = 1) = (previous_hash is null))
    );
    comment on table ticket_events is 'gapless per ticket and chained by hash: each row names the hash of the one before';
    create unique index ticket_events_once_per_input on ticket_events (ticket_id, input_id, kind) where input_id is not null;
    create trigger ticket_events_append_only before update or delete on ticket_events
      for each row execute function refuse_change();
    create trigger ticket_events_kept before truncate on ticket_events
      for each statement execute function refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table ticket_events;
    alter table access_log drop constraint access_log_ticket_id_fkey;
    alter table inputs drop constraint inputs_ticket_id_fkey;
    drop table tickets;
  `);
}
