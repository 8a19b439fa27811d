/** Orders as the shop reports them, the tenders that paid for them with what may still go back, and measured usage. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table orders (
      id uuid primary key default uuidv7(),
      ref text not null unique check (length(ref) between 1 and 100),
      account_id uuid not null references accounts,
      subject_id uuid not null references people,
      channel text not null check (channel in ('official', 'designated_link', 'reseller', 'marketplace')),
      plan_key text not null,
      plan_kind text not null,
      plan_name text not null,
      first_purchased_at timestamptz not null,
      purchased_at timestamptz not null,
      period_from timestamptz,
      period_until timestamptz,
      metered_bytes bigint check (metered_bytes > 0),
      renewal_of uuid references orders,
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      last_payout_no integer not null default 0,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique (id, currency),
      constraint orders_period_whole check ((period_from is null) = (period_until is null) and period_from < period_until),
      constraint orders_first_purchase_first check (first_purchased_at <= purchased_at),
      constraint orders_renew_another check (renewal_of <> id)
    );
    create index orders_by_account on orders (account_id, purchased_at desc, id desc);
    create index orders_by_purchase on orders (purchased_at desc, id desc);

    create table order_tenders (
      id uuid primary key default uuidv7(),
      order_id uuid not null,
      position integer not null check (position >= 1),
      method text not null check (method in ('card', 'paypal', 'bank', 'crypto', 'store_balance', 'promotional_credit')),
      amount_minor bigint not null check (amount_minor >= 0),
      tax_minor bigint not null check (tax_minor >= 0),
      currency text not null,
      capture_ref text,
      captured_at timestamptz not null,
      captured_minor bigint check (captured_minor >= 0),
      elsewhere_minor bigint not null default 0 check (elsewhere_minor >= 0),
      disputed_minor bigint not null default 0 check (disputed_minor >= 0),
      committed_minor bigint not null default 0 check (committed_minor >= 0),
      read_at timestamptz,
      capture_problem text check (capture_problem in ('capture_not_found', 'currency_unsupported', 'currency_mismatch')),
      unique (order_id, position),
      foreign key (order_id, currency) references orders (id, currency),
      constraint order_tenders_tax_inside check (tax_minor <= amount_minor),
      constraint order_tenders_read_whole check ((captured_minor is null) = (read_at is null)),
      constraint order_tenders_known_or_not check (captured_minor is null or capture_problem is null),
      constraint order_tenders_never_over check (committed_minor <= coalesce(captured_minor, 0))
    );
    create unique index order_tenders_one_capture on order_tenders (method, capture_ref) where capture_ref is not null;
    comment on column order_tenders.captured_minor is 'as the provider says, never as the shop does; null until read';
    comment on column order_tenders.committed_minor is 'granted and open, unknown or settled payouts; kept by a trigger of payouts';

    create table usage_reports (
      order_id uuid not null references orders,
      at timestamptz not null,
      used_bytes bigint not null check (used_bytes >= 0),
      requests bigint check (requests >= 0),
      reported_at timestamptz not null,
      primary key (order_id, at)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table usage_reports, order_tenders, orders');
}
