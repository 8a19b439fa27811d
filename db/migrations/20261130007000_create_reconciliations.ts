/** Reconciliation: looks at what providers list, what of ours they prove, and the breaks that people close with a reason. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table reconciliations (
      id uuid primary key default uuidv7(),
      rail text not null check (rail in ('card', 'paypal', 'bank', 'store_balance', 'manual')),
      from_at timestamptz not null,
      until_at timestamptz not null,
      started_at timestamptz not null,
      finished_at timestamptz,
      listed integer not null default 0,
      matched integer not null default 0,
      taken_over integer not null default 0,
      constraint reconciliations_forward check (from_at < until_at)
    );
    create index reconciliations_by_rail on reconciliations (rail, started_at desc);
    comment on column reconciliations.taken_over is 'words of the provider that were news, and went the way of any report';

    create table payout_proofs (
      payout_id uuid primary key references payouts,
      reconciliation_id uuid not null references reconciliations,
      provider_ref text not null,
      status text not null check (status in ('sent', 'settled', 'failed', 'cancelled')),
      proven_at timestamptz not null
    );

    create table reconciliation_breaks (
      id uuid primary key default uuidv7(),
      key text not null,
      rail text not null,
      kind text not null check (kind in ('missing', 'foreign', 'amount', 'freed', 'double')),
      payout_id uuid references payouts,
      order_id uuid not null references orders,
      provider_ref text,
      minor bigint not null check (minor >= 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      record_at timestamptz not null,
      first_seen_at timestamptz not null,
      last_seen_at timestamptz not null,
      reconciliation_id uuid not null references reconciliations,
      owner_id uuid references people,
      closed_at timestamptz,
      closed_by uuid references people,
      closed_as text check (closed_as in ('made_elsewhere', 'paid_back', 'written_off', 'provider_mistake', 'gone')),
      ground text,
      constraint reconciliation_breaks_closed_whole check ((closed_at is null) = (closed_as is null)),
      constraint reconciliation_breaks_closed_by_someone check (
        closed_at is null or closed_as = 'gone' or (closed_by is not null and ground is not null and owner_id is not null))
    );
    create unique index reconciliation_breaks_once on reconciliation_breaks (key) where closed_as is distinct from 'gone';
    create index reconciliation_breaks_open on reconciliation_breaks (first_seen_at, id) where closed_at is null;
    create index reconciliation_breaks_closed on reconciliation_breaks (first_seen_at, id) where closed_at is not null;
    create index reconciliation_breaks_by_payout on reconciliation_breaks (payout_id) where payout_id is not null;
    create index payouts_by_rail_and_sending on payouts (rail, sending_at) where sending_at is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop index payouts_by_rail_and_sending; drop table reconciliation_breaks, payout_proofs, reconciliations',
  );
}
