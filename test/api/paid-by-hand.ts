/** Builders at the door of what is paid by hand: a refund that finance was asked to pay, and one that somebody says it paid. */

import { randomUUID } from 'node:crypto';
import { proveLedger } from '../../db/ledger-proof.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { amountOf, type PayoutRow, readPayout, readTicketPayouts } from '../../db/payouts.ts';
import type { PayoutId, TicketId } from '../../domain/ids.ts';
import { createManualRail } from '../../providers/manual.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import { listIn } from './client.ts';
import type { Desk, Person } from './desk.ts';
import { boughtAt, createTicket, putRefundable, review } from './orders-and-tickets.ts';

export interface HandCast {
  readonly desk: Desk;
  readonly customer: Person;
  readonly agent: Person;
  readonly service: Person;
  /** Reroutes, and may say that money came back. */
  readonly finance: Person;
  /** Approves, and records what was paid. */
  readonly second: Person;
}

export async function handCastOf(desk: Desk): Promise<HandCast> {
  return {
    desk,
    customer: await desk.signedIn('customer'),
    agent: await desk.signedIn('agent'),
    service: await desk.signedIn('service'),
    finance: await desk.signedIn('finance'),
    second: await desk.signedIn('finance'),
  };
}

export interface ByHand {
  readonly ticketId: TicketId;
  readonly payoutId: PayoutId;
  readonly orderRef: string;
}

const payee = { holder: 'Carol Customer', account: 'DE89370400440532013000', country: 'DE' };

/** 19.99 EUR that finance was asked to pay. */
export async function askedByHand(cast: HandCast): Promise<ByHand> {
  const { desk, customer, agent, service, finance, second } = cast;
  const eur = { minor: '1999', currency: 'EUR' };
  const tax = { minor: '333', currency: 'EUR' };
  const captureRef = `ch_${randomUUID()}`;
  const tenders = [{ method: 'card', amount: eur, tax, captureRef, capturedAt: boughtAt }];
  const orderRef = await putRefundable(desk, service, customer.email, { tenders });
  const ticketId = String((await createTicket(customer, orderRef))['id']) as TicketId;
  await review(agent, ticketId);
  const decision = { decision: 'refund', amount: eur, ground: 'The service could not be used.' };
  await done(agent.post(`/v1/tickets/${ticketId}/decision`, decision));
  const [first] = await readTicketPayouts(desk.db, ticketId);
  const body = { rail: 'manual', payee, verifiedHow: 'callback', nameCheck: 'match' };
  await done(finance.post(`/v1/payouts/${first?.id}/reroute`, body));
  const payoutId = (await readTicketPayouts(desk.db, ticketId)).at(-1)?.id ?? ('' as PayoutId);
  await done(second.post(`/v1/payouts/${payoutId}/approve`, {}));
  await askToPay(desk, payoutId);
  return { ticketId, payoutId, orderRef };
}

/** What the workflow's activity does with a payout that was released. */
async function askToPay(desk: Desk, payoutId: PayoutId): Promise<void> {
  const payout = await payoutOf(desk, payoutId);
  await beginSending(desk.db, payout, { dryRun: false }, desk.now());
  const rail = createManualRail({ payments: bindManualPayments(desk.db, { now: desk.now }) });
  const request = { key: payout.key, payoutId, captureRef: '', amount: amountOf(payout) };
  const report = await rail.send(request);
  await recordReport(desk.db, { ticketId: payout.ticket_id, payoutId, inputId: null, report }, desk.now());
}

export async function payoutOf(desk: Desk, payoutId: PayoutId): Promise<PayoutRow> {
  const payout = await readPayout(desk.db, payoutId);
  if (!payout) throw new Error('the payout is not there');
  return payout;
}

export const paidOn = '2026-11-29';

export const sayPaid = ({ second }: HandCast, { payoutId }: ByHand, reference: string) =>
  second.post(`/v1/payouts/${payoutId}/manual-payment`, { outcome: 'paid', reference, paidOn });

export interface PaidByHand extends ByHand {
  readonly reference: string;
}

export async function paidByHand(cast: HandCast): Promise<PaidByHand> {
  const asked = await askedByHand(cast);
  const reference = `TRX-${randomUUID().slice(0, 8)}`;
  await done(sayPaid(cast, asked, reference));
  return { ...asked, reference };
}

/** What is wrong with the books, but for captures, which the builders of orders write without booking them. */
export const wrongInBooks = async (desk: Desk) =>
  (await proveLedger(desk.db)).filter(({ what }) => what !== 'captured');

/** What the queue hands over. */
export async function deliverDue(desk: Desk, { ticketId }: ByHand): Promise<number> {
  const due: string[] = await desk.db('inputs').where({ ticket_id: ticketId, delivery: 'due' }).pluck('id');
  for (const id of due) await desk.delivery.deliver(id as never, 0);
  return due.length;
}

export const openBreaksOf = async ({ finance }: HandCast, fits: (found: Record<string, unknown>) => boolean) =>
  listIn((await finance.get('/v1/reconciliation/breaks?limit=100')).json, 'items').filter(fits);

async function done(asked: ReturnType<Person['post']>): Promise<void> {
  const answer = await asked;
  if (answer.status !== 200) throw new Error(`a builder was answered ${answer.status} ${answer.text}`);
}
