/**
 * Decisions by the desk itself and by two people, offers and the customer's choice, remedies at the shop, appeals; and
 * the guard that each lost interval of an order is compensated once.
 */

import type { Knex } from 'knex';

const decisions = `
  create extension if not exists btree_gist;

  alter table decisions
    alter column decided_by drop not null,
    alter column input_id drop not null,
    drop constraint decisions_decision_check,
    add constraint decisions_decision_check check (decision in ('refund', 'refuse', 'offer', 'replace')),
    add column assessment_id uuid references assessments,
    add column exception text check (exception in ('goodwill', 'refusal', 'statutory')),
    add column provision text,
    add column state text not null default 'final' check (state in ('awaiting', 'final', 'rejected')),
    add column confirmed_by uuid references people,
    add column confirmed_at timestamptz,
    add column confirm_ground text,
    add constraint decisions_two_people check (confirmed_by <> decided_by),
    add constraint decisions_exception_confirmed check (exception is null or state <> 'final' or confirmed_by is not null),
    add constraint decisions_confirmation_whole check
      ((confirmed_by is null) = (confirmed_at is null) and (confirmed_by is null) = (confirm_ground is null)),
    add constraint decisions_provision_named check ((provision is not null) = (exception is not distinct from 'statutory'));
  alter table decisions alter column state drop default;
  create unique index decisions_one_awaiting on decisions (ticket_id) where state = 'awaiting';
  comment on column decisions.decided_by is 'null where the desk decided by itself (RP-4.6)';
  comment on column decisions.exception is 'against the proposal, which stands beside it untouched';
`;

const offersAndGrants = `
  create table offers (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    decision_id uuid not null unique references decisions,
    refund_minor bigint check (refund_minor > 0),
    currency text not null,
    extend_minutes integer not null check (extend_minutes >= 0),
    extend_bytes bigint not null check (extend_bytes >= 0),
    intervals jsonb not null,
    offered_at timestamptz not null,
    choice text check (choice in ('refund', 'extension', 'lapsed', 'withdrawn')),
    chosen_by uuid references people,
    chosen_at timestamptz,
    constraint offers_choice_whole check ((choice is null) = (chosen_at is null)),
    constraint offers_something check (refund_minor is not null or extend_minutes > 0 or extend_bytes > 0),
    constraint offers_choice_possible check (choice is distinct from 'refund' or refund_minor is not null)
  );
  create unique index offers_one_open on offers (ticket_id) where choice is null;

  alter table grants
    alter column decision_id drop not null,
    drop constraint grants_decision_id_key,
    add column offer_id uuid unique references offers;
  create unique index grants_one_per_decision on grants (decision_id) where offer_id is null;

  alter table payouts
    alter column decided_by drop not null,
    drop constraint payouts_approval_whole,
    drop constraint payouts_approved_first,
    add column approval text check (approval in ('finance', 'limit'));
  update payouts set approval = 'finance' where approved_at is not null;
  alter table payouts
    add constraint payouts_approval_whole check
      ((approval is null) = (approved_at is null) and (approved_by is not null) = (approval is not distinct from 'finance')),
    add constraint payouts_approved_first check (state in ('granted', 'cancelled') or approval is not null);
  comment on column payouts.approval is 'limit: the version lets amounts up to its limit go without finance';
`;

const remedies = `
  alter table orders add column last_remedy_no integer not null default 0;

  create table remedies (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    order_id uuid not null references orders,
    decision_id uuid not null references decisions,
    remedy_no integer not null check (remedy_no >= 1),
    key text not null unique,
    kind text not null check (kind in ('extension', 'plan_end', 'replacement')),
    extend_minutes integer not null default 0 check (extend_minutes >= 0),
    extend_bytes bigint not null default 0 check (extend_bytes >= 0),
    state text not null check (state in ('granted', 'applying', 'unknown', 'applied', 'failed', 'cancelled', 'rehearsed')),
    shop_ref text,
    plan_ends_at timestamptz,
    reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz,
    unique (order_id, remedy_no),
    constraint remedies_key_derived check (key = 'remedy/' || order_id || '/' || remedy_no),
    constraint remedies_extension_whole check ((kind = 'extension') = (extend_minutes > 0 or extend_bytes > 0)),
    constraint remedies_reason_told check (reason is not null or state not in ('unknown', 'failed', 'cancelled')),
    constraint remedies_ended_whole check ((ended_at is not null) = (state in ('applied', 'failed', 'cancelled', 'rehearsed')))
  );
  create index remedies_by_ticket on remedies (ticket_id, remedy_no);

  create table compensated_intervals (
    id uuid primary key default uuidv7(),
    order_id uuid not null references orders,
    ticket_id uuid not null references tickets,
    offer_id uuid not null references offers,
    span tstzrange not null check (not isempty(span) and not lower_inf(span) and not upper_inf(span)),
    at timestamptz not null,
    released_at timestamptz,
    constraint compensated_intervals_once exclude using gist (order_id with =, span with &&) where (released_at is null)
  );
  create index compensated_intervals_by_ticket on compensated_intervals (ticket_id);
  comment on table compensated_intervals is 'each lost interval is compensated once, in money or in time (RP-4.5)';

  create table appeals (
    id uuid primary key default uuidv7(),
    ticket_id uuid not null references tickets,
    decision_id uuid unique references decisions,
    ground text not null,
    appealed_by uuid not null references people,
    at timestamptz not null,
    input_id uuid not null unique references inputs
  );
  create index appeals_by_ticket on appeals (ticket_id, at);
  comment on column appeals.decision_id is 'null where the ticket closed without one, as remediated';
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(decisions + offersAndGrants + remedies);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table appeals, compensated_intervals, remedies;
    alter table orders drop column last_remedy_no;
    alter table payouts
      drop column approval,
      add constraint payouts_approval_whole check ((approved_by is null) = (approved_at is null)),
      add constraint payouts_approved_first check (state in ('granted', 'cancelled') or approved_by is not null),
      alter column decided_by set not null;
    alter table grants drop column offer_id, alter column decision_id set not null,
      add constraint grants_decision_id_key unique (decision_id);
    drop table offers;
    drop index decisions_one_awaiting;
    alter table decisions
      drop column assessment_id, drop column exception, drop column provision, drop column state,
      drop column confirmed_by, drop column confirmed_at, drop column confirm_ground,
      drop constraint decisions_decision_check,
      add constraint decisions_decision_check check (decision in ('refund', 'refuse')),
      alter column decided_by set not null,
      alter column input_id set not null;
    drop extension btree_gist;
  `);
}
