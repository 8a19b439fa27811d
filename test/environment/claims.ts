/** Builders over the front door: an order that the sandbox holds a charge for, and a claim as far as it should have come. */

import { randomUUID } from 'node:crypto';
import { until } from '../../dev/until.ts';
import type { Client, Json } from '../api/client.ts';
import { anOrder, boughtAt, coverByIncident, createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import { accessToShop } from '../providers/shop-bench.ts';
import type { Desk } from './desk.ts';
import { patienceMs } from './patience.ts';
import { type Person, type SignInDesk, signIn } from './people.ts';

export interface Cast {
  readonly customer: Person;
  readonly agent: Person;
  readonly lead: Person;
  readonly finance: Person;
  readonly service: Person;
}

export const castOf = async (desk: SignInDesk): Promise<Cast> => ({
  customer: await signIn(desk, 'customer'),
  agent: await signIn(desk, 'agent'),
  lead: await signIn(desk, 'lead'),
  finance: await signIn(desk, 'finance'),
  service: await signIn(desk, 'service'),
});

/** A captured charge in the sandbox's books, in minor units. */
export async function capture(desk: Pick<Desk, 'sandboxUrl'>, minor: number, currency = 'usd'): Promise<string> {
  const charge = await control(desk, 'charges', { amount: minor, currency });
  return String(charge['id']);
}

/** One of the sandbox's own controls. */
export async function control(desk: Pick<Desk, 'sandboxUrl'>, path: string, body: unknown): Promise<Json> {
  const answer = await fetch(`${desk.sandboxUrl}/_sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
}

export interface SandboxRefund {
  readonly id: string;
  readonly amount: number;
  readonly status: string;
  readonly charge: string;
}

/** Refunds of one charge, as the provider's own books hold them. */
export async function refundsOf(desk: Pick<Desk, 'sandboxUrl'>, charge: string): Promise<SandboxRefund[]> {
  const books = (await (await fetch(`${desk.sandboxUrl}/_sandbox/books`)).json()) as { refunds: SandboxRefund[] };
  return books.refunds.filter((refund) => refund.charge === charge);
}

export interface Claim {
  readonly orderRef: string;
  readonly charge: string;
  readonly ticketId: string;
}

export async function putOrder(
  desk: Pick<Desk, 'sandboxUrl' | 'shopUrl'>,
  service: Client,
  email: string,
  minor = 1999,
): Promise<{ orderRef: string; charge: string }> {
  const charge = await capture(desk, minor);
  const orderRef = `order-${randomUUID()}`;
  const amount = { minor: String(minor), currency: 'USD' };
  const tender = {
    method: 'card',
    amount,
    tax: { minor: '0', currency: 'USD' },
    captureRef: charge,
    capturedAt: boughtAt,
  };
  const answer = await service.send('PUT', `/v1/orders/${orderRef}`, { body: anOrder(email, { tenders: [tender] }) });
  if (answer.status !== 200) throw new Error(`putOrder answered ${answer.status} ${answer.text}`);
  await coverByIncident(service, orderRef);
  await sellPlan(desk, orderRef);
  return { orderRef, charge };
}

/** The plan as the shop has it, which a refund in full ends. */
export async function sellPlan({ shopUrl }: Pick<Desk, 'shopUrl'>, orderRef: string): Promise<void> {
  const { status } = await accessToShop(shopUrl).control('PUT', `plans/${orderRef}`, { endsAt: null, bytes: null });
  if (status !== 201) throw new Error(`the shop’s sandbox answered ${status}`);
}

/** A claim in review. */
export async function openClaim(desk: Pick<Desk, 'sandboxUrl' | 'shopUrl'>, cast: Cast, minor = 1999): Promise<Claim> {
  const order = await putOrder(desk, cast.service, cast.customer.email, minor);
  const ticket = await createTicket(cast.customer, order.orderRef);
  return { ...order, ticketId: String(ticket['id']) };
}

/** A claim whose refund was decided in full; its payout waits for finance. */
export async function decideClaim(
  desk: Pick<Desk, 'sandboxUrl' | 'shopUrl'>,
  cast: Cast,
  minor = 1999,
): Promise<Claim & { payoutId: string }> {
  const claim = await openClaim(desk, cast, minor);
  await review(cast.agent, claim.ticketId);
  await decideRefund(cast.agent, claim.ticketId, String(minor));
  return { ...claim, payoutId: await payoutOf(cast.agent, claim.ticketId) };
}

export async function payoutOf(who: Client, ticketId: string): Promise<string> {
  const ticket = await who.get(`/v1/tickets/${ticketId}`);
  const [payout] = ticket.json['payouts'] as { id: string }[];
  if (!payout) throw new Error('the ticket has no payout');
  return payout.id;
}

/** Waits until a ticket is as it should be, looking at it as a client does. */
export async function untilTicket(
  who: Client,
  ticketId: string,
  fits: (ticket: Json) => boolean,
  withinMs = patienceMs,
): Promise<Json> {
  let ticket = (await who.get(`/v1/tickets/${ticketId}`)).json;
  const look = async () => {
    ticket = (await who.get(`/v1/tickets/${ticketId}`)).json;
    return fits(ticket);
  };
  if (fits(ticket) || (await until(look, { withinMs }))) return ticket;
  throw new Error(`the ticket is still ${JSON.stringify([ticket['phase'], ticket['outcome'], ticket['payouts']])}`);
}

/** Waits until the ticket's workflow has taken all that was kept for it. */
export async function untilDelivered({ core }: Pick<Desk, 'core'>, ticketId: string): Promise<void> {
  const isTaken = async () => (await core.db('inputs').where({ ticket_id: ticketId, delivery: 'due' })).length === 0;
  if (!(await until(isTaken, { withinMs: patienceMs }))) throw new Error('an input is not delivered');
}

export const closedAs = (outcome: string) => (ticket: Json) =>
  ticket['phase'] === 'closed' && ticket['outcome'] === outcome;
