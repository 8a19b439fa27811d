/** D11: PayPal may ask for evidence again in the same case, so that a packet answers one asking, known by its day. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table dispute_packets add column evidence_due_at timestamptz;
    update dispute_packets set evidence_due_at = disputes.evidence_due_at from disputes where disputes.id = dispute_id;
    drop index dispute_packets_one_stands;
    create unique index dispute_packets_one_stands on dispute_packets (dispute_id, evidence_due_at)
      where state not in ('refused', 'void');
    comment on column dispute_packets.evidence_due_at is 'of what was asked for: a later one is asked for anew';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index dispute_packets_one_stands;
    alter table dispute_packets drop column evidence_due_at;
    create unique index dispute_packets_one_stands on dispute_packets (dispute_id) where state not in ('refused', 'void');
  `);
}
