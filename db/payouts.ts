/** Payouts in Postgres: their rows, and the steps that finance, the paying activity and the provider's reports take. */

import { z } from 'zod';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { GrantId, InputId, OrderId, PayoutId, SubjectId, TenderId, TicketId } from '../domain/ids.ts';
import { entriesForPayout } from '../domain/ledger.ts';
import { formatMoney, type Money, money } from '../domain/money.ts';
import {
  frees,
  isFinal,
  leftUs,
  type PayoutChange,
  type PayoutState,
  payoutStates,
  reduceReport,
} from '../domain/payout.ts';
import { type OutcomeUnknown, type RailReport, tenderMethods } from '../domain/rail.ts';
import { type Actor, moveAfterPayouts, type TicketSnapshot } from '../domain/ticket.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { bookEntries } from './ledger.ts';
import type { PersonMessage } from './reviews.ts';
import { currency, id, instant, minor, readRow, readRows } from './row.ts';
import { type NewNotice, type StepChange, takeStep } from './ticket-step.ts';
import type { TicketRow } from './tickets.ts';

const payoutSchema = z.object({
  id: id<PayoutId>(),
  ticket_id: id<TicketId>(),
  order_id: id<OrderId>(),
  grant_id: id<GrantId>(),
  tender_id: id<TenderId>(),
  payout_no: z.number().int(),
  key: z.string(),
  method: z.enum(tenderMethods),
  amount_minor: minor,
  currency,
  state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
  decided_by: id<SubjectId>().nullable(),
  approval: z.enum(['finance', 'limit']).nullable(),
  approved_by: id<SubjectId>().nullable(),
  approved_at: instant.nullable(),
  sending_at: instant.nullable(),
  settled_at: instant.nullable(),
  ended_at: instant.nullable(),
  checked_at: instant.nullable(),
  provider_ref: z.string().nullable(),
  bank_ref: z.string().nullable(),
  reason: z.string().nullable(),
  created_at: instant,
  updated_at: instant,
});

export type PayoutRow = z.output<typeof payoutSchema>;

export const readPayoutRows = (rows: readonly unknown[]): PayoutRow[] => readRows('payout', payoutSchema, rows);

export async function readPayout(db: Queryable, payoutId: PayoutId): Promise<PayoutRow | null> {
  const row: unknown = await db('payouts').where({ id: payoutId }).first();
  return row === undefined ? null : readRow('payout', payoutSchema, row);
}

/** Payouts of one ticket, in order of their number. */
export async function readTicketPayouts(db: Queryable, ticketId: TicketId): Promise<PayoutRow[]> {
  return readPayoutRows(await db('payouts').where({ ticket_id: ticketId }).orderBy('payout_no'));
}

/** Ids of all payouts ever made of each tender, whatever became of them. */
export async function readTenderPayoutIds(
  db: Queryable,
  tenderIds: readonly TenderId[],
): Promise<Map<TenderId, PayoutId[]>> {
  const rows = readPayoutRows(await db('payouts').whereIn('tender_id', [...tenderIds]));
  const idsOf = (tenderId: TenderId) => rows.filter((row) => row.tender_id === tenderId).map((row) => row.id);
  return new Map(tenderIds.map((tenderId) => [tenderId, idsOf(tenderId)]));
}

export const amountOf = (payout: PayoutRow): Money => money(payout.amount_minor, payout.currency);

/** Where a provider's report belongs: by our metadata, else by the provider's own id. */
export async function findPayout(
  db: Queryable,
  by: { payoutId: string | null; method: string; providerRef: string },
): Promise<PayoutRow | null> {
  const row: unknown = await db('payouts')
    .where((query) => {
      void query.where({ method: by.method, provider_ref: by.providerRef });
      if (by.payoutId) void query.orWhere({ id: by.payoutId });
    })
    .first();
  return row === undefined ? null : readRow('payout', payoutSchema, row);
}

