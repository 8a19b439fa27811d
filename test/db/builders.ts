/** Rows that the stores' suites begin with, written by the stores themselves wherever they can write them. */

import { createHash, randomUUID } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { recordConfirmation, recordDecision } from '../../db/decisions.ts';
import type { GrantSettings } from '../../db/grants.ts';
import { keepInput, type NewInput } from '../../db/inputs.ts';
import { ensureBuyer } from '../../db/members.ts';
import { type NewOrderIncident, noteOrderIncident } from '../../db/order-incidents.ts';
import {
  putOrder,
  type ReportedOrder,
  type ReportedTender,
  type ReportedUsage,
  reportUsage,
} from '../../db/order-reports.ts';
import { lockTenders, readOrder, storeCaptures, type TenderRow } from '../../db/orders.ts';
import { type PayoutRow, readTicketPayouts, recordApproval } from '../../db/payouts.ts';
import { createTicket } from '../../db/ticket-creation.ts';
import { type StepChange, takeStep } from '../../db/ticket-step.ts';
import type { DecisionException } from '../../domain/decision.ts';
import { isRefusal, type Refusal } from '../../domain/errors.ts';
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

/** What sets an order apart: columns of its own, and `covered: false` where no incident makes a refund its proposal. */
export interface OrderGiven extends Partial<ReportedOrder> {
  readonly covered?: boolean;
}

/**
 * An order whose provider says that everything was captured. Hardly used and covered by a confirmed incident (RP-2.4b),
 * so that a full refund is what the policy proposes for it.
 */
export async function anOrder(
  db: Database,
  tenders: readonly ReportedTender[] = [aTender(1999n)],
  { covered = true, ...given }: OrderGiven = {},
): Promise<BuiltOrder> {
  return db.transaction(async (trx) => {
    const ref = `order-${randomUUID()}`;
    const buyer =
      given.accountId && given.subjectId
        ? { accountId: given.accountId, subjectId: given.subjectId }
        : await ensureBuyer(trx, { accountRef: ref, email: `${ref}@example.com`, at: noon });
    const id = granted(await putOrder(trx, anOrderReport({ ref, ...buyer }, { tenders, ...given, ...buyer })));
    const locked = await lockTenders(trx, id);
    const captures = locked.map(({ id: tenderId, amount_minor, currency }) => {
      const amounts = { captured: money(amount_minor, currency), refundedElsewhere: money(0n, currency) };
      return [tenderId, { ...amounts, disputeBars: false }] as const;
    });
    await storeCaptures(trx, locked, new Map(captures), noon);
    await reportUsage(trx, aMeasurement(id));
    if (covered) await noteOrderIncident(trx, anIncident(id));
    return { id, ref: given.ref ?? ref, ...buyer, tenders: await lockTenders(trx, id) };
  });
}

/** What the shop says of an order that was bought and paid for at noon. */
export const anOrderReport = (
  { ref, accountId, subjectId }: Pick<BuiltOrder, 'ref' | 'accountId' | 'subjectId'>,
  given: Partial<ReportedOrder> = {},
): ReportedOrder => ({
  ref,
  accountId,
  subjectId,
  channel: 'official',
  plan: { key: 'residential', kind: 'metered', name: 'Residential' },
  firstPurchasedAt: noon,
  purchasedAt: noon,
  period: null,
  meteredBytes: '5368709120',
  renewalOf: null,
  tenders: [aTender(1999n)],
  inputId: randomUUID() as InputId,
  at: noon,
  ...given,
});

/** Hardly anything was used by noon. */
export const aMeasurement = (orderId: OrderId, given: Partial<ReportedUsage> = {}): ReportedUsage => ({
  orderId,
  at: noon,
  usedBytes: '1000',
  requests: null,
  inputId: randomUUID() as InputId,
  reportedAt: noon,
  ...given,
});

/** A confirmed incident that began an hour before and covers the order. */
export const anIncident = (orderId: OrderId, given: Partial<NewOrderIncident> = {}): NewOrderIncident => ({
  orderId,
  ref: 'INC-1',
  confirmed: true,
  widelyImpacting: true,
  covers: true,
  from: new Date(noon.getTime() - 3_600_000),
  until: null,
  inputId: randomUUID() as InputId,
  at: noon,
  ...given,
});

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
export const aTicket = async (db: Database, order: BuiltOrder): Promise<TicketId> => granted(await claim(db, order));

