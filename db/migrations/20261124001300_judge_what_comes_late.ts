/** RP-2.4a: since when the customer was asked about a fix, which may be later than it was kept. RP-4.5: offers taken back for a better one. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table fix_reports add column asked_at timestamptz;
    update fix_reports set asked_at = reported_at;
    alter table fix_reports alter column asked_at set not null;
    comment on column fix_reports.reported_at is 'when it was told, or when it was kept in time where it was told past the deadline';
    comment on column fix_reports.asked_at is 'from when the customer has the days for their word on it';
    alter table offers drop constraint offers_choice_check,
      add constraint offers_choice_check check (choice in ('refund', 'extension', 'lapsed', 'withdrawn', 'taken_back'));
    comment on column offers.choice is 'taken_back: staff took it back for a fact that could give more, so that no less is given without a second person';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    comment on column offers.choice is null;
    update offers set choice = 'withdrawn' where choice = 'taken_back';
    alter table offers drop constraint offers_choice_check,
      add constraint offers_choice_check check (choice in ('refund', 'extension', 'lapsed', 'withdrawn'));
    comment on column fix_reports.reported_at is null;
    alter table fix_reports drop column asked_at;
  `);
}
