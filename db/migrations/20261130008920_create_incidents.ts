/**
 * The registry of incidents with what happened to each, where an order's proxies are and by which exits they go, and which
 * incident of the registry a fact of an order comes from.
 */

import type { Knex } from 'knex';

const orders = `
  alter table orders add column places text[] not null default '{}';
  comment on column orders.places is 'ISO 3166-1 alpha-2 or the shop’s own codes, in capitals';
  create index orders_by_term on orders using gist (tstzrange(coalesce(period_from, purchased_at), period_until));

  create table order_egress (
    order_id uuid not null references orders,
    range cidr not null,
    primary key (order_id, range)
  );
  create index order_egress_by_range on order_egress using gist (range inet_ops);
  comment on table order_egress is 'exits that the shop assigned to the order';
`;

const registry = `
  create table incidents (
    id uuid primary key default uuidv7(),
    ref text not null unique check (length(ref) between 1 and 100),
    title text not null check (length(title) between 1 and 200),
    plan_kinds text[] not null,
    places text[] not null,
    egress cidr[] not null,
    from_at timestamptz not null,
    until_at timestamptz,
    widely_impacting boolean not null,
    lost jsonb,
    state text not null check (state in ('suspected', 'confirmed', 'resolved', 'retracted')),
    version integer not null default 1 check (version >= 1),
    applied_version integer not null default 0 check (applied_version >= 0),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint incidents_forward check (until_at > from_at),
    constraint incidents_resolved_ended check (state <> 'resolved' or until_at is not null),
    constraint incidents_applied_known check (applied_version <= version)
  );
  create index incidents_by_creation on incidents (created_at desc, id desc);
  create index incidents_by_state on incidents (state, created_at desc, id desc);
  create index incidents_standing on incidents using gist (tstzrange(from_at, until_at))
    where state in ('confirmed', 'resolved');
  comment on column incidents.lost is 'measured stretches within the window; null where all of it was lost';
  comment on column incidents.applied_version is 'of this version every open ticket that it touches was told';

  create table incident_events (
    incident_id uuid not null references incidents,
    number integer not null check (number >= 1),
    kind text not null,
    at timestamptz not null,
    actor_id uuid references people,
    ground text,
    data jsonb not null,
    input_id uuid unique references inputs,
    primary key (incident_id, number)
  );
  create trigger incident_events_append_only before update or delete on incident_events
    for each row execute function refuse_change();
  create trigger incident_events_kept before truncate on incident_events
    for each statement execute function refuse_change();
`;

const facts = `
  alter table order_incidents
    add column incident_id uuid references incidents,
    add column incident_version integer,
    add column lost jsonb,
    add constraint order_incidents_version_whole check ((incident_id is null) = (incident_version is null));
  create index order_incidents_by_version on order_incidents (incident_id, incident_version, order_id)
    where incident_id is not null;
  comment on column order_incidents.incident_id is 'null where the shop’s systems reported it of this order alone';
`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(orders + registry + facts);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from order_incidents where incident_id is not null;
    alter table order_incidents
      drop constraint order_incidents_version_whole,
      drop column incident_id, drop column incident_version, drop column lost;
    drop table incident_events, incidents, order_egress;
    drop index orders_by_term;
    alter table orders drop column places;
  `);
}
