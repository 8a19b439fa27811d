/** Evidence metadata, from the announced upload to the file attached; and what reviews found in it. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table evidence_files (
      id uuid primary key default uuidv7(),
      account_id uuid not null references accounts,
      subject_id uuid not null references people,
      ticket_id uuid references tickets,
      state text not null check (state in ('receiving', 'complete', 'attached')),
      name text not null,
      announced_bytes bigint not null check (announced_bytes > 0),
      announced_sha256 bytea not null check (length(announced_sha256) = 32),
      received_bytes bigint not null default 0,
      kind text check (kind in ('png', 'jpeg', 'webp', 'text')),
      stored_bytes bigint,
      stored_sha256 bytea check (length(stored_sha256) = 32),
      masked jsonb,
      created_at timestamptz not null,
      completed_at timestamptz,
      constraint evidence_received_inside check (received_bytes between 0 and announced_bytes),
      constraint evidence_complete_whole check (
        (state = 'receiving') = (completed_at is null) and (completed_at is null) = (kind is null)
        and (kind is null) = (stored_bytes is null) and (kind is null) = (stored_sha256 is null)
        and (kind is null) = (masked is null) and (state = 'receiving' or received_bytes = announced_bytes)),
      constraint evidence_attached_to_ticket check (state <> 'attached' or ticket_id is not null)
    );
    create index evidence_by_ticket on evidence_files (ticket_id);

    create table reviews (
      id uuid primary key default uuidv7(),
      ticket_id uuid not null references tickets,
      reviewer_id uuid not null references people,
      cause text not null check (cause in ('seller', 'user', 'target', 'third_party', 'unclear')),
      finding text not null,
      at timestamptz not null,
      input_id uuid not null unique references inputs
    );
    create index reviews_by_ticket on reviews (ticket_id, at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table reviews, evidence_files;
  `);
}
