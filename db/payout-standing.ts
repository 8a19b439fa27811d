/** What is asked of payouts in many queries, in one place: which count for their ticket, and which are to be called off. */

import { paidAfterAll } from '../domain/payout.ts';

/** Those that no other has taken the place of (RP-4.4). */
export const standing = 'not exists (select from payouts as newer where newer.replaces = payouts.id)';

/**
 * RP-5.3: when the newest check of the ticket was not passed, if that was since the decision; who decides after that knows of it.
 * Both are given as the query knows them.
 */
export const checkNotPassed = (ticketId: string, decisionId: string): string => `
  select released_at from (
    select result, released_at from holds where ticket_id = ${ticketId} and kind = 'kyc' order by placed_at desc limit 1
  ) as newest where result in ('failed', 'timed_out')
    and released_at > coalesce((select at from decisions where id = ${decisionId}), '-infinity')`;

/**
 * R2: what went back elsewhere leaves less of the tender than is granted of it. What a dispute takes is left out: it may be
 * won, while this lasts unless what went elsewhere comes back.
 */
export const paidElsewhere = 'committed_minor + elsewhere_minor > captured_minor';

const isPaidElsewhere = `exists (select from order_tenders where id = payouts.tender_id and ${paidElsewhere})`;

/**
 * At finance's wish; and what waits for somebody once the money was charged back (RP-3.8), once the check on its receiver
 * was not passed, once it went back elsewhere (R2), or where its provider said that the payout in whose place it stands was
 * made after all: whoever it waits for would pay what must not go, or once more.
 */
export const toCallOff = `payouts.state = 'sent' and (payouts.cancel_asked_at is not null
  or payouts.reason in ('requires_action', 'awaits_person') and (
    exists (select from disputes where order_id = payouts.order_id and disputes.state in ('lost', 'prevented'))
    or exists (${checkNotPassed('payouts.ticket_id', '(select decision_id from grants where grants.id = payouts.grant_id)')})
    or ${isPaidElsewhere}
    or exists (select from payouts as former where (former.ticket_id, former.grant_id, former.tender_id)
      = (payouts.ticket_id, payouts.grant_id, payouts.tender_id) and former.reason = '${paidAfterAll}')))`;

/**
 * What keeps one back that a person is to pay by hand: they may have been told of it before. An inquiry keeps back a part
 * (D3), as the gate has it, and all of the money may go: its ticket may not have heard of it yet, and so have no hold.
 */
export const keptBack = `case when payouts.state = 'sent' and payouts.rail = 'manual' then case
  when exists (select from payout_stops where resumed_at is null) then 'stopped'
  when ${isPaidElsewhere} then 'paid_elsewhere'
  when exists (select from disputes where order_id = payouts.order_id and disputes.state = 'open') then 'disputed'
  when exists (select from holds where ticket_id = payouts.ticket_id and released_at is null) then 'held'
  when exists (select from disputes where order_id = payouts.order_id and disputes.state = 'inquiry')
    and exists (select from order_tenders where order_id = payouts.order_id and method <> 'promotional_credit'
      and captured_minor > committed_minor + elsewhere_minor + disputed_minor) then 'inquiry' end end`;

/** Who said that it was paid by hand. */
export const paidByHandBy = `case when payouts.state = 'settled' and payouts.rail = 'manual'
  then (select recorded_by from manual_payments where payout_id = payouts.id) end`;
