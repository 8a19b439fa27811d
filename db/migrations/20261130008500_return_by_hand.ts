/**
 * A payment by hand may come back: a person of finance says so, or the bank's statement. What was recorded of it stays.
 * Of a credit that undoes a payment the words are kept, since they are the seller's own, by which it names what came back.
 */

import type { Knex } from 'knex';

const states = (allowed: readonly string[]): string => `
  alter table manual_payments drop constraint manual_payments_state_check,
    add constraint manual_payments_state_check check (state in (${allowed.map((state) => `'${state}'`).join(', ')}));`;

const wholes = (paid: string): string => `
  alter table manual_payments
    drop constraint manual_payments_paid_whole,
    drop constraint manual_payments_recorder_named,
    add constraint manual_payments_paid_whole check ((state in (${paid})) = (reference is not null and paid_on is not null)),
    add constraint manual_payments_recorder_named check ((state in (${paid}, 'not_paid')) = (recorded_by is not null));`;

const said = (prefix: 'old' | 'new'): string =>
  ['id', 'payout_id', 'key', 'amount_minor', 'currency', 'opened_at'].map((name) => `${prefix}.${name}`).join(', ');

const recorded = (prefix: 'old' | 'new'): string =>
  ['ended_at', 'recorded_by', 'reference', 'paid_on', 'ground'].map((name) => `${prefix}.${name}`).join(', ');

const told = (prefix: 'old' | 'new'): string =>
  ['returned_at', 'returned_by', 'returned_on', 'return_reference', 'return_reason', 'return_ground']
    .map((name) => `${prefix}.${name}`)
    .join(', ');

const keeps = `
  create or replace function keep_manual_payment() returns trigger language plpgsql as $$
  declare
    payout payouts%rowtype;
  begin
    if tg_op = 'DELETE' or old.state not in ('open', 'paid', 'returned') or old.state = 'paid' and new.state <> 'returned'
      or old.state = 'returned' and (new.state <> 'returned' or old.return_entry_id is not null) then
      raise exception 'what became of a payment by hand stands' using errcode = 'restrict_violation';
    end if;
    if (${said('new')}) is distinct from (${said('old')})
      or old.state <> 'open' and (${recorded('new')}) is distinct from (${recorded('old')})
      or old.state = 'returned' and (${told('new')}) is distinct from (${told('old')}) then
      raise exception 'a payment by hand keeps what was asked' using errcode = 'restrict_violation';
    end if;
    select * into payout from payouts where id = new.payout_id;
    if new.recorded_by = payout.decided_by or payout.method = 'crypto' and new.recorded_by = payout.approved_by then
      raise exception 'another person records it' using errcode = 'check_violation', constraint = 'manual_payments_recorder_apart';
    end if;
    if new.returned_by in (payout.decided_by, new.recorded_by) then
      raise exception 'another person says that it came back' using errcode = 'check_violation', constraint = 'manual_payments_returner_apart';
    end if;
    return new;
  end $$;`;

const kept = `
  create or replace function keep_manual_payment() returns trigger language plpgsql as $$
  declare
    payout payouts%rowtype;
  begin
    if tg_op = 'DELETE' or old.state <> 'open' then
      raise exception 'what became of a payment by hand stands' using errcode = 'restrict_violation';
    end if;
    if (${said('new')})
      is distinct from (${said('old')}) then
      raise exception 'a payment by hand keeps what was asked' using errcode = 'restrict_violation';
    end if;
    select * into payout from payouts where id = new.payout_id;
    if new.recorded_by = payout.decided_by or payout.method = 'crypto' and new.recorded_by = payout.approved_by then
      raise exception 'another person records it' using errcode = 'check_violation', constraint = 'manual_payments_recorder_apart';
    end if;
    return new;
  end $$;`;

/** As it stood before: that it came back is not known any more, nor the words of what undid it. */
const forget = `
  alter table bank_entries disable trigger bank_entries_append_only;
  update bank_entries set remittance = null where direction = 'credit' and remittance is not null;
  alter table bank_entries enable trigger bank_entries_append_only;
  alter table manual_payments disable trigger manual_payments_kept;
  update manual_payments set state = 'paid', returned_at = null, returned_by = null, returned_on = null,
    return_reference = null, return_reason = null, return_ground = null, return_entry_id = null where state = 'returned';
  alter table manual_payments enable trigger manual_payments_kept;`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ${states(['open', 'paid', 'not_paid', 'cancelled', 'returned'])}
    ${wholes(`'paid', 'returned'`)}
    alter table manual_payments
      add column returned_at timestamptz,
      add column returned_by uuid references people,
      add column returned_on date,
      add column return_reference text,
      add column return_reason text,
      add column return_ground text,
      add column return_entry_id uuid unique references bank_entries,
      add constraint manual_payments_returned_whole check ((state = 'returned') = (returned_at is not null)
        and (returned_at is null) = (returned_on is null) and (returned_at is null) = (return_reason is null)),
      add constraint manual_payments_return_told check (returned_at is null or returned_by is not null or return_entry_id is not null),
      add constraint manual_payments_returner_whole check ((returned_by is null) = (return_reference is null)
        and (returned_by is null) = (return_ground is null)),
      add constraint manual_payments_back_after_paid check (returned_by is null or returned_on >= paid_on);
    comment on column manual_payments.returned_by is 'null where the bank’s statement said so first';
    create index manual_payments_by_reference on manual_payments (reference) where reference is not null;
    ${keeps}
    alter table bank_entries drop constraint bank_entries_say_little,
      add constraint bank_entries_say_little check (remittance is null or direction = 'debit' or is_return);
    comment on column bank_entries.remittance is 'of debits and of what undoes one, which the seller wrote; what a customer wrote is not kept';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(forget);
  await knex.raw(`
    comment on column bank_entries.remittance is 'of debits alone, which the seller wrote; what a customer wrote is not kept';
    alter table bank_entries drop constraint bank_entries_say_little,
      add constraint bank_entries_say_little check (remittance is null or direction = 'debit');
    ${kept}
    drop index manual_payments_by_reference;
    alter table manual_payments
      drop constraint manual_payments_back_after_paid,
      drop constraint manual_payments_returner_whole,
      drop constraint manual_payments_return_told,
      drop constraint manual_payments_returned_whole,
      drop column return_entry_id,
      drop column return_ground,
      drop column return_reason,
      drop column return_reference,
      drop column returned_on,
      drop column returned_by,
      drop column returned_at;
    ${wholes(`'paid'`)}
    ${states(['open', 'paid', 'not_paid', 'cancelled'])}
  `);
}
