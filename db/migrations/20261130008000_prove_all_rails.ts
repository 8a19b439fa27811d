/**
 * Reconciliation of all rails: how far a list reaches, whose word proves a payout, and breaks that are of no order that
 * the desk knows.
 */

import type { Knex } from 'knex';

const kinds = ['missing', 'foreign', 'amount', 'freed', 'double'] as const;

const restateKinds = (allowed: readonly string[]): string => `
  alter table reconciliation_breaks drop constraint reconciliation_breaks_kind_check,
    add constraint reconciliation_breaks_kind_check check (kind in (${allowed.map((kind) => `'${kind}'`).join(', ')}));`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table reconciliations add column listed_until timestamptz;
    update reconciliations set listed_until = until_at - interval '1 hour';
    alter table reconciliations alter column listed_until set not null;
    comment on column reconciliations.listed_until is 'what was sent before it was on the list if the provider had it';
    create index reconciliations_finished on reconciliations (rail, until_at desc) where finished_at is not null;

    alter table payout_proofs add column word text not null default 'provider'
      constraint payout_proofs_word_known check (word in ('provider', 'statement', 'person'));
    alter table payout_proofs alter column word drop default;
    create index payout_proofs_end_to_end on payout_proofs (payout_id) where status = 'settled' and word <> 'person';

    drop index payouts_by_cell;
    create index payouts_by_cell on payouts (state, rail, currency) include (amount_minor, state_since, id);
    create index bank_instructions_by_creation on bank_instructions (created_at);
    create index bank_entries_unclaimed on bank_entries (file_id) where payout_id is null and (direction = 'debit' or is_return);
    create index manual_payments_by_opening on manual_payments (opened_at);

    alter table reconciliation_breaks alter column order_id drop not null;
    ${restateKinds([...kinds, 'unexplained'])}
    alter table reconciliation_breaks
      add constraint reconciliation_breaks_of_an_order check (order_id is not null or kind = 'unexplained');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from reconciliation_breaks where kind = 'unexplained';
    alter table reconciliation_breaks drop constraint reconciliation_breaks_of_an_order;
    ${restateKinds(kinds)}
    alter table reconciliation_breaks alter column order_id set not null;
    drop index payouts_by_cell;
    create index payouts_by_cell on payouts (state, rail, currency) include (amount_minor, state_since);
    drop index bank_instructions_by_creation, bank_entries_unclaimed, manual_payments_by_opening, payout_proofs_end_to_end;
    alter table payout_proofs drop column word;
    drop index reconciliations_finished;
    alter table reconciliations drop column listed_until;
  `);
}
