/**
 * Which orders an incident covers, as SQL over rows that the statement names `incidents` and `orders`: the same as the pure
 * `coverageOf` in `domain/incident.ts`, and found by index from either side.
 */

const term = 'tstzrange(coalesce(orders.period_from, orders.purchased_at), orders.period_until)';
const window = 'tstzrange(incidents.from_at, incidents.until_at)';

const samePlan = `(incidents.plan_kinds = '{}' or orders.plan_kind = any (incidents.plan_kinds))`;
const sameTime = `${term} && ${window}`;
const samePlace = `(incidents.places = '{}' or orders.places && incidents.places)`;

const isAssigned = 'exists (select from order_egress where order_id = orders.id)';
const meetsAssigned = `exists (select from order_egress join unnest(incidents.egress) as named (range) on order_egress.range && named.range
  where order_id = orders.id)`;

/** Exits that the order's tickets saw: a ticket that is closed has seen them none the less. */
const seen = `(select ticket_egress.egress as exit from tickets join ticket_egress on ticket_egress.ticket_id = tickets.id
  where tickets.order_id = orders.id)`;
const isSeen = `exists (select from ${seen} as seen)`;
const meetsSeen = `exists (select from ${seen} as seen join unnest(incidents.egress) as named (range) on seen.exit && named.range)`;

const sameEgress = `(incidents.egress = '{}' or ${meetsAssigned} or (not ${isAssigned} and ${meetsSeen}))`;

/** Whether the incident covers the order. */
export const covers = `(${samePlan} and ${sameTime} and ${samePlace} and ${sameEgress})`;

/** The `Coverage` that `coverageOf` gives. */
export const coverage = `(case
  when not ${samePlan} then 'other_plan'
  when not ${sameTime} then 'other_time'
  when not ${samePlace} then case when orders.places = '{}' then 'place_unknown' else 'other_place' end
  when ${sameEgress} then 'covered'
  when ${isAssigned} or ${isSeen} then 'other_egress'
  else 'egress_unknown' end)`;

/**
 * Of an incident that names exits, the orders that may be covered, found by them: with it a statement looks at no other.
 * The incident's row is named `incidents`.
 */
const touchedByEgress = `(
  select order_id from order_egress join unnest(incidents.egress) as named (range) on order_egress.range && named.range
  union select tickets.order_id from ticket_egress join unnest(incidents.egress) as named (range) on ticket_egress.egress && named.range
    join tickets on tickets.id = ticket_egress.ticket_id)`;

/** Joins an incident's row to the orders that it covers. */
export const joinCovered = ({ egress }: { readonly egress: readonly string[] }): string =>
  egress.length === 0
    ? `join orders on ${covers}`
    : // As an array, since nobody can tell beforehand how few they are, and all orders would be read in their place.
      `join orders on orders.id = any (array${touchedByEgress}) and ${covers}`;
