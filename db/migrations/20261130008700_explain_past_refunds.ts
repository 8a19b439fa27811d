/** Which refund of a provider's list is one that a past ticket tells of: claimed once, and for good. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table past_refund_proofs (
      past_ticket_id uuid not null,
      tender_id uuid not null,
      rail text not null,
      provider_ref text not null,
      reconciliation_id uuid not null references reconciliations,
      proven_at timestamptz not null,
      primary key (past_ticket_id, tender_id),
      constraint past_refund_proofs_once unique (rail, provider_ref),
      foreign key (past_ticket_id, tender_id) references past_refunds
    );
    create trigger past_refund_proofs_append_only before update or delete on past_refund_proofs
      for each row execute function refuse_change();
    create trigger past_refund_proofs_kept before truncate on past_refund_proofs
      for each statement execute function refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table past_refund_proofs');
}
