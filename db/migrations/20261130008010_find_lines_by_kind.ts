/** A ledger line knows the kind of its entry, so that what one account has of one kind is read from an index, in order of time. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table ledger_lines add column entry_kind text;
    alter table ledger_lines disable trigger ledger_lines_append_only;
    update ledger_lines set entry_kind = ledger_entries.kind from ledger_entries where ledger_entries.id = entry_id;
    alter table ledger_lines enable trigger ledger_lines_append_only;
    alter table ledger_lines alter column entry_kind set not null;
    comment on column ledger_lines.entry_kind is 'that of its entry, so that an account is read by kind';
    create index ledger_lines_by_account_and_kind on ledger_lines (account, entry_kind, at desc, entry_id desc);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index ledger_lines_by_account_and_kind;
    alter table ledger_lines drop column entry_kind;
  `);
}
