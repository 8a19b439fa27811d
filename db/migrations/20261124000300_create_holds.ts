/**
 * What a ticket waits for: holds beside its phase, the ledger of clocks that stood still, questions to the customer,
 * reports of a fix, and the dated reminders of all that.
 */

import type { Knex } from 'knex';

const waits = `
  create table holds (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    kind text not null check (kind in ('customer', 'kyc', 'dispute', 'provider')),
    ground text not null,
    placed_by uuid references people,
    placed_at timestamptz not null,
    due_at timestamptz,
    released_at timestamptz,
    released_by uuid references people,
    result text check (result in ('answered', 'passed', 'failed', 'timed_out', 'ended', 'released', 'closed')),
    constraint holds_released_whole check ((released_at is null) = (result is null)),
    constraint holds_due_for_kyc check (due_at is null or kind = 'kyc')
  );
  create index holds_by_ticket on holds (ticket_id, placed_at);
  create unique index holds_one_open_kyc on holds (ticket_id) where kind = 'kyc' and released_at is null;

  create table clock_pauses (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    clock text not null check (clock in ('decision', 'remediation', 'lapse', 'offer')),
    reason text not null check (reason in ('customer', 'kyc', 'dispute', 'provider', 'remediation')),
    hold_id uuid references holds,
    started_at timestamptz not null,
    started_by uuid references people,
    ended_at timestamptz,
    constraint clock_pauses_forward check (ended_at >= started_at),
    constraint clock_pauses_of_hold check ((hold_id is null) = (reason = 'remediation'))
  );
  create index clock_pauses_by_ticket on clock_pauses (ticket_id, started_at);
  comment on table clock_pauses is 'who stopped which clock, why, from when to when; the customer sees it (RP-4.3)';
`;

const questions = `
  create table information_requests (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    hold_id uuid not null unique references holds,
    materials text[] not null,
    question text not null,
    asked_by uuid not null references people,
    asked_at timestamptz not null,
    answer text,
    answered_by uuid references people,
    ended_at timestamptz,
    result text check (result in ('answered', 'lapsed', 'superseded')),
    input_id uuid not null unique references inputs,
    constraint information_requests_ended_whole check ((ended_at is null) = (result is null)),
    constraint information_requests_answered_whole check ((answered_by is null) = (result is distinct from 'answered'))
  );
  create unique index information_requests_one_open on information_requests (ticket_id) where ended_at is null;
  create index information_requests_by_ticket on information_requests (ticket_id, asked_at);

  create table fix_reports (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    finding text not null,
    reported_by uuid not null references people,
    reported_at timestamptz not null,
    answer text check (answer in ('mended', 'not_mended', 'silent', 'probe_failed', 'closed')),
    answered_by uuid references people,
    answered_at timestamptz,
    input_id uuid not null unique references inputs,
    constraint fix_reports_answered_whole check ((answer is null) = (answered_at is null))
  );
  create unique index fix_reports_one_open on fix_reports (ticket_id) where answer is null;
  create index fix_reports_by_ticket on fix_reports (ticket_id, reported_at);

  create table reminders (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    kind text not null check (kind in ('materials', 'information', 'decision', 'escalation', 'progress', 'offer', 'fix_answer')),
    at timestamptz not null,
    due_at timestamptz not null,
    state text not null check (state in ('set', 'sent', 'void')),
    unique (ticket_id, kind, at)
  );
  create index reminders_set on reminders (ticket_id) where state = 'set';
  create index reminders_due on reminders (at) where state = 'set';
  comment on column reminders.due_at is 'what it reminds of';
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(waits + questions);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table reminders, fix_reports, information_requests, clock_pauses, holds');
}
