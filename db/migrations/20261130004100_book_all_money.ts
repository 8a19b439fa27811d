/**
 * The ledger in full: tax apart from net, what went back elsewhere, disputes and costs; which accounts are pending; and the
 * ways by which finance looks into it. What was known before and not booked yet is booked here, its tax unsplit.
 */

import type { Knex } from 'knex';

const kindsBefore = `'capture', 'grant', 'grant_released', 'payout_sent', 'payout_settled', 'payout_failed', 'payout_returned'`;
const kinds = `${kindsBefore}, 'capture_corrected', 'refunded_elsewhere', 'dispute_opened', 'dispute_lost', 'dispute_reinstated', 'dispute_fee',
  'refund_fee', 'exchange_difference'`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table payouts add column tax_minor bigint not null default 0,
      add constraint payouts_tax_inside check (tax_minor between 0 and amount_minor);
    comment on column payouts.tax_minor is 'the tax in its amount, in the order’s ratio';

    alter table order_tenders
      add column committed_tax_minor bigint not null default 0 check (committed_tax_minor >= 0),
      add column elsewhere_tax_minor bigint not null default 0 check (elsewhere_tax_minor >= 0),
      add column last_change_no integer not null default 0;
    comment on column order_tenders.committed_tax_minor is 'the tax in committed_minor; kept by a trigger of payouts';
    comment on column order_tenders.last_change_no is 'numbers what a provider corrected, for its key in the ledger';

    create function commit_payout_tax() returns trigger language plpgsql as $$
    declare
      delta bigint := 0;
    begin
      if tg_op = 'UPDATE' then
        if new.tax_minor <> old.tax_minor then
          raise exception 'a payout keeps its tax' using errcode = 'restrict_violation';
        end if;
        if payout_commits(old.state) then delta := delta - old.tax_minor; end if;
      end if;
      if payout_commits(new.state) then delta := delta + new.tax_minor; end if;
      if delta <> 0 then
        update order_tenders set committed_tax_minor = committed_tax_minor + delta where id = new.tender_id;
      end if;
      return null;
    end $$;
    create trigger payouts_commit_tax after insert or update on payouts
      for each row execute function commit_payout_tax();

    alter table ledger_entries drop constraint ledger_entries_kind_check,
      add constraint ledger_entries_kind_check check (kind in (${kinds})),
      add column dispute_id uuid references disputes;
    drop index ledger_entries_by_order;
    create index ledger_entries_by_time on ledger_entries (at desc, id desc);
    create index ledger_entries_by_order on ledger_entries (order_id, at desc, id desc);
    create index ledger_entries_by_kind on ledger_entries (kind, at desc, id desc);
    create index ledger_entries_by_payout on ledger_entries (payout_id, at desc, id desc) where payout_id is not null;

    alter table ledger_lines add column at timestamptz;
    alter table ledger_lines disable trigger ledger_lines_append_only;
    update ledger_lines set at = ledger_entries.at from ledger_entries where ledger_entries.id = entry_id;
    alter table ledger_lines enable trigger ledger_lines_append_only;
    alter table ledger_lines alter column at set not null;
    comment on column ledger_lines.at is 'that of its entry, so that an account is read in the order of time';
    drop index ledger_lines_by_account;
    create index ledger_lines_by_account on ledger_lines (account, at desc, entry_id desc) include (side, minor, currency);

    create function ledger_standing(account text) returns text immutable language sql as $$
      select case when account = 'refunds_payable' or account like 'transit:%' or account like 'disputed:%'
        then 'pending' else 'posted' end
    $$;
    create view ledger_balances as
      select order_id, tender_id, account, currency, ledger_standing(account) as standing,
        sum(case side when 'debit' then minor else -minor end)::bigint as minor
      from ledger_entries join ledger_lines on entry_id = ledger_entries.id
      group by order_id, tender_id, account, currency;
    comment on view ledger_balances is 'debits less credits';
  `);
  await bookWhatWasKnown(knex);
}

/** What a provider had said before this migration, as one entry for each fact. */
async function bookWhatWasKnown(knex: Knex): Promise<void> {
  await knex.raw(`
    with known as (
      select 'refunded_elsewhere/' || tender.id || '/0' as key, 'refunded_elsewhere' as kind, order_id, tender.id as tender_id,
        null::uuid as dispute_id, read_at as at, 'refunds' as debit, 'provider:' || method as credit, elsewhere_minor as minor, currency
      from order_tenders as tender where elsewhere_minor > 0
      union all
      select move.kind || '/' || dispute.id || '/known', move.kind, dispute.order_id, dispute.tender_id, dispute.id, dispute.told_at,
        move.debit, move.credit, dispute.amount_minor, dispute.currency
      from disputes as dispute join order_tenders as tender on tender.id = dispute.tender_id, lateral (values
        ('dispute_opened', 'disputed:' || method, 'provider:' || method),
        ('dispute_lost', 'losses:disputes', 'disputed:' || method)) as move (kind, debit, credit)
      where dispute.amount_minor > 0
        and (dispute.state in ('lost', 'prevented') or dispute.state = 'open' and move.kind = 'dispute_opened')
    ), booked as (
      insert into ledger_entries (key, kind, order_id, tender_id, dispute_id, at)
      select key, kind, order_id, tender_id, dispute_id, at from known returning id, key
    )
    insert into ledger_lines (entry_id, position, account, side, minor, currency, at)
    select booked.id, line.position, line.account, line.side, known.minor, known.currency, known.at
    from booked join known using (key),
      lateral (values (1, known.debit, 'debit'), (2, known.credit, 'credit')) as line (position, account, side)
  `);
}

/** Refused once there are entries of the kinds that it brought, since no entry is ever removed. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view ledger_balances;
    drop function ledger_standing;
    drop index ledger_lines_by_account;
    alter table ledger_lines drop column at;
    create index ledger_lines_by_account on ledger_lines (account, currency);
    drop index ledger_entries_by_time, ledger_entries_by_order, ledger_entries_by_kind, ledger_entries_by_payout;
    create index ledger_entries_by_order on ledger_entries (order_id, at);
    alter table ledger_entries drop column dispute_id, drop constraint ledger_entries_kind_check,
      add constraint ledger_entries_kind_check check (kind in (${kindsBefore}));
    drop trigger payouts_commit_tax on payouts;
    drop function commit_payout_tax;
    alter table order_tenders drop column committed_tax_minor, drop column elsewhere_tax_minor, drop column last_change_no;
    alter table payouts drop column tax_minor;
  `);
}