/** Moves a payout's row and books what that means. The row's ticket is locked by the step. */
export async function movePayout(
  trx: Transaction,
  payout: PayoutRow,
  change: PayoutChange,
  at: Date,
  more: Record<string, unknown> = {},
): Promise<void> {
  const moved = await trx('payouts')
    .where({ id: payout.id, state: payout.state })
    .update({
      state: change.state,
      ...(change.providerRef === undefined ? {} : { provider_ref: change.providerRef }),
      ...(change.bankRef === undefined ? {} : { bank_ref: change.bankRef }),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.state === 'sending' ? { sending_at: payout.sending_at ?? at } : {}),
      ...(change.state === 'settled' ? { settled_at: at } : {}),
      ...(frees(change.state) ? { ended_at: at } : {}),
      updated_at: at,
      ...more,
    });
  // The ticket's lock makes this impossible; were it not so, nothing may be booked.
  if (moved !== 1) throw new Error('a payout was moved by someone else');
  const entries = entriesForPayout(
    { id: payout.id, method: payout.method, amount: amountOf(payout) },
    payout.state,
    change.state,
  );
  await bookEntries(
    trx,
    entries.map((entry) => ({
      entry,
      orderId: payout.order_id,
      tenderId: payout.tender_id,
      ticketId: payout.ticket_id,
      payoutId: payout.id,
    })),
    at,
  );
}

/** Finance releases a payout; the one who decided may not (maker and checker). */
export function recordApproval(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      const payout = await ownPayout(trx, ticket, input?.payout_id);
      if (payout?.state !== 'granted') return refuse('payout-phase', payout ? { state: payout.state } : {});
      if (payout.decided_by === message.by.id) return refuse('approver-decided');
      await movePayout(trx, payout, { state: 'approved' }, at, {
        approval: 'finance',
        approved_by: message.by.id,
        approved_at: at,
      });
      return {
        events: [{ kind: 'payoutApproved', data: about(payout) }],
        notices: [
          {
            template: 'payout-approved',
            parameters: { amount: formatMoney(amountOf(payout)), method: payout.method },
            to: { subjectId: ticket.subject_id },
          },
        ],
      };
    },
  );
}

/** Finance says no to a payout that has not left, or gives up one that failed or came back: the ticket is decided anew. */
export function recordDecline(db: Database, message: PersonMessage, at: Date): Promise<TicketSnapshot | Refusal> {
  return takeStep(
    db,
    { ticketId: message.ticketId, inputId: message.inputId, actor: message.by, at },
    async (trx, ticket, input) => {
      const payout = await ownPayout(trx, ticket, input?.payout_id);
      if (!payout || ticket.phase !== 'settling') return refuse('payout-phase', payout ? { state: payout.state } : {});
      const events = [{ kind: 'payoutDeclined', data: about(payout) }];
      if (payout.state === 'granted' || payout.state === 'approved') {
        await movePayout(trx, payout, { state: 'cancelled', reason: 'declined' }, at);
        return { ...moveOf(await grantStates(trx, payout)), events };
      }
      if (payout.state !== 'failed' && payout.state !== 'returned')
        return refuse(leftUs(payout.state) ? 'payout-sent' : 'payout-phase', { state: payout.state });
      // Of any grant: an older payout that is declined again must not free a ticket whose newer one is on its way.
      const open = (await readTicketPayouts(trx, ticket.id)).filter(({ state }) => !isFinal(state)).length;
      if (open > 0) return refuse('payout-phase', { open });
      return { move: 'payoutDeclined', events };
    },
  );
}

/**
 * Records what a provider reports, by answer, look-up or webhook: one reducer, indifferent to order and repetition.
 * Settled payouts close their ticket in the same transaction; money that came back opens it again where it can.
 */
