/**
 * The network context of a ticket in columns of its own, so that tickets are found by what they saw: the exits in that
 * range in that hour. The times stand beside each exit, since one index can hold both only within one row.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ticket_network_contexts (
      ticket_id uuid primary key references tickets,
      targets text[] not null check (cardinality(targets) between 1 and 50),
      seen tstzmultirange not null check (not isempty(seen)),
      protocol text not null check (protocol in ('http', 'https', 'socks5')),
      client_name text not null,
      client_version text,
      client_configuration text
    );
    create table ticket_egress (
      ticket_id uuid not null references ticket_network_contexts,
      position smallint not null,
      egress inet not null,
      seen tstzmultirange not null,
      primary key (ticket_id, position)
    );
    create index ticket_egress_by_address on ticket_egress using gist (egress inet_ops, seen);
    comment on column ticket_network_contexts.seen is 'when the fault was seen; both ends of each range count';

    insert into ticket_network_contexts
      select id, array(select jsonb_array_elements_text(network_context -> 'targets')),
        tstzmultirange(tstzrange((network_context ->> 'from')::timestamptz, (network_context ->> 'until')::timestamptz, '[]')),
        network_context ->> 'protocol', network_context #>> '{client,name}', network_context #>> '{client,version}',
        network_context #>> '{client,configuration}'
      from tickets where network_context is not null;
    insert into ticket_egress
      select ticket_id, position, egress::inet, seen
      from ticket_network_contexts join tickets on id = ticket_id,
        jsonb_array_elements_text(network_context -> 'egress') with ordinality as given(egress, position);
    alter table tickets drop column network_context;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table tickets add column network_context jsonb;
    update tickets set network_context = jsonb_build_object('targets', targets, 'from', lower(seen), 'until', upper(seen),
        'egress', (select jsonb_agg(egress order by position) from ticket_egress where ticket_egress.ticket_id = tickets.id),
        'protocol', protocol,
        'client', jsonb_strip_nulls(jsonb_build_object('name', client_name, 'version', client_version, 'configuration', client_configuration)))
      from ticket_network_contexts where ticket_id = tickets.id;
    drop table ticket_egress, ticket_network_contexts;
  `);
}
