/** The ledger: append-only double entry. Each entry balances per currency when its transaction ends, or it is refused. */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table ledger_entries (
      id uuid primary key default uuidv7(),
      key text not null unique,
      kind text not null check (kind in ('capture', 'grant', 'grant_released', 'payout_sent', 'payout_settled', 'payout_failed', 'payout_returned')),
      order_id uuid not null references orders,
      tender_id uuid not null references order_tenders,
      ticket_id uuid references tickets,
      payout_id uuid references payouts,
      at timestamptz not null
    );
    create index ledger_entries_by_order on ledger_entries (order_id, at);

    create table ledger_lines (
      entry_id uuid not null references ledger_entries,
      position integer not null check (position >= 1),
      account text not null,
      side text not null check (side in ('debit', 'credit')),
      minor bigint not null check (minor > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      primary key (entry_id, position)
    );
    create index ledger_lines_by_account on ledger_lines (account, currency);

    create trigger ledger_entries_append_only before update or delete on ledger_entries
      for each row execute function refuse_change();
    create trigger ledger_lines_append_only before update or delete on ledger_lines
      for each row execute function refuse_change();
    create trigger ledger_entries_kept before truncate on ledger_entries
      for each statement execute function refuse_change();
    create trigger ledger_lines_kept before truncate on ledger_lines
      for each statement execute function refuse_change();

    create function prove_entry_balances() returns trigger language plpgsql as $$
    declare
      entry uuid;
    begin
      if tg_table_name = 'ledger_entries' then entry := new.id; else entry := new.entry_id; end if;
      if not exists (select from ledger_lines where entry_id = entry) or exists (
        select from ledger_lines where entry_id = entry group by currency
        having sum(case side when 'debit' then minor else -minor end) <> 0
      ) then
        raise exception 'ledger entry does not balance' using errcode = 'check_violation', constraint = 'ledger_entries_balance';
      end if;
      return null;
    end $$;

    create constraint trigger ledger_entries_balance after insert on ledger_entries
      deferrable initially deferred for each row execute function prove_entry_balances();
    create constraint trigger ledger_lines_balance after insert on ledger_lines
      deferrable initially deferred for each row execute function prove_entry_balances();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table ledger_lines, ledger_entries; drop function prove_entry_balances');
}
