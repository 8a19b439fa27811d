/** RP-3.6: the provider's name for the instrument that paid, by which the same one is known again on another account. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table order_tenders add column instrument text;
    create index order_tenders_by_instrument on order_tenders (instrument) where instrument is not null;
    comment on column order_tenders.instrument is 'the provider''s fingerprint of it, never a number';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table order_tenders drop column instrument');
}
