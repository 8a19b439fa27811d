/**
 * Differences that a provider's word or a bank's file makes are breaks at once, before any look has seen them; and what
 * names a payout without saying what became of it is on the bank's list.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table reconciliation_breaks alter column reconciliation_id drop not null;
    comment on column reconciliation_breaks.reconciliation_id is 'the look that saw it last; null before the first one';
    create index bank_entries_unclear on bank_entries (file_id) where payout_id is not null and (direction = 'credit') <> is_return;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index bank_entries_unclear;
    delete from reconciliation_breaks where reconciliation_id is null;
    alter table reconciliation_breaks alter column reconciliation_id set not null;
    comment on column reconciliation_breaks.reconciliation_id is null;
  `);
}