export function recordReport(
  db: Database,
  given: { ticketId: TicketId; payoutId: PayoutId; inputId: InputId | null; report: RailReport | OutcomeUnknown },
  at: Date,
): Promise<TicketSnapshot | Refusal> {
  const actor: Actor = { id: null, role: 'provider' };
  return takeStep(db, { ticketId: given.ticketId, inputId: given.inputId, actor, at }, async (trx, ticket) => {
    const payout = await ownPayout(trx, ticket, given.payoutId);
    const change = payout && reduceReport(payout.state, given.report);
    if (!payout) return null;
    if (!change) return noteBankRef(trx, payout, given.report, at);
    await movePayout(trx, payout, change, at, { checked_at: at });
    const states = await grantStates(trx, payout);
    const reopens = ticket.phase === 'closed' && change.state === 'returned' && !(await otherClaim(trx, ticket));
    return {
      ...(ticket.phase === 'settling' ? moveOf(states) : reopens ? { move: 'payoutReturned' as const } : {}),
      events: [{ kind: eventOf(change.state), data: { ...about(payout), ...reasonOf(change) } }],
      notices: noticesOf(ticket, payout, change),
    };
  });
}

/** S9: the bank's reference may come after the rail's last word; it moves nothing. */
async function noteBankRef(
  trx: Transaction,
  payout: PayoutRow,
  report: RailReport | OutcomeUnknown,
  at: Date,
): Promise<StepChange | null> {
  const bankRef = report.status === 'settled' ? report.bankRef : undefined;
  if (payout.state !== 'settled' || payout.bank_ref !== null || bankRef === undefined) return null;
  await trx('payouts').where({ id: payout.id }).update({ bank_ref: bankRef, updated_at: at });
  return { events: [{ kind: 'payoutReferenceKnown', data: about(payout) }] };
}

const eventOf = (state: PayoutState): string => `payout${state.charAt(0).toUpperCase()}${state.slice(1)}`;

const reasonOf = (change: PayoutChange): { reason?: string } => (change.reason ? { reason: change.reason } : {});

function noticesOf(ticket: TicketRow, payout: PayoutRow, change: PayoutChange): NewNotice[] {
  const amount = formatMoney(amountOf(payout));
  const customer = { subjectId: ticket.subject_id };
  const reference = change.providerRef ?? payout.provider_ref ?? '';
  switch (change.state) {
    case 'sent':
      return [{ template: 'payout-sent', parameters: { amount, reference }, to: customer }];
    case 'settled':
      return [
        {
          template: 'payout-settled',
          parameters: { amount, reference, bankReference: change.bankRef ?? null },
          to: customer,
        },
      ];
    case 'failed':
    case 'cancelled':
      return [
        {
          template: 'payout-failed',
          parameters: { amount, reason: change.reason ?? change.state },
          to: { role: 'finance' },
        },
      ];
    case 'returned':
      return [
        {
          template: 'payout-returned',
          parameters: { amount, reason: change.reason ?? change.state },
          to: { role: 'finance' },
        },
        { template: 'payout-returned', parameters: { amount, reason: change.reason ?? change.state }, to: customer },
      ];
    default:
      return [];
  }
}

export const moveOf = (states: readonly PayoutState[]): Pick<StepChange, 'move'> => {
  const move = moveAfterPayouts(states);
  return move ? { move } : {};
};

export const about = (payout: PayoutRow) => ({
  payoutId: payout.id,
  payoutNo: payout.payout_no,
  minor: payout.amount_minor.toString(),
  currency: payout.currency,
  method: payout.method,
});

export async function ownPayout(
  trx: Transaction,
  ticket: TicketRow,
  payoutId: PayoutId | null | undefined,
): Promise<PayoutRow | null> {
  const payout = payoutId ? await readPayout(trx, payoutId) : null;
  return payout?.ticket_id === ticket.id ? payout : null;
}

/** States of the payouts of one grant, as they now stand in this transaction. */
export async function grantStates(trx: Transaction, payout: PayoutRow): Promise<PayoutState[]> {
  return readPayoutRows(await trx('payouts').where({ grant_id: payout.grant_id }).orderBy('payout_no')).map(
    (row) => row.state,
  );
}

async function otherClaim(trx: Transaction, ticket: TicketRow): Promise<boolean> {
  return (
    (await trx('tickets').where({ order_id: ticket.order_id }).whereNot({ phase: 'closed' }).first('id')) !== undefined
  );
}
