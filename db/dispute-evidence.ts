/** Gathers what a provider is shown of a disputed payment, from what is recorded and nothing else. */

import { z } from 'zod';
import { disputeKinds } from '../domain/dispute.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { EvidencePacket, PacketDecision, PacketTicket } from '../domain/evidence-packet.ts';
import type { DisputeId, OrderId, TicketId } from '../domain/ids.ts';
import { formatMoney, money } from '../domain/money.ts';
import { ticketOutcomes, ticketPhases } from '../domain/ticket.ts';
import type { Queryable } from './database.ts';
import { explainTicket } from './decision-views.ts';
import { type OrderRow, readOrder, readTenders } from './orders.ts';
import { readPastTickets } from './past-tickets.ts';
import { readOrderPayoutViews } from './payout-views.ts';
import { versionInForce } from './policy-versions.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';

/** A course or a talk that is longer says no more to a bank; the newest is what is left out. */
const rowsPerTicketMax = 300;
/** Each measurement counts all that was used by then: the last one of a day tells the day, and the newest days the order. */
const usageDaysMax = 100;

const disputeSchema = z.object({
  provider_ref: z.string(),
  order_id: id<OrderId>(),
  kind: z.enum(disputeKinds),
  reason: z.string().nullable(),
  amount_minor: minor,
  currency,
  opened_at: instant,
});

const usageSchema = z.object({ at: instant, used_bytes: z.string(), requests: z.string().nullable() });

const ticketSchema = z.object({
  id: id<TicketId>(),
  number: z.string(),
  phase: z.enum(ticketPhases),
  outcome: z.enum(ticketOutcomes).nullable(),
  description: z.string(),
  asked_at: instant,
});

const eventSchema = z.object({ ticket_id: id<TicketId>(), at: instant, kind: z.string(), actor_role: z.string() });
const messageSchema = z.object({ ticket_id: id<TicketId>(), at: instant, body: z.string(), author_role: z.string() });

type TicketRow = z.output<typeof ticketSchema>;

/** A few statements, and one more for each ticket of the order. */
export async function compileEvidence(
  db: Queryable,
  disputeId: DisputeId,
  at: Date,
): Promise<EvidencePacket | Refusal> {
  const found: unknown = await db('disputes').where({ id: disputeId }).first();
  if (found === undefined) return refuse('not-found');
  const dispute = readRow('dispute', disputeSchema, found);
  const order = await readOrder(db, { id: dispute.order_id });
  const version = await versionInForce(db, at);
  if (order === null || version === null) return refuse('policy-missing');
  const { seller } = version.document;
  const packet = {
    sellerName: seller.name,
    contact: seller.contact,
    dispute: {
      ref: dispute.provider_ref,
      kind: dispute.kind,
      reason: dispute.reason,
      amount: formatMoney(money(dispute.amount_minor, dispute.currency)),
      openedAt: dispute.opened_at.toISOString(),
    },
    order: await orderFacts(db, order),
    usage: await usageOf(db, order.id),
    refunds: await refundsOf(db, order.id),
    tickets: await ticketsOf(db, order.id),
    pastTickets: (await readPastTickets(db, order.id)).map(({ ref, askedAt, closedAt, outcome, refunds }) => ({
      reference: ref,
      askedAt: askedAt.toISOString(),
      closedAt: closedAt.toISOString(),
      outcome,
      refunds: refunds.map(({ amount }) => formatMoney(amount)),
    })),
  };
  return { ...packet, asOf: newestIn(packet) };
}

async function orderFacts(db: Queryable, order: OrderRow): Promise<EvidencePacket['order']> {
  const tenders = await readTenders(db, [order.id]);
  const { period_from: from, period_until: until } = order;
  return {
    ref: order.ref,
    plan: order.plan_name,
    purchasedAt: order.purchased_at.toISOString(),
    period: from && until && { from: from.toISOString(), until: until.toISOString() },
    payments: tenders.map((tender) => ({
      method: tender.method,
      amount: formatMoney(money(tender.captured_minor ?? tender.amount_minor, tender.currency)),
      captureRef: tender.capture_ref,
      capturedAt: tender.captured_at.toISOString(),
      paidBackElsewhere:
        tender.elsewhere_minor === 0n ? null : formatMoney(money(tender.elsewhere_minor, tender.currency)),
    })),
  };
}

