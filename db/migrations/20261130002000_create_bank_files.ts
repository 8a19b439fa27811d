/**
 * What a bank tells in its files, and what it is told: files once by content and by message, what they book and answer,
 * and the instruction of each payout, kept before it is written (B1, B2). What a bank booked is never changed; the
 * accounts of people stand apart, so that they can be erased.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await createTold(knex);
  await createTelling(knex);
  for (const table of ['bank_files', 'bank_entries', 'bank_statuses', 'bank_instructions'])
    await knex.raw(`
      create trigger ${table}_append_only before update or delete on ${table}
        for each row execute function refuse_change();
      create trigger ${table}_kept before truncate on ${table}
        for each statement execute function refuse_change();
    `);
  for (const [table, constraint, value] of widened)
    await restate(knex, table, constraint, (check) => check.replace(/\]\)/, `, '${value}'::text])`));
}

/** What the bank tells of its books. */
async function createTold(knex: Knex): Promise<void> {
  await knex.raw(`
    create table bank_files (
      id uuid primary key default uuidv7(),
      kind text not null check (kind in ('pain.002', 'camt.053')),
      message_id text not null,
      content_hash bytea not null unique check (length(content_hash) = 32),
      source text not null check (source in ('drop', 'upload')),
      uploaded_by uuid references people,
      received_at timestamptz not null,
      unique (kind, message_id),
      constraint bank_files_uploader check ((uploaded_by is not null) = (source = 'upload'))
    );

    create table bank_accounts (
      id uuid primary key default uuidv7(),
      iban text not null unique check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
      bic text,
      name text
    );
    comment on table bank_accounts is 'accounts that money came from, as the bank told of them';

    create table bank_entries (
      id uuid primary key default uuidv7(),
      file_id uuid not null references bank_files,
      key text not null unique,
      direction text not null check (direction in ('credit', 'debit')),
      amount_minor bigint not null check (amount_minor > 0),
      fee_minor bigint check (fee_minor > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      booked_on date not null,
      value_on date,
      bank_ref text,
      end_to_end_id text,
      remittance text,
      account_id uuid references bank_accounts,
      payout_id uuid,
      is_return boolean not null,
      reason text,
      constraint bank_entries_say_little check (remittance is null or direction = 'debit')
    );
    comment on column bank_entries.remittance is 'of debits alone, which the seller wrote; what a customer wrote is not kept';
    create index bank_entries_by_end_to_end on bank_entries (end_to_end_id) where direction = 'credit';
    create index bank_entries_by_bank_ref on bank_entries (bank_ref) where direction = 'credit';
    create index bank_entries_by_payout on bank_entries (payout_id) where payout_id is not null;
    create index bank_entries_elsewhere on bank_entries (booked_on) where direction = 'debit' and payout_id is null;
  `);
}

/** What it is told, and what it answers. */
async function createTelling(knex: Knex): Promise<void> {
  await knex.raw(`
    create table bank_statuses (
      id uuid primary key default uuidv7(),
      file_id uuid not null references bank_files,
      payout_id uuid not null,
      outcome text not null check (outcome in ('accepted', 'rejected')),
      reason text
    );
    create index bank_statuses_by_payout on bank_statuses (payout_id);

    create table bank_instructions (
      payout_id uuid primary key,
      capture_ref text not null,
      account_id uuid not null references bank_accounts,
      amount_minor bigint not null check (amount_minor > 0),
      currency text not null check (currency = 'EUR'),
      execution_on date not null,
      created_at timestamptz not null
    );
    comment on table bank_instructions is 'stands only where its file was written aside for the bank';
    create index bank_instructions_by_capture on bank_instructions (capture_ref);
  `);
}

/** Lists that learn a value, whoever else has added one to them. */
const widened = [
  ['inputs', 'inputs_source_check', 'bank'],
  ['order_tenders', 'order_tenders_capture_problem_check', 'capture_ambiguous'],
] as const;

async function restate(knex: Knex, table: string, constraint: string, change: (check: string) => string) {
  const { rows } = await knex.raw<{ rows: { check: string }[] }>(
    `select pg_get_constraintdef(oid) as check from pg_constraint where conrelid = ?::regclass and conname = ?`,
    [table, constraint],
  );
  const check = change(rows[0]?.check ?? '');
  await knex.raw(`alter table ${table} drop constraint ${constraint}, add constraint ${constraint} ${check}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const [table, constraint, value] of widened)
    await restate(knex, table, constraint, (check) => check.replace(`, '${value}'::text`, ''));
  await knex.raw('drop table bank_instructions, bank_statuses, bank_entries, bank_accounts, bank_files');
}
