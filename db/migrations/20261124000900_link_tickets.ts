/** Tickets that one request opened for several orders, and the evidence that they share. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table tickets add column request_id uuid references inputs;
    create index tickets_by_request on tickets (request_id) where request_id is not null;
    comment on column tickets.request_id is 'the request that named this order among others; null where it named no other';

    alter table evidence_files add column attached_at timestamptz;
    update evidence_files set attached_at = completed_at where state = 'attached';
    alter table evidence_files add constraint evidence_attached_whole check ((state = 'attached') = (attached_at is not null));

    create view ticket_evidence (ticket_id, evidence_id, attached_at, shown) as
      select ticket_id, id, attached_at, true from evidence_files where state = 'attached'
      union all
      select linked.id, evidence_files.id, attached_at, linked.closed_at is null or attached_at <= linked.closed_at
      from evidence_files join tickets as holder on holder.id = evidence_files.ticket_id
        join tickets as linked on linked.request_id = holder.request_id and linked.account_id = holder.account_id
          and linked.id <> holder.id
      where evidence_files.state = 'attached';
    comment on view ticket_evidence is
      'what counts for a ticket: attached to it, or to one that the same request opened; what came after a ticket was closed is not shown on it';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view ticket_evidence;
    alter table evidence_files drop column attached_at;
    alter table tickets drop column request_id;
  `);
}
