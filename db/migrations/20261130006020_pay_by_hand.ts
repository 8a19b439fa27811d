/**
 * The book of payments by hand: what finance was asked to pay, and what became of it, once and for ever; what two people
 * say came in by crypto (RP-2.2); and payouts that somebody asked to be called off.
 */

import type { Knex } from 'knex';

const manualPayments = `
  create table manual_payments (
    id uuid primary key default uuidv7(),
    payout_id uuid not null unique references payouts,
    key text not null unique references payouts (key),
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    state text not null check (state in ('open', 'paid', 'not_paid', 'cancelled')),
    opened_at timestamptz not null,
    ended_at timestamptz,
    recorded_by uuid references people,
    reference text,
    paid_on date,
    ground text,
    constraint manual_payments_ended_whole check ((ended_at is null) = (state = 'open')),
    constraint manual_payments_paid_whole check ((state = 'paid') = (reference is not null and paid_on is not null)),
    constraint manual_payments_ground_told check ((state = 'not_paid') = (ground is not null)),
    constraint manual_payments_recorder_named check ((state in ('paid', 'not_paid')) = (recorded_by is not null))
  );

  create function keep_manual_payment() returns trigger language plpgsql as $$
  declare
    payout payouts%rowtype;
  begin
    if tg_op = 'DELETE' or old.state <> 'open' then
      raise exception 'what became of a payment by hand stands' using errcode = 'restrict_violation';
    end if;
    if (new.id, new.payout_id, new.key, new.amount_minor, new.currency, new.opened_at)
      is distinct from (old.id, old.payout_id, old.key, old.amount_minor, old.currency, old.opened_at) then
      raise exception 'a payment by hand keeps what was asked' using errcode = 'restrict_violation';
    end if;
    select * into payout from payouts where id = new.payout_id;
    if new.recorded_by = payout.decided_by or payout.method = 'crypto' and new.recorded_by = payout.approved_by then
      raise exception 'another person records it' using errcode = 'check_violation', constraint = 'manual_payments_recorder_apart';
    end if;
    return new;
  end $$;
  create trigger manual_payments_kept before update or delete on manual_payments
    for each row execute function keep_manual_payment();
  create trigger manual_payments_not_emptied before truncate on manual_payments
    for each statement execute function refuse_change();`;

const toldCaptures = `
  create table told_captures (
    tender_id uuid primary key references order_tenders,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    reference text not null,
    told_by uuid not null references people,
    told_at timestamptz not null,
    confirmed_by uuid references people,
    confirmed_at timestamptz,
    constraint told_captures_two_people check (confirmed_by <> told_by),
    constraint told_captures_confirmed_whole check ((confirmed_by is null) = (confirmed_at is null))
  );
  create function keep_told_capture() returns trigger language plpgsql as $$
  begin
    if old.confirmed_by is not null or (new.tender_id, new.amount_minor, new.currency, new.reference, new.told_by, new.told_at)
      is distinct from (old.tender_id, old.amount_minor, old.currency, old.reference, old.told_by, old.told_at) then
      raise exception 'what was told of a capture stands' using errcode = 'restrict_violation';
    end if;
    return new;
  end $$;
  create trigger told_captures_kept before update on told_captures
    for each row execute function keep_told_capture();
  create trigger told_captures_not_removed before delete on told_captures
    for each row execute function refuse_change();
  create trigger told_captures_not_emptied before truncate on told_captures
    for each statement execute function refuse_change();`;

const payoutColumns = `
  alter table payouts
    add column cancel_asked_at timestamptz,
    add column cancel_asked_by uuid references people,
    add column details_asked_at timestamptz,
    add constraint payouts_cancel_asked_whole check ((cancel_asked_at is null) = (cancel_asked_by is null)),
    add constraint payouts_crypto_needs_finance check (method <> 'crypto' or approval is distinct from 'limit');`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(manualPayments);
  await knex.raw(toldCaptures);
  await knex.raw(payoutColumns);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payouts
      drop constraint payouts_crypto_needs_finance,
      drop constraint payouts_cancel_asked_whole,
      drop column details_asked_at,
      drop column cancel_asked_by,
      drop column cancel_asked_at;
    drop table told_captures;
    drop function keep_told_capture;
    drop table manual_payments;
    drop function keep_manual_payment;
  `);
}
