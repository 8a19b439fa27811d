/** Rows that the stores' suites begin with, written by the stores themselves wherever they can write them. */

import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { recordDecision } from '../../db/decisions.ts';
import { keepInput, type NewInput } from '../../db/inputs.ts';
import { ensureBuyer } from '../../db/members.ts';
import { putOrder, type ReportedTender } from '../../db/order-reports.ts';
import { lockTenders, readOrder, storeCapture, type TenderRow } from '../../db/orders.ts';
import { type PayoutRow, readTicketPayouts, recordApproval } from '../../db/payouts.ts';
import { createTicket } from '../../db/ticket-creation.ts';
import { type StepChange, takeStep } from '../../db/ticket-step.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { AccountId, InputId, OrderId, PayoutId, SubjectId, TicketId } from '../../domain/ids.ts';
import { type Currency, money } from '../../domain/money.ts';
import type { Role } from '../../domain/role.ts';
import { theDesk } from '../../domain/ticket.ts';

export const noon = new Date('2026-11-22T12:00:00.000Z');

/** The value, where a refusal would mean that the builder itself is wrong. */
export function granted<Value>(value: Value): Exclude<Value, { refused: unknown }> {
  if (isRefusal(value)) throw new Error(`a builder was refused: ${value.refused}`);
  return value as Exclude<Value, { refused: unknown }>;
}

export async function aPerson(db: Database, role: Role): Promise<SubjectId> {
  const rows: { id: SubjectId }[] = await db('people')
    .insert({ email: `${role}-${randomUUID()}@example.com`, role })
    .returning('id');
  return rows[0]?.id as SubjectId;
}

export interface BuiltOrder {
  readonly id: OrderId;
  readonly ref: string;
  readonly accountId: AccountId;
  readonly subjectId: SubjectId;
  readonly tenders: readonly TenderRow[];
}

export const aTender = (minor: bigint, given: Partial<ReportedTender> = {}): ReportedTender => ({
  method: 'card',
  minor,
  taxMinor: 0n,
  currency: 'USD' as Currency,
  captureRef: `ch_${randomUUID()}`,
  capturedAt: noon,
  ...given,
});

/** An order whose provider says that everything was captured. */
export async function anOrder(
  db: Database,
  tenders: readonly ReportedTender[] = [aTender(1999n)],
): Promise<BuiltOrder> {
  return db.transaction(async (trx) => {
    const ref = `order-${randomUUID()}`;
    const buyer = await ensureBuyer(trx, { accountRef: ref, email: `${ref}@example.com`, at: noon });
    const id = granted(
      await putOrder(trx, {
        ref,
        ...buyer,
        channel: 'official',
        plan: { key: 'residential', kind: 'metered', name: 'Residential' },
        firstPurchasedAt: noon,
        purchasedAt: noon,
        period: null,
        meteredBytes: null,
        renewalOf: null,
        tenders,
        at: noon,
      }),
    );
    for (const tender of await lockTenders(trx, id)) {
      const captured = money(tender.amount_minor, tender.currency);
      const refundedElsewhere = money(0n, tender.currency);
      await storeCapture(trx, tender, { captured, refundedElsewhere, disputeBars: false }, noon);
    }
    return { id, ref, ...buyer, tenders: await lockTenders(trx, id) };
  });
}

export const anInput = (given: Partial<NewInput> = {}): NewInput => ({
  source: 'api',
  scope: 'suite',
  key: randomUUID(),
  operation: 'addNote',
  requestHash: createHash('sha256').update('a request').digest(),
  subjectId: null,
  ticketId: null,
  payoutId: null,
  body: {},
  at: noon,
  delivery: 'due',
  ...given,
});

export async function aKeptInput(db: Database, given: Partial<NewInput> = {}): Promise<InputId> {
  const kept = await db.transaction((trx) => keepInput(trx, anInput(given)));
  return kept.input.id;
}

/** A ticket in `gathering`: its materials are not complete. */
export async function aTicket(db: Database, order: BuiltOrder): Promise<TicketId> {
  return db.transaction(async (trx) => {
    const kept = await keepInput(trx, anInput({ operation: 'createTicket', delivery: 'none' }));
    const row = await readOrder(trx, { id: order.id });
    if (!row) throw new Error('the order is not there');
    const ticket = await createTicket(trx, {
      order: row,
      by: { id: order.subjectId, role: 'customer' },
      inputId: kept.input.id,
      paymentMethod: 'card',
      description: 'It does not connect.',
      fault: 'unreachable',
      networkContext: null,
      uploadIds: [],
      at: noon,
    });
    return granted(ticket);
  });
}

/** Takes a step of the desk's own with nothing but what it changes. */
export const step = (db: Database, ticketId: TicketId, change: StepChange) =>
  takeStep(db, { ticketId, inputId: null, actor: theDesk, at: noon }, async () => change);

/** A ticket that waits for its decision. */
export async function aReviewedTicket(db: Database, order: BuiltOrder): Promise<TicketId> {
  const ticketId = await aTicket(db, order);
  granted(await step(db, ticketId, { move: 'materialsCompleted', events: [{ kind: 'materialsCompleted', data: {} }] }));
  granted(await step(db, ticketId, { move: 'reviewRecorded', events: [{ kind: 'reviewRecorded', data: {} }] }));
  return ticketId;
}

/** Decides for a refund; answers as the store does, since a refusal may be what is tested. */
export async function decideRefund(
  db: Database,
  ticketId: TicketId,
  deciderId: SubjectId,
  minor: bigint | string,
  currency: Currency = 'USD',
) {
  const body = { decision: 'refund', amount: { minor: String(minor), currency }, ground: 'It never worked.' };
  const inputId = await aKeptInput(db, { operation: 'decideTicket', ticketId, body });
  const by = { id: deciderId, role: 'agent' as const };
  return recordDecision(db, { ticketId, inputId, by }, { hasRail: () => true, hasShop: false }, noon);
}

export interface BuiltClaim {
  readonly order: BuiltOrder;
  readonly ticketId: TicketId;
  readonly deciderId: SubjectId;
  readonly payouts: readonly PayoutRow[];
}

/** A claim whose refund was decided: one payout per tender that money goes back to. */
export async function aDecidedClaim(
  db: Database,
  minor: bigint,
  tenders?: readonly ReportedTender[],
): Promise<BuiltClaim> {
  const order = await anOrder(db, tenders ?? [aTender(minor)]);
  const ticketId = await aReviewedTicket(db, order);
  const deciderId = await aPerson(db, 'agent');
  granted(await decideRefund(db, ticketId, deciderId, minor));
  return { order, ticketId, deciderId, payouts: await readTicketPayouts(db, ticketId) };
}

export async function approve(db: Database, ticketId: TicketId, payoutId: PayoutId, approverId: SubjectId) {
  const inputId = await aKeptInput(db, { operation: 'approvePayout', ticketId, payoutId });
  const by = { id: approverId, role: 'finance' as const };
  return recordApproval(db, { ticketId, inputId, by }, noon);
}
