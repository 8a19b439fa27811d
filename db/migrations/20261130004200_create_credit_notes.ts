/**
 * Credit notes, never changed or removed, and the series that numbers those of one legal entity without a gap: a row that is
 * locked until its number stands, since a sequence loses the numbers of what is rolled back. What settled before is numbered
 * here in the order of time.
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table credit_note_series (
      entity text primary key check (length(entity) between 1 and 400),
      last_number integer not null check (last_number >= 1)
    );
    create function keep_credit_note_series() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and new.entity = old.entity and new.last_number = old.last_number + 1 then return new; end if;
      raise exception 'a series of credit notes goes on by one' using errcode = 'restrict_violation';
    end $$;
    create trigger credit_note_series_goes_on before update or delete on credit_note_series
      for each row execute function keep_credit_note_series();
    create trigger credit_note_series_kept before truncate on credit_note_series
      for each statement execute function keep_credit_note_series();

    create table credit_notes (
      id uuid primary key default uuidv7(),
      entity text not null references credit_note_series,
      number integer not null check (number >= 1),
      kind text not null check (kind in ('credit', 'reversal')),
      account_id uuid not null references accounts,
      order_id uuid not null references orders,
      ticket_id uuid not null references tickets,
      payout_id uuid not null references payouts,
      policy_version_id uuid not null references policy_versions,
      method text not null,
      net_minor bigint not null check (net_minor >= 0),
      tax_minor bigint not null check (tax_minor >= 0),
      total_minor bigint not null check (total_minor > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      issued_at timestamptz not null,
      unique (entity, number),
      unique (payout_id, kind),
      constraint credit_notes_whole check (net_minor + tax_minor = total_minor)
    );
    comment on column credit_notes.entity is 'the seller as its policy version names it';
    create index credit_notes_by_time on credit_notes (issued_at desc, id desc);
    create index credit_notes_by_account on credit_notes (account_id, issued_at desc, id desc);
    create index credit_notes_by_order on credit_notes (order_id, issued_at desc, id desc);
    create index credit_notes_by_ticket on credit_notes (ticket_id, issued_at desc, id desc);
    create trigger credit_notes_append_only before update or delete on credit_notes
      for each row execute function refuse_change();
    create trigger credit_notes_kept before truncate on credit_notes
      for each statement execute function refuse_change();
  `);
  await issueWhatSettled(knex);
}

async function issueWhatSettled(knex: Knex): Promise<void> {
  await knex.raw(`
    create temporary table settled_before on commit drop as
      select payout.*, event.kind, event.at as issued_at, tickets.account_id, version.id as version_id,
        version.document -> 'seller' ->> 'name' as entity
      from payouts as payout join tickets on tickets.id = payout.ticket_id
        join policy_versions as version on version.id = coalesce(purchase_version_id, policy_version_id),
        lateral (values ('credit', settled_at), ('reversal', case state when 'returned' then ended_at end)) as event (kind, at)
      where state in ('settled', 'returned') and event.at is not null;
    insert into credit_note_series (entity, last_number) select entity, count(*) from settled_before group by entity;
    insert into credit_notes (entity, number, kind, account_id, order_id, ticket_id, payout_id, policy_version_id, method, net_minor,
      tax_minor, total_minor, currency, issued_at)
    select entity, row_number() over (partition by entity order by issued_at, kind, id), kind, account_id, order_id, ticket_id, id,
      version_id, method, amount_minor - tax_minor, tax_minor, amount_minor, currency, issued_at
    from settled_before
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table credit_notes, credit_note_series; drop function keep_credit_note_series');
}
