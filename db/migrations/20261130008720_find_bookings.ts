/** What one bank's file tells is found by the file, and what pays or brings back a payment by hand by its amount and ids. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index bank_entries_unclaimed, bank_entries_unclear;
    create index bank_entries_by_file on bank_entries (file_id);
    create index bank_entries_by_hand on bank_entries (amount_minor, currency, booked_on)
      where direction = 'debit' and payout_id is null and not is_return;
    create index bank_entries_debited_end_to_end on bank_entries (end_to_end_id) where direction = 'debit' and payout_id is null;
    create index bank_entries_debited_bank_ref on bank_entries (bank_ref) where direction = 'debit' and payout_id is null;
    create index bank_entries_returned on bank_entries (amount_minor, currency) where is_return and payout_id is null;
    create index manual_payments_by_amount on manual_payments (amount_minor, currency, paid_on);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index bank_entries_by_file, bank_entries_by_hand, bank_entries_debited_end_to_end, bank_entries_debited_bank_ref,
      bank_entries_returned, manual_payments_by_amount;
    create index bank_entries_unclaimed on bank_entries (file_id) where payout_id is null and (direction = 'debit' or is_return);
    create index bank_entries_unclear on bank_entries (file_id) where payout_id is not null and (direction = 'credit') <> is_return;
  `);
}
