/**
 * PayPal's refunds that failed or came back were told to cost what had been broken down before: they are asked about anew,
 * and what was booked is booked back.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    update payout_costs set told_at = null from payouts
    where payouts.id = payout_id and rail = 'paypal' and state in ('failed', 'returned')
  `);
}

/** When they were told is not known any more; who asks again comes to the same. */
export async function down(): Promise<void> {}
