/**
 * The guard of the order's balance: a trigger commits each open payout to its tender under the tender's row lock, and
 * refuses what would exceed the captured amount (R2, R10, R11); what a payout was made as never changes (R6, R16).
 */

import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function payout_commits(state text) returns boolean immutable language sql as
      $$ select state not in ('failed', 'returned', 'cancelled', 'rehearsed') $$;

    create function commit_payout_to_tender() returns trigger language plpgsql as $$
    declare
      delta bigint := 0;
      tender order_tenders%rowtype;
    begin
      if tg_op = 'DELETE' then
        raise exception 'payouts rows are never removed' using errcode = 'restrict_violation';
      end if;
      if tg_op = 'UPDATE' then
        if (new.id, new.ticket_id, new.order_id, new.grant_id, new.tender_id, new.payout_no, new.key, new.method,
            new.amount_minor, new.currency, new.decided_by)
          is distinct from (old.id, old.ticket_id, old.order_id, old.grant_id, old.tender_id, old.payout_no, old.key,
            old.method, old.amount_minor, old.currency, old.decided_by) then
          raise exception 'a payout keeps its key, amount and origin' using errcode = 'restrict_violation';
        end if;
        if new.state <> old.state and not payout_commits(old.state) then
          raise exception 'a payout that has freed its amount stays ended' using errcode = 'restrict_violation';
        end if;
        if payout_commits(old.state) then delta := delta - old.amount_minor; end if;
      end if;
      if payout_commits(new.state) then delta := delta + new.amount_minor; end if;
      if delta = 0 then return null; end if;
      update order_tenders set committed_minor = committed_minor + delta
        where id = new.tender_id and order_id = new.order_id and currency = new.currency returning * into tender;
      if not found then
        raise exception 'the tender is not of this order and currency' using errcode = 'foreign_key_violation';
      end if;
      if delta > 0 and tender.committed_minor + tender.elsewhere_minor + tender.disputed_minor > tender.captured_minor then
        raise exception 'more would go out than came in' using errcode = 'check_violation', constraint = 'payouts_never_over';
      end if;
      return null;
    end $$;

    create trigger payouts_commit after insert or update or delete on payouts
      for each row execute function commit_payout_to_tender();
    create trigger payouts_kept before truncate on payouts
      for each statement execute function refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger payouts_kept on payouts;
    drop trigger payouts_commit on payouts;
    drop function commit_payout_to_tender;
    drop function payout_commits;
  `);
}
