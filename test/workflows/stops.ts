/** Tickets that wait in each phase, as a deployment may find them: brought there through the front door, and left there. */

import { anOrder, createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import { type Cast, capture, openClaim, putOrder } from '../environment/claims.ts';
import type { Desk } from '../environment/desk.ts';
import type { OpenPhase } from './recorded-histories.ts';

type Stop = (desk: Desk, cast: Cast) => Promise<string>;

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

const gathering: Stop = async (desk, cast) => {
  const { orderRef } = await putOrder(desk, cast.service, cast.customer.email);
  const claim = { orderRef, paymentMethod: 'card', description: 'Nothing could be reached.', uploadIds: [] };
  return created(await cast.customer.post('/v1/tickets', claim));
};

const reviewing: Stop = async (desk, cast) => (await openClaim(desk, cast)).ticketId;

/** No incident covers it, so that its 15 days run. */
const remediating: Stop = async (desk, cast) => {
  const id = await claimOf(desk, cast, 24);
  await ok(
    cast.agent.post(`/v1/tickets/${id}/review`, {
      cause: 'seller',
      persistent: true,
      finding: 'The exits were dead.',
      lost: [{ from: hoursAgo(20), until: hoursAgo(2) }],
    }),
  );
  return id;
};

const deciding: Stop = async (desk, cast) => {
  const { ticketId } = await openClaim(desk, cast);
  await review(cast.agent, ticketId);
  return ticketId;
};

/** Asked for too late, and an incident covers it. */
const offering: Stop = async (desk, cast) => {
  const id = await claimOf(desk, cast, 240, async (orderRef) => {
    const incident = { ref: 'INC-2', confirmed: true, widelyImpacting: true, covers: true };
    const lasted = { from: hoursAgo(230), until: hoursAgo(220) };
    await ok(cast.service.post(`/v1/orders/${orderRef}/incidents`, { ...incident, ...lasted }));
  });
  await review(cast.agent, id);
  await ok(cast.agent.post(`/v1/tickets/${id}/decision`, { decision: 'offer', ground: 'The incident of that day.' }));
  return id;
};

const settling: Stop = async (desk, cast) => {
  const ticketId = await deciding(desk, cast);
  await decideRefund(cast.agent, ticketId, '1999');
  return ticketId;
};

export const stops: Readonly<Record<OpenPhase, Stop>> = {
  gathering,
  reviewing,
  remediating,
  deciding,
  offering,
  settling,
};

/** A claim for an order bought some hours ago and hardly used, with what the shop reports of it besides. */
async function claimOf(
  desk: Desk,
  cast: Cast,
  boughtHoursAgo: number,
  reported: (orderRef: string) => Promise<void> = async () => undefined,
): Promise<string> {
  const boughtAt = hoursAgo(boughtHoursAgo);
  const captureRef = await capture(desk, 1999);
  const [amount, tax] = ['1999', '0'].map((minor) => ({ minor, currency: 'USD' }));
  const bought = {
    firstPurchasedAt: boughtAt,
    purchasedAt: boughtAt,
    period: { from: boughtAt, until: hoursAgo(-480) },
  };
  const tenders = [{ method: 'card', amount, tax, captureRef, capturedAt: boughtAt }];
  const orderRef = `order-${captureRef}`;
  const body = anOrder(cast.customer.email, { ...bought, tenders });
  await ok(cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }));
  await ok(cast.service.post(`/v1/orders/${orderRef}/usage`, { usedBytes: '1000', at: hoursAgo(boughtHoursAgo - 1) }));
  await reported(orderRef);
  return String((await createTicket(cast.customer, orderRef))['id']);
}

function created({ status, text, json }: Awaited<ReturnType<Cast['customer']['post']>>): string {
  if (status !== 201) throw new Error(`createTicket answered ${status} ${text}`);
  return String(json['id']);
}

async function ok(asked: ReturnType<Cast['agent']['post']>): Promise<void> {
  const { status, text } = await asked;
  if (status !== 200) throw new Error(`the desk answered ${status} ${text}`);
}