async function usageOf(db: Queryable, orderId: OrderId): Promise<EvidencePacket['usage']> {
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select * from (
       select distinct on (date_trunc('day', at, 'UTC')) at, used_bytes::text, requests::text from usage_reports
       where order_id = ? order by date_trunc('day', at, 'UTC') desc, at desc limit ${usageDaysMax}) as newest order by at`,
    [orderId],
  );
  return readRows('usage', usageSchema, rows).map((row) => ({
    measuredAt: row.at.toISOString(),
    bytes: row.used_bytes,
    requests: row.requests,
  }));
}

/** D4: what went back already, by the references by which a bank finds it. */
async function refundsOf(db: Queryable, orderId: OrderId): Promise<EvidencePacket['refunds']> {
  const payouts = await readOrderPayoutViews(db, orderId);
  return payouts
    .filter(({ state }) => ['sent', 'settled', 'returned'].includes(state))
    .map((payout) => ({
      amount: formatMoney(payout.amount),
      method: payout.method,
      state: payout.state,
      at: (payout.settledAt ?? payout.sendingAt ?? payout.createdAt).toISOString(),
      providerRef: payout.providerRef,
      bankRef: payout.bankRef,
    }));
}

/** The disputed payment's own refunds, by the ids of the provider that it is disputed at. */
export async function readRefundRefs(db: Queryable, disputeId: DisputeId): Promise<string[]> {
  const rows: unknown[] = await db('payouts')
    .join('disputes', 'disputes.tender_id', 'payouts.tender_id')
    .join('order_tenders', 'order_tenders.id', 'payouts.tender_id')
    .where('disputes.id', disputeId)
    .whereIn('payouts.state', ['sent', 'settled'])
    .whereRaw('payouts.rail = order_tenders.method')
    .orderBy('payouts.created_at')
    .pluck('payouts.provider_ref');
  return z.array(z.string()).parse(rows);
}

async function ticketsOf(db: Queryable, orderId: OrderId): Promise<PacketTicket[]> {
  const rows: unknown[] = await db('tickets')
    .where({ order_id: orderId })
    .orderBy('created_at')
    .select('id', db.raw('number::text'), 'phase', 'outcome', 'description', 'asked_at');
  const tickets = readRows('ticket', ticketSchema, rows);
  const ids = tickets.map((ticket) => ticket.id);
  const events = readRows('event', eventSchema, await firstRows(db, 'ticket_events', ids));
  const messages = readRows('message', messageSchema, await firstRows(db, 'messages', ids));
  const told: PacketTicket[] = [];
  for (const ticket of tickets) {
    told.push({
      ...headOf(ticket),
      decisions: await decisionsOf(db, ticket.id),
      course: events
        .filter(({ ticket_id }) => ticket_id === ticket.id)
        .map(({ at, kind, actor_role }) => ({ at: at.toISOString(), what: kind, who: actor_role })),
      messages: messages
        .filter(({ ticket_id }) => ticket_id === ticket.id)
        .map(({ at, body, author_role }) => ({ at: at.toISOString(), who: author_role, text: body })),
    });
  }
  return told;
}

const headOf = (ticket: TicketRow) => ({
  reference: `RD-${ticket.number}`,
  askedAt: ticket.asked_at.toISOString(),
  status: ticket.outcome ?? ticket.phase,
  description: ticket.description,
});

async function firstRows(
  db: Queryable,
  table: 'ticket_events' | 'messages',
  ids: readonly TicketId[],
): Promise<unknown[]> {
  const tie = table === 'messages' ? 'id' : 'number';
  const { rows } = await db.raw<{ rows: unknown[] }>(
    `select shown.* from unnest(?::uuid[]) as given (ticket), lateral (
       select * from ${table} where ticket_id = given.ticket order by at, ${tie} limit ${rowsPerTicketMax}) as shown`,
    [[...ids]],
  );
  return rows;
}

/** What holds; what waits for a second person, or was rejected by them, was never decided. */
async function decisionsOf(db: Queryable, ticketId: TicketId): Promise<PacketDecision[]> {
  return (await explainTicket(db, ticketId)).flatMap((view): PacketDecision[] => {
    if (view.kind !== 'decision' || view.state !== 'final') return [];
    const { assessed } = view;
    return [
      {
        at: view.at.toISOString(),
        decision: view.decision,
        amount: view.amount && formatMoney(view.amount),
        // RP-4.6: what the desk decided by itself stands on its clauses alone.
        ground: view.decidedBy === null ? '' : view.ground,
        findings: (assessed?.result.findings ?? []).map((finding) => ({
          clause: finding.clause,
          text: assessed?.texts.en[finding.clause] ?? '',
          verdict: finding.verdict,
          sentence: finding.customer.en,
        })),
        proof: assessed?.sha256 ?? null,
      },
    ];
  });
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** The packet bears the time of its newest fact and not of its making: the same facts are the same bytes. */
function newestIn(value: unknown): string {
  if (typeof value === 'string') return instantPattern.test(value) ? value : '';
  if (typeof value !== 'object' || value === null) return '';
  return (
    Object.entries(value)
      // What is still to come is no fact yet.
      .filter(([name]) => name !== 'period')
      .map(([, member]) => newestIn(member))
      .reduce((left, right) => (left > right ? left : right), '')
  );
}