/** Its buyer asks for a refund of the order, which may be refused. */
export function claim(db: Database, order: BuiltOrder): Promise<TicketId | Refusal> {
  return db.transaction(async (trx) => {
    const kept = await keepInput(trx, anInput({ operation: 'createTicket', delivery: 'none' }));
    const row = await readOrder(trx, { id: order.id });
    if (!row) throw new Error('the order is not there');
    return createTicket(trx, {
      order: row,
      by: { id: order.subjectId, role: 'customer' },
      inputId: kept.input.id,
      requestId: null,
      awaited: true,
      paymentMethod: 'card',
      description: 'It does not connect.',
      fault: 'unreachable',
      networkContext: null,
      uploadIds: [],
      at: noon,
    });
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

/** A person's message as the workflow hands it to its step, with the input that it delivers. */
export async function aMessage(
  db: Database,
  ticketId: TicketId,
  by: { readonly id: SubjectId; readonly role: Role },
  operation: string,
  body: object = {},
  at = noon,
) {
  return { ticketId, inputId: await aKeptInput(db, { operation, ticketId, subjectId: by.id, body, at }), by };
}

/** Rails for every method, and no shop. */
export const everyRail = { hasRail: () => true, hasShop: false };

export interface Decided {
  readonly currency?: Currency;
  readonly exception?: DecisionException;
  readonly by?: 'agent' | 'lead';
}

/** Decides for a refund; answers as the store does, since a refusal may be what is tested. */
export async function decideRefund(
  db: Database,
  ticketId: TicketId,
  deciderId: SubjectId,
  minor: bigint | string,
  { currency = 'USD' as Currency, exception, by = 'agent' }: Decided = {},
) {
  const body = {
    decision: 'refund',
    amount: { minor: String(minor), currency },
    ground: 'It never worked.',
    ...(exception ? { exception } : {}),
  };
  const message = await aMessage(db, ticketId, { id: deciderId, role: by }, 'decideTicket', body);
  return recordDecision(db, message, everyRail, noon);
}

/** The second person's word on a decision that differs from the proposal (RP-3.9). */
export async function confirmDecision(
  db: Database,
  ticketId: TicketId,
  by: { readonly id: SubjectId; readonly role: Role },
  confirm = true,
  settings: GrantSettings = everyRail,
) {
  const message = await aMessage(db, ticketId, by, 'confirmDecision', { confirm, ground: 'Looked at as well.' });
  return recordConfirmation(db, message, settings, noon);
}

/** Less than is proposed, which takes a ground and a lead beside the one who decided. */
export async function decideLess(db: Database, ticketId: TicketId, deciderId: SubjectId, minor: bigint) {
  const decided = await decideRefund(db, ticketId, deciderId, minor, { exception: 'refusal' });
  if (isRefusal(decided)) return decided;
  return confirmDecision(db, ticketId, { id: await aPerson(db, 'lead'), role: 'lead' });
}

export interface BuiltClaim {
  readonly order: BuiltOrder;
  readonly ticketId: TicketId;
  readonly deciderId: SubjectId;
  readonly payouts: readonly PayoutRow[];
}

/**
 * A claim whose refund was decided: one payout per tender that money goes back to. Finance must release it, but where it
 * is what was proposed and no more than goes without.
 */
export async function aDecidedClaim(
  db: Database,
  minor: bigint,
  tenders?: readonly ReportedTender[],
): Promise<BuiltClaim> {
  const order = await anOrder(db, tenders ?? [aTender(minor)]);
  const ticketId = await aReviewedTicket(db, order);
  const deciderId = await aPerson(db, 'agent');
  const paid = order.tenders.reduce((sum, tender) => sum + tender.amount_minor, 0n);
  const decide = minor < paid ? decideLess : decideRefund;
  granted(await decide(db, ticketId, deciderId, minor));
  return { order, ticketId, deciderId, payouts: await readTicketPayouts(db, ticketId) };
}

export async function approve(db: Database, ticketId: TicketId, payoutId: PayoutId, approverId: SubjectId) {
  const inputId = await aKeptInput(db, { operation: 'approvePayout', ticketId, payoutId });
  const by = { id: approverId, role: 'finance' as const };
  return recordApproval(db, { ticketId, inputId, by }, { approvalMax: {} }, noon);
}
