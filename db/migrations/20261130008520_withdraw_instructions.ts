/** Instructions whose file was taken back before the bank could have it; the instruction itself stands. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table bank_withdrawals (
      payout_id uuid primary key references bank_instructions,
      at timestamptz not null
    );
    create trigger bank_withdrawals_append_only before update or delete on bank_withdrawals
      for each row execute function refuse_change();
    create trigger bank_withdrawals_kept before truncate on bank_withdrawals
      for each statement execute function refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table bank_withdrawals');
}
