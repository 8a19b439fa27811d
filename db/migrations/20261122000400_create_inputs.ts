/** Everything that came from outside, kept before it is acted on, once per key; and who looked at customers' data. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table inputs (
      id uuid primary key default uuidv7(),
      source text not null check (source in ('api', 'stripe')),
      scope text not null,
      key text not null,
      operation text not null,
      request_hash bytea not null check (length(request_hash) = 32),
      subject_id uuid references people,
      ticket_id uuid,
      payout_id uuid,
      body jsonb not null,
      kept_at timestamptz not null,
      delivery text not null check (delivery in ('none', 'due', 'applied', 'refused')),
      recorded_at timestamptz,
      delivered_at timestamptz,
      refusal jsonb,
      answer_status integer,
      answer_body text,
      unique (source, scope, key),
      constraint inputs_delivered_whole check ((delivered_at is not null) = (delivery in ('applied', 'refused'))),
      constraint inputs_refusal_whole check ((refusal is not null) = (delivery = 'refused')),
      constraint inputs_answer_whole check ((answer_status is null) = (answer_body is null))
    );
    comment on column inputs.id is 'also the Temporal updateId under which it is delivered';
    comment on column inputs.recorded_at is 'its effect is in these tables; delivered only once its workflow knows of it too';
    create index inputs_due on inputs (kept_at) where delivery = 'due';
    create index inputs_by_ticket on inputs (ticket_id, kept_at);

    create table access_log (
      id uuid primary key default uuidv7(),
      at timestamptz not null,
      viewer_id uuid not null references people,
      operation text not null,
      subject_id uuid references people,
      ticket_id uuid
    );
    create index access_log_by_subject on access_log (subject_id, at);
    create trigger access_log_append_only before update or delete on access_log
      for each row execute function refuse_change();
    create trigger access_log_kept before truncate on access_log
      for each statement execute function refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table access_log, inputs');
}
