/** What people say on a ticket: messages that both sides read, notes that no customer sees, and notices that the desk mails. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table messages (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      subject_id uuid not null references people,
      author_role text not null,
      body text not null,
      at timestamptz not null,
      input_id uuid not null unique references inputs
    );
    create index messages_by_ticket on messages (ticket_id, at);

    create table notes (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      subject_id uuid not null references people,
      body text not null,
      at timestamptz not null,
      input_id uuid not null unique references inputs
    );
    create index notes_by_ticket on notes (ticket_id, at);

    create table notices (
      id uuid primary key default uuidv7(),
      key text not null unique,
      ticket_id uuid references tickets,
      subject_id uuid not null references people,
      audience text not null check (audience in ('customer', 'staff')),
      template text not null,
      parameters jsonb not null,
      state text not null check (state in ('queued', 'sent', 'withheld', 'failed')),
      created_at timestamptz not null,
      sent_at timestamptz,
      constraint notices_sent_whole check ((state = 'sent') = (sent_at is not null))
    );
    create index notices_by_ticket on notices (ticket_id, created_at);
    create index notices_queued on notices (created_at) where state = 'queued';
    create index notices_failed on notices (created_at) where state = 'failed';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table notices, notes, messages;
  `);
}
