/** Decisions, and the grants that decided refunds give. */

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
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table grants, decisions;
  `);
}
