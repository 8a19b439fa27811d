/** PayPal beside the card provider: its events, its cases, and what only its captures can be. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table inputs
      drop constraint inputs_source_check,
      add constraint inputs_source_check check (source in ('api', 'stripe', 'paypal', 'desk'));
    alter table disputes
      drop constraint disputes_provider_check,
      add constraint disputes_provider_check check (provider in ('stripe', 'paypal'));
    alter table order_tenders
      drop constraint order_tenders_capture_problem_check,
      add constraint order_tenders_capture_problem_check check (capture_problem in
        ('capture_not_found', 'currency_unsupported', 'currency_mismatch', 'capture_pending', 'refunds_unlisted'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table order_tenders
      drop constraint order_tenders_capture_problem_check,
      add constraint order_tenders_capture_problem_check check (capture_problem in
        ('capture_not_found', 'currency_unsupported', 'currency_mismatch'));
    alter table disputes
      drop constraint disputes_provider_check,
      add constraint disputes_provider_check check (provider in ('stripe'));
    alter table inputs
      drop constraint inputs_source_check,
      add constraint inputs_source_check check (source in ('api', 'stripe', 'desk'));
  `);
}
