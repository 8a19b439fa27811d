/**
 * Decisions. A refund is granted, split over the order's tenders and booked in the decision's own transaction, under
 * the tenders' locks: what is decided at once elsewhere on the same order sees it, or is refused (R2).
 */

import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { entriesForPayout } from '../domain/ledger.ts';
import { formatMoney, fromWire } from '../domain/money.ts';
import { allocate, type TenderShare } from '../domain/order.ts';
import { isFinal, payoutKey } from '../domain/payout.ts';
import type { TenderMethod } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Transaction } from './database.ts';
import { bookEntries } from './ledger.ts';
import { balanceOf, lockTenders } from './orders.ts';
import { readTicketPayouts } from './payouts.ts';
import type { PersonMessage } from './reviews.ts';
import { currency, readRow } from './row.ts';
import { type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const bodySchema = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('refund'), amount: z.object({ minor: z.string(), currency }), ground: z.string() }),
  z.object({ decision: z.literal('refuse'), clauses: z.array(z.string()), ground: z.string() }),
]);

type DecisionBody = z.output<typeof bodySchema>;

/** Records a refusal, or grants a refund; refuses an amount that the order's balance does not cover. */
export function recordDecision(
  db: Database,
  message: PersonMessage,
  settings: { hasRail: (method: TenderMethod) => boolean },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      if (ticket.phase === 'settling') return refuse('ticket-decided', await decider(trx, ticket));
      const body = readRow('decision input', bodySchema, input?.body);
      if (body.decision === 'refund') return grant(trx, ticket, message, body, settings.hasRail, at);
      await trx('decisions').insert(decisionColumns(ticket, message, body, at));
      // Where part of the money is out for good, the ticket ends as what it is.
      const paid = (await readTicketPayouts(trx, ticket.id)).some(({ state }) => state === 'settled');
      return {
        move: paid ? 'remainderRefused' : 'refusalDecided',
        events: [{ kind: 'refusalDecided', data: { clauses: body.clauses } }],
        notices: [
          {
            template: 'ticket-decided-refusal',
            parameters: { ground: body.ground, clauses: body.clauses },
            to: { subjectId: ticket.subject_id },
          },
        ],
      };
    },
  );
}

async function grant(
  trx: Transaction,
  ticket: TicketRow,
  message: PersonMessage,
  body: DecisionBody & { decision: 'refund' },
  hasRail: (method: TenderMethod) => boolean,
  at: Date,
): Promise<StepChange | Refusal> {
  const amount = fromWire(body.amount);
  if ((await readTicketPayouts(trx, ticket.id)).some(({ state }) => !isFinal(state))) return refuse('payout-phase');
  const tenders = await lockTenders(trx, ticket.order_id);
  const shares = allocate(amount, tenders.map(balanceOf), hasRail);
  if (isRefusal(shares)) return shares;
  const payouts = await insertGrant(trx, ticket, message, body, shares, at);
  await bookEntries(
    trx,
    payouts.flatMap((payout) =>
      entriesForPayout(
        { id: payout.id, method: payout.share.method, amount: payout.share.amount },
        null,
        'granted',
      ).map((entry) => ({
        entry,
        orderId: ticket.order_id,
        tenderId: payout.share.tenderId,
        ticketId: ticket.id,
        payoutId: payout.id,
      })),
    ),
    at,
  );
  return {
    move: 'refundDecided',
    events: [
      {
        kind: 'refundDecided',
        data: { minor: body.amount.minor, currency: body.amount.currency, payouts: payouts.map((payout) => payout.id) },
      },
    ],
    notices: [
      {
        template: 'ticket-decided-refund',
        parameters: { amount: formatMoney(amount), ground: body.ground },
        to: { subjectId: ticket.subject_id },
      },
      { template: 'payout-awaiting-approval', parameters: { amount: formatMoney(amount) }, to: { role: 'finance' } },
    ],
  };
}

/** Decision, grant and numbered payouts in two statements; keys are stored here, before any call can be made. */
async function insertGrant(
  trx: Transaction,
  ticket: TicketRow,
  message: PersonMessage,
  body: DecisionBody & { decision: 'refund' },
  shares: readonly TenderShare[],
  at: Date,
): Promise<{ id: string; share: TenderShare }[]> {
  const numbered: unknown[] = await trx('orders')
    .where({ id: ticket.order_id })
    .increment('last_payout_no', shares.length)
    .returning('last_payout_no');
  const { last_payout_no: last } = readRow('order number', z.object({ last_payout_no: z.number().int() }), numbered[0]);
  const rows = shares.map((share, index) => {
    const payoutNo = last - shares.length + 1 + index;
    return {
      tender_id: share.tenderId,
      payout_no: payoutNo,
      key: payoutKey(ticket.order_id, payoutNo),
      method: share.method,
      amount_minor: share.amount.minor.toString(),
      currency: share.amount.currency,
    };
  });
  const inserted = await trx.raw<{ rows: { id: string; payout_no: number }[] }>(
    `with decision as (
       insert into decisions (ticket_id, decided_by, decision, ground, clauses, amount_minor, currency, at, input_id)
       values (:ticket, :by, 'refund', :ground, '{}', :minor, :currency, :at, :input) returning id
     ), granted as (
       insert into grants (ticket_id, order_id, decision_id, amount_minor, currency, at)
       select :ticket, :order, id, :minor, :currency, :at from decision returning id
     )
     insert into payouts (ticket_id, order_id, grant_id, tender_id, payout_no, key, method, amount_minor, currency, state, decided_by, created_at, updated_at)
     select :ticket, :order, granted.id, tender_id, payout_no, key, method, amount_minor, currency, 'granted', :by, :at, :at
     from granted, jsonb_to_recordset(:rows::jsonb) as (tender_id uuid, payout_no integer, key text, method text, amount_minor bigint, currency text)
     order by payout_no returning id, payout_no`,
    {
      ticket: ticket.id,
      order: ticket.order_id,
      by: message.by.id,
      ground: body.ground,
      minor: body.amount.minor,
      currency: body.amount.currency,
      at,
      input: message.inputId,
      rows: JSON.stringify(rows),
    },
  );
  return inserted.rows.flatMap((row) => {
    const share = shares[row.payout_no - (last - shares.length + 1)];
    return share ? [{ id: row.id, share }] : [];
  });
}

const decisionColumns = (
  ticket: TicketRow,
  message: PersonMessage,
  body: DecisionBody & { decision: 'refuse' },
  at: Date,
) => ({
  ticket_id: ticket.id,
  decided_by: message.by.id,
  decision: body.decision,
  ground: body.ground,
  clauses: body.clauses,
  at,
  input_id: message.inputId,
});

async function decider(trx: Transaction, ticket: TicketRow): Promise<{ decidedBy: string }> {
  const row: unknown = await trx('decisions').where({ ticket_id: ticket.id }).orderBy('at', 'desc').first('decided_by');
  return { decidedBy: readRow('decision', z.object({ decided_by: z.uuid() }), row).decided_by };
}
