/** What bars money and remedies for good, and where a ticket goes whose grant has met it. */

import { z } from 'zod';
import { isRefusal, type Refusal } from '../domain/errors.ts';
import type { DecisionId, GrantId, OrderId, PayoutId, TenderId, TicketId } from '../domain/ids.ts';
import { type Ending, endChargedBack } from './charge-backs.ts';
import type { Transaction } from './database.ts';
import { stopGrant } from './holds.ts';
import { judgeTicket, leavesSome } from './judgements.ts';
import { checkNotPassed, paidElsewhere } from './payout-standing.ts';
import { readRow } from './row.ts';
import type { StepChange } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

/** Since a bar nothing is sent, so what has not arrived by then never will: the longest that keys are kept. */
const lastCallMs = 24 * 3_600_000;

const barSchema = z.object({ reason: z.enum(['charged_back', 'kyc_failed', 'paid_elsewhere']), since: z.date() });

export type Bar = z.output<typeof barSchema>;

/** A payout or a remedy, with what it was granted by. */
type Granted = { readonly order_id: OrderId; readonly ticket_id: TicketId } & (
  | { readonly id: PayoutId; readonly grant_id: GrantId; readonly tender_id: TenderId }
  | { readonly decision_id: DecisionId }
);

/**
 * RP-3.8, RP-5.3, R2: the money was charged back, the check on its receiver was not passed, or so much went back elsewhere
 * that the tender does not cover it any more. A decision made after a failed check knew of it and took two people, so it is
 * not barred by that check. What went elsewhere counts since a provider last told something new of the tender: no call was
 * made after that, since each is preceded by this question.
 */
export async function readBar(trx: Transaction, granted: Granted): Promise<Bar | null> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(barQuery, bindingsOf(granted));
  return rows[0] === undefined ? null : readRow('bar', barSchema, rows[0]);
}

/**
 * D5: a case that ended for the customer is `closed` where our own refunds may be all that they got, also by what is only on
 * its way. Its provider lets that go no more, and once it has ended, the case has taken the money after all.
 */
const barQuery = `
  select 'charged_back' as reason, ended_at as since from disputes
  where order_id = :order and state in ('lost', 'prevented')
  union all
  select 'charged_back', disputes.ended_at
  from payouts join disputes using (tender_id) join order_tenders on order_tenders.id = tender_id
  where payouts.id = :payout::uuid and payouts.state in ('sending', 'unknown')
    and disputes.state = 'closed' and includes_refunds and not (${paidElsewhere})
  union all
  select 'kyc_failed', released_at from (${checkNotPassed(
    ':ticket',
    'coalesce(:decision::uuid, (select decision_id from grants where id = :grant::uuid))',
  )}) as failed
  union all
  select 'paid_elsewhere', coalesce(read_at, captured_at) from order_tenders where id = :tender::uuid and ${paidElsewhere}
  order by reason, since limit 1`;

const bindingsOf = (granted: Granted) => ({
  order: granted.order_id,
  ticket: granted.ticket_id,
  decision: 'decision_id' in granted ? granted.decision_id : null,
  grant: 'grant_id' in granted ? granted.grant_id : null,
  tender: 'tender_id' in granted ? granted.tender_id : null,
  payout: 'tender_id' in granted ? granted.id : null,
});

const gateSchema = z.object({ stopped: z.boolean(), held: z.boolean(), disputed: z.boolean(), inquired: z.boolean() });

/**
 * What keeps money or a remedy back for now: a stop of all payouts, a hold of the ticket (RP-3.8, RP-5.3), an open dispute,
 * whether or not the ticket has heard of it yet (D2), an inquiry.
 */
export async function readGate(
  trx: Transaction,
  ticket: { readonly id: TicketId; readonly order_id: OrderId },
): Promise<z.output<typeof gateSchema>> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(`select ${gateColumns}`, {
    ticket: ticket.id,
    order: ticket.order_id,
  });
  return readRow('gate', gateSchema, rows[0]);
}

const gateColumns = `
  exists (select from payout_stops where resumed_at is null) as stopped,
  exists (select from holds where ticket_id = :ticket and released_at is null) as held,
  exists (select from disputes where order_id = :order and state = 'open') as disputed,
  exists (select from disputes where order_id = :order and state = 'inquiry') as inquired`;

const wayOutSchema = gateSchema.extend({
  bar: z.object({ ...barSchema.shape, since: z.string().transform((text) => new Date(text)) }).nullable(),
  taken: z.boolean(),
});

/**
 * All that may stand between a payout and its call, in one statement; `taken`: the provider of the tender told of a dispute
 * when it was last asked of the capture, whether or not its word of the dispute itself has come (D2).
 */
export async function readWayOut(
  trx: Transaction,
  payout: Extract<Granted, { readonly tender_id: TenderId }>,
): Promise<z.output<typeof wayOutSchema>> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select ${gateColumns}, (select to_jsonb(bar) from (${barQuery}) as bar) as bar,
       exists (select from order_tenders where id = :tender and disputed_minor > 0) as taken`,
    bindingsOf(payout),
  );
  return readRow('way out', wayOutSchema, rows[0]);
}

/** D3: while the bank asks about the payment only all of it may go back, so that what is granted must not be a part. */
export async function isPart(trx: Transaction, ticketId: TicketId, at: Date): Promise<boolean> {
  const judged = await judgeTicket(trx, ticketId, at);
  return isRefusal(judged) || leavesSome(judged);
}

/** Whether what was looked up in vain has had its time: a day after the bar, and after its own last call. */
export const isOver = (bar: Pick<Bar, 'since'>, calledAt: Date, at: Date): boolean =>
  at.getTime() >= Math.max(bar.since.getTime(), calledAt.getTime()) + lastCallMs;

/** The ticket goes where the bar leads it, as soon as nothing is on its way any more. */
export async function afterBar(
  trx: Transaction,
  ticket: TicketRow,
  { reason }: Bar,
  ending: Ending,
): Promise<StepChange | Refusal> {
  const { events, at, unbooked } = ending;
  if (reason === 'kyc_failed') return { ...(await stopGrant(trx, ticket, at, unbooked)), events };
  const judged = await judgeTicket(trx, ticket.id, at);
  return isRefusal(judged) ? judged : endChargedBack(trx, ticket, judged, ending);
}
