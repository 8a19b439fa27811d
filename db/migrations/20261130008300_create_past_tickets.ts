/** Tickets that a former desk closed, and what it refunded of which tender: rows for ever, which nothing reopens. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table past_tickets (
      id uuid primary key default uuidv7(),
      ref text not null unique check (length(ref) between 1 and 100),
      order_id uuid not null references orders,
      outcome text not null check (outcome in
        ('refunded', 'extended', 'refused', 'remediated', 'withdrawn', 'lapsed', 'charged_back')),
      asked_at timestamptz not null,
      closed_at timestamptz not null,
      input_id uuid not null unique references inputs,
      constraint past_tickets_asked_first check (asked_at <= closed_at)
    );
    create index past_tickets_by_order on past_tickets (order_id, closed_at);

    create table past_refunds (
      past_ticket_id uuid not null references past_tickets,
      tender_id uuid not null references order_tenders,
      amount_minor bigint not null check (amount_minor > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      primary key (past_ticket_id, tender_id)
    );
    create index past_refunds_by_tender on past_refunds (tender_id) include (amount_minor);
    comment on column past_refunds.amount_minor is 'the least that went back of the tender elsewhere';
  `);
  for (const table of ['past_tickets', 'past_refunds'])
    await knex.raw(`
      create trigger ${table}_append_only before update or delete on ${table}
        for each row execute function refuse_change();
      create trigger ${table}_kept before truncate on ${table}
        for each statement execute function refuse_change();
    `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table past_refunds, past_tickets');
}
