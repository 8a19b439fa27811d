/**
 * What the finance board needs of a payout: since when it is in its state, why somebody must look at it, and in which
 * transaction it changed last, which listeners hear of at its commit. Triggers keep it, whoever writes the row.
 */

import type { Knex } from 'knex';

const columns = `
  alter table payouts add column state_since timestamptz, add column attention text, add column attention_since timestamptz,
    add column changed_in xid8 not null default pg_current_xact_id();
  alter table payout_stops add column changed_in xid8 not null default pg_current_xact_id();
  comment on column payouts.attention is 'why finance must look at it; empty once its money goes another way';
  comment on column payouts.changed_in is 'the transaction that changed it last, by which a listener takes up again';

  create function payout_attention(state text, reason text) returns text immutable language sql as $$
    select case
      when state in ('sent', 'failed') and reason in ('insufficient_funds', 'balance_insufficient') then 'insufficient_funds'
      when state in ('unknown', 'failed', 'returned') then state
      when state = 'sent' and reason = 'requires_action' then 'requires_action'
      when state in ('granted', 'approved', 'sending') and reason is not null then 'held'
    end $$;

  update payouts set
    state_since = case state when 'granted' then created_at when 'approved' then approved_at when 'sending' then sending_at
      when 'settled' then settled_at when 'unknown' then updated_at when 'sent' then updated_at else ended_at end,
    attention = payout_attention(state, reason);
  update payouts set attention = null from tickets where tickets.id = ticket_id and state in ('failed', 'returned')
    and tickets.phase <> 'settling' and (state = 'failed' or tickets.closed_at is null or tickets.closed_at > ended_at);
  update payouts as former set attention = null from payouts as next where former.state in ('failed', 'returned')
    and next.ticket_id = former.ticket_id and next.payout_no > former.payout_no
    and (next.tender_id = former.tender_id or next.grant_id <> former.grant_id);
  update payouts set attention_since = state_since where attention is not null;

  alter table payouts alter column state_since set not null,
    add constraint payouts_attention_dated check ((attention is null) = (attention_since is null)),
    add constraint payouts_attention_named check
      (attention in ('unknown', 'failed', 'returned', 'held', 'requires_action', 'insufficient_funds'));`;

/** What somebody has seen to is told by a newer payout, or by the ticket's leaving for another phase. */
const triggers = `
  create function watch_payout() returns trigger language plpgsql as $$
  begin
    if tg_op = 'INSERT' or new.state <> old.state then new.state_since := new.updated_at; end if;
    if tg_op = 'INSERT' or (new.state, new.reason) is distinct from (old.state, old.reason) then
      new.attention := payout_attention(new.state, new.reason);
    end if;
    if new.attention is null then new.attention_since := null;
    elsif tg_op = 'INSERT' or new.attention is distinct from old.attention then new.attention_since := new.updated_at;
    end if;
    new.changed_in := pg_current_xact_id();
    return new;
  end $$;
  create trigger payouts_watched before insert or update on payouts for each row execute function watch_payout();

  create function follow_payout() returns trigger language plpgsql as $$
  begin
    update payouts set attention = null, updated_at = new.created_at
      where ticket_id = new.ticket_id and payout_no < new.payout_no and state in ('failed', 'returned')
        and attention is not null and (tender_id = new.tender_id or grant_id <> new.grant_id);
    return null;
  end $$;
  create trigger payouts_followed after insert on payouts for each row execute function follow_payout();

  create function leave_payouts() returns trigger language plpgsql as $$
  begin
    update payouts set attention = null, updated_at = new.updated_at
      where ticket_id = new.id and state in ('failed', 'returned') and attention is not null;
    return null;
  end $$;
  create trigger tickets_leave_payouts after update of phase on tickets for each row
    when (old.phase = 'settling' and new.phase <> 'settling') execute function leave_payouts();`;

/**
 * A notice is queued in the order of commits, and tells the oldest transaction that was under way when it was written:
 * whoever hears it has heard of all that was changed before that one. Ids, states and instants only.
 */
const announcements = `
  create function announce_change(said jsonb) returns void language sql as $$
    select pg_notify('payout_changes', (said || jsonb_build_object('position', pg_snapshot_xmin(pg_current_snapshot())::text))::text)
  $$;
  create function announce_payout() returns trigger language plpgsql as $$
  begin
    perform announce_change(jsonb_build_object('kind', 'payout', 'id', new.id, 'ticketId', new.ticket_id,
      'state', new.state, 'at', to_char(new.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
    return null;
  end $$;
  create trigger payouts_announced after insert or update on payouts for each row execute function announce_payout();

  create function announce_payout_stop() returns trigger language plpgsql as $$
  begin
    perform announce_change(jsonb_build_object('kind', 'stop', 'stopped', new.resumed_at is null,
      'at', to_char(coalesce(new.resumed_at, new.stopped_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
    return null;
  end $$;
  create trigger payout_stops_announced after insert or update on payout_stops
    for each row execute function announce_payout_stop();
  create function watch_payout_stop() returns trigger language plpgsql as $$
  begin
    new.changed_in := pg_current_xact_id();
    return new;
  end $$;
  create trigger payout_stops_watched before update on payout_stops for each row execute function watch_payout_stop();`;

/** A page has its rows in order from one of these, whatever it is narrowed to; sums are read from that of the cells. */
const indexes = `
  drop index payouts_by_state;
  create index payouts_by_state on payouts (state, rail, created_at desc, id desc);
  create index payouts_by_state_since on payouts (state, rail, state_since, id);
  create index payouts_by_cell on payouts (state, rail, currency) include (amount_minor, state_since);
  create index payouts_by_since on payouts (state_since, id);
  create index payouts_by_currency on payouts (currency, created_at desc, id desc);
  create index payouts_by_currency_since on payouts (currency, state_since, id);
  create index payouts_by_attention on payouts (state_since, id) where attention is not null;
  create index payouts_passing on payouts (state, state_since, id) where state in ('approved', 'sending');
  create index payouts_by_provider_text on payouts (provider_ref text_pattern_ops);
  create index payouts_by_bank_text on payouts (bank_ref text_pattern_ops);
  create index payouts_by_change on payouts (changed_in);`;

export async function up(knex: Knex): Promise<void> {
  for (const part of [columns, triggers, announcements, indexes]) await knex.raw(part);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger payout_stops_watched on payout_stops;
    drop trigger payout_stops_announced on payout_stops;
    drop trigger payouts_announced on payouts;
    drop trigger tickets_leave_payouts on tickets;
    drop trigger payouts_followed on payouts;
    drop trigger payouts_watched on payouts;
    drop function watch_payout_stop, announce_payout_stop, announce_payout, announce_change(jsonb), leave_payouts,
      follow_payout, watch_payout, payout_attention(text, text);
    drop index payouts_by_state, payouts_by_state_since, payouts_by_cell, payouts_by_since, payouts_by_currency, payouts_by_currency_since,
      payouts_by_attention, payouts_passing, payouts_by_provider_text, payouts_by_bank_text, payouts_by_change;
    create index payouts_by_state on payouts (state, created_at desc, id desc);
    alter table payouts drop column state_since, drop column attention, drop column attention_since, drop column changed_in;
    alter table payout_stops drop column changed_in;
  `);
}
