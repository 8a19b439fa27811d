/** Tickets that one request opened for several orders, and the evidence that they share. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table tickets add column request_id uuid references inputs;
    create index tickets_by_request on tickets (request_id) where request_id is not null;
    comment on column tickets.request_id is 'the request that named this order among others; null where it named no other';

    create view ticket_evidence (ticket_id, evidence_id) as
      select ticket_id, id from evidence_files where state = 'attached'
      union all
      select linked.id, evidence_files.id
      from evidence_files join tickets as holder on holder.id = evidence_files.ticket_id
        join tickets as linked on linked.request_id = holder.request_id and linked.id <> holder.id
      where evidence_files.state = 'attached';
    comment on view ticket_evidence is 'what counts for a ticket: attached to it, or to one that the same request opened';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view ticket_evidence;
    alter table tickets drop column request_id;
  `);
}
