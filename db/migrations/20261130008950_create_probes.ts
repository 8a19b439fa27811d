/**
 * The desk's own tests of a plan: which plans have a gateway, rounds of a ticket, attempts with what became of each, and
 * targets that are not tried. An attempt is a row before it is made, so that budget and rate hold over all workers.
 */

import type { Knex } from 'knex';

const oneOf = (values: readonly string[]): string => `(${values.map((value) => `'${value}'`).join(', ')})`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table probe_gateways (
      plan_kind text not null,
      place text not null,
      protocols text[] not null check (cardinality(protocols) > 0),
      told_at timestamptz not null,
      primary key (plan_kind, place)
    );
    comment on column probe_gateways.place is 'empty: whatever the place';
    create table probe_rounds (
      ticket_id uuid not null references tickets,
      number integer not null check (number > 0),
      key text not null,
      begun_at timestamptz not null,
      ended_at timestamptz,
      primary key (ticket_id, number),
      constraint probe_rounds_once unique (ticket_id, key)
    );
    create table probe_attempts (
      ticket_id uuid not null,
      round integer not null,
      host text not null,
      port integer not null check (port between 1 and 65535),
      protocol text not null check (protocol in ${oneOf(['connect', 'socks5'])}),
      begun_at timestamptz not null,
      ended_at timestamptz,
      step text,
      failure text,
      status integer,
      answered_by text check (answered_by in ${oneOf(['target', 'gateway'])}),
      class text,
      vendor text,
      egress inet,
      latency_ms integer check (latency_ms >= 0),
      primary key (ticket_id, round, host, port, protocol),
      foreign key (ticket_id, round) references probe_rounds,
      constraint probe_attempts_told check ((ended_at is null) = (class is null) and (ended_at is null) = (latency_ms is null))
    );
    create index probe_attempts_by_host on probe_attempts (host, begun_at);
    create table probe_targets (
      ticket_id uuid not null references tickets,
      target text not null,
      refused text not null,
      looked_at timestamptz not null,
      primary key (ticket_id, target)
    );
    alter table fix_reports add column probes_failing_at timestamptz;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table fix_reports drop column probes_failing_at;
    drop table probe_targets;
    drop table probe_attempts;
    drop table probe_rounds;
    drop table probe_gateways;
  `);
}
