/**
 * A dispute tells all that finance needs: what kind it is, why, by when it must be answered and by whom it was. Its words
 * are kept for ever, and the row follows from them.
 */

import type { Knex } from 'knex';

const columns = `
  alter table disputes
    add column kind text not null default 'chargeback'
      check (kind in ('chargeback', 'inquiry', 'early_fraud_warning', 'paypal_claim')),
    add column reason text,
    add column network_reason text,
    add column fee_minor bigint check (fee_minor >= 0),
    add column fee_currency text check (fee_currency ~ '^[A-Z]{3}$'),
    add column evidence_due_at timestamptz,
    add column submissions integer not null default 0 check (submissions >= 0),
    add column evidence_submitted_at timestamptz,
    add column evidence_submitted_by uuid references people,
    add column lapsed_at timestamptz,
    add column actionable boolean,
    add column version integer not null default 1;
  update disputes set kind = 'inquiry' where state = 'inquiry';
  alter table disputes
    alter column kind drop default,
    drop constraint disputes_state_check,
    drop constraint disputes_ended_whole,
    add constraint disputes_state_check check (state in ('open', 'inquiry', 'won', 'lost', 'closed', 'prevented', 'warned')),
    add constraint disputes_ended_whole check ((ended_at is null) = (state in ('open', 'inquiry', 'warned'))),
    add constraint disputes_warned_apart check ((kind = 'early_fraud_warning') = (state = 'warned') or state = 'closed'),
    add constraint disputes_actionable_of_warning check ((actionable is not null) = (kind = 'early_fraud_warning')),
    add constraint disputes_fee_whole check ((fee_minor is null) = (fee_currency is null)),
    add constraint disputes_submitted_first check (evidence_submitted_by is null or evidence_submitted_at is not null),
    add column urgency bigint not null generated always as (
      case when ended_at is not null then -2000000000000
        when evidence_due_at is null or evidence_submitted_at is not null or lapsed_at is not null then -1000000000000
        else -extract(epoch from evidence_due_at - timestamptz '2000-01-01T00:00:00Z')::bigint end) stored;
  comment on column disputes.evidence_submitted_by is 'null where it was done outside the desk';
  comment on column disputes.lapsed_at is 'when the time for evidence ran out unanswered';
  comment on column disputes.urgency is 'lists show first what must be answered first, then what is open, then what has ended';
  create index disputes_by_urgency on disputes (urgency desc, opened_at desc, id desc);
  create index disputes_by_state on disputes (state, urgency desc, opened_at desc, id desc);
  create index disputes_by_kind on disputes (kind, urgency desc, opened_at desc, id desc);
  create index disputes_by_kind_and_state on disputes (kind, state, urgency desc, opened_at desc, id desc);
  create index disputes_warned on disputes (order_id) where state = 'warned';
`;

const events = `
  create table dispute_events (
    id uuid primary key default uuidv7(),
    dispute_id uuid not null references disputes,
    key text not null,
    kind text not null check (kind in ('told', 'reminder', 'escalation', 'deadline', 'evidence')),
    data jsonb not null,
    at timestamptz not null,
    actor_id uuid references people,
    unique (dispute_id, key)
  );
  comment on column dispute_events.key is 'what happened, so that telling it again adds nothing (W1)';
  create index dispute_events_by_dispute on dispute_events (dispute_id, at, id);
  create trigger dispute_events_append_only before update or delete on dispute_events
    for each row execute function refuse_change();
  create trigger dispute_events_kept before truncate on dispute_events
    for each statement execute function refuse_change();

  insert into dispute_events (dispute_id, key, kind, data, at)
  select id, 'told/before', 'told', jsonb_build_object('cause', 'before', 'kind', kind, 'state', state,
    'toldAt', to_char(told_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'amount', jsonb_build_object('minor', amount_minor::text, 'currency', currency), 'reason', null, 'networkReason', null,
    'fee', null, 'evidenceDueAt', null, 'submissions', 0, 'actionable', null), opened_at
  from disputes;

  alter table inputs add column dispute_id uuid references disputes;
  create index inputs_by_dispute on inputs (dispute_id, kept_at) where dispute_id is not null;
  alter table notices add column dispute_id uuid references disputes;
`;

const packets = `
  create table dispute_packets (
    id uuid primary key default uuidv7(),
    dispute_id uuid not null references disputes,
    input_id uuid not null unique references inputs,
    submitted_by uuid not null references people,
    bytes bytea not null,
    sha256 bytea not null check (length(sha256) = 32),
    state text not null check (state in ('kept', 'submitting', 'unknown', 'submitted', 'refused', 'void')),
    reason text,
    kept_at timestamptz not null,
    submitting_at timestamptz,
    ended_at timestamptz,
    constraint dispute_packets_ended_whole check ((ended_at is not null) = (state in ('submitted', 'refused', 'void'))),
    constraint dispute_packets_sent_first check (submitting_at is not null or state in ('kept', 'void')),
    constraint dispute_packets_reason_told check (reason is not null or state not in ('unknown', 'refused'))
  );
  create unique index dispute_packets_one_stands on dispute_packets (dispute_id) where state not in ('refused', 'void');
  create index dispute_packets_by_dispute on dispute_packets (dispute_id, kept_at);

  create function keep_packet() returns trigger language plpgsql as $$
  begin
    raise exception 'what was submitted is kept as it was' using errcode = 'restrict_violation';
  end $$;
  create trigger dispute_packets_keep before update of bytes, sha256, dispute_id, submitted_by on dispute_packets
    for each row when (row(new.bytes, new.sha256, new.dispute_id, new.submitted_by)
      is distinct from row(old.bytes, old.sha256, old.dispute_id, old.submitted_by)) execute function keep_packet();
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(columns + events + packets);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table dispute_packets, dispute_events;
    drop function keep_packet;
    delete from notices where dispute_id is not null;
    alter table notices drop column dispute_id;
    delete from inputs where dispute_id is not null;
    alter table inputs drop column dispute_id;
    delete from disputes where kind = 'early_fraud_warning';
    drop index disputes_by_urgency, disputes_by_state, disputes_by_kind, disputes_by_kind_and_state, disputes_warned;
    alter table disputes
      drop constraint disputes_warned_apart,
      drop constraint disputes_state_check,
      drop constraint disputes_ended_whole,
      drop column urgency,
      drop column kind, drop column reason, drop column network_reason, drop column fee_minor, drop column fee_currency,
      drop column evidence_due_at, drop column submissions, drop column evidence_submitted_at,
      drop column evidence_submitted_by, drop column lapsed_at, drop column actionable, drop column version,
      add constraint disputes_state_check check (state in ('open', 'inquiry', 'won', 'lost', 'closed', 'prevented')),
      add constraint disputes_ended_whole check ((ended_at is null) = (state in ('open', 'inquiry')));
  `);
}
