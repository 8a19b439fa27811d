/** Reminders before the days for mending end (RP-2.4a), and before a check of identity runs out (RP-5.3). */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table reminders
      drop constraint reminders_kind_check,
      add constraint reminders_kind_check check (kind in ('materials', 'information', 'decision', 'escalation', 'progress',
        'offer', 'fix_answer', 'mending', 'mending_escalation', 'kyc'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from reminders where kind in ('mending', 'mending_escalation', 'kyc');
    alter table reminders
      drop constraint reminders_kind_check,
      add constraint reminders_kind_check
        check (kind in ('materials', 'information', 'decision', 'escalation', 'progress', 'offer', 'fix_answer'));
  `);
}
