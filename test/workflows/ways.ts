/**
 * Whole lives of a ticket through the front door, one for each way that a workflow can go: what the recorded histories
 * are recorded from, and what the budgets are counted on. Each waits until the workflow's run is over.
 */

import { until } from '../../dev/until.ts';
import { type Answer, listIn } from '../api/client.ts';
import {
  aNetworkContext,
  anOrder,
  confirm,
  decideLess,
  decideRefund,
  review,
  upload,
} from '../api/orders-and-tickets.ts';
import {
  type Cast,
  capture,
  closedAs,
  control,
  payoutOf,
  putOrder,
  refundsOf,
  untilTicket,
} from '../environment/claims.ts';
import type { Desk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';

export interface Life {
  readonly ticketId: string;
  readonly charge: string;
}

const minor = 1999;
const declining = { ground: 'Another way was agreed.' };

/** A claim that came complete, with three files. */
export async function completeClaim(desk: Desk, cast: Cast): Promise<Life> {
  const order = await putOrder(desk, cast.service, cast.customer.email, minor);
  return { ...(await claimWithFiles(cast, order.orderRef)), charge: order.charge };
}

async function claimWithFiles(cast: Cast, orderRef: string): Promise<Pick<Life, 'ticketId'>> {
  const uploadIds: string[] = [];
  for (const name of ['first.txt', 'second.txt', 'third.txt'])
    uploadIds.push(await upload(cast.customer, 'connect timed out', { name, orderRef }));
  const answer = await cast.customer.post('/v1/tickets', {
    orderRef,
    paymentMethod: 'card',
    description: 'Nothing could be reached through the proxy.',
    networkContext: aNetworkContext,
    uploadIds,
  });
  return { ticketId: done(answer, 201).json.id };
}

/**
 * The canonical life, on a desk whose days last a second: created complete with three files, reviewed, the 15 days run out,
 * decided, approved by finance, paid, settled by the provider's webhook, closed.
 */
export async function canonical(desk: Desk, cast: Cast): Promise<Life> {
  const now = (): number => desk.core.clock.now().getTime();
  const captureRef = await capture(desk, minor);
  const boughtAt = new Date(now()).toISOString();
  const [amount, tax] = [String(minor), '0'].map((digits) => ({ minor: digits, currency: 'USD' }));
  const orderRef = `order-${captureRef}`;
  const bought = { firstPurchasedAt: boughtAt, purchasedAt: boughtAt, period: null };
  const tenders = [{ method: 'card', amount, tax, captureRef, capturedAt: boughtAt }];
  const body = anOrder(cast.customer.email, { ...bought, tenders });
  done(await cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }));
  done(await cast.service.post(`/v1/orders/${orderRef}/usage`, { usedBytes: '1000', at: boughtAt }));
  const { ticketId } = await claimWithFiles(cast, orderRef);
  const lost = [{ from: boughtAt, until: new Date(now()).toISOString() }];
  const found = { cause: 'seller', persistent: true, finding: 'The exits were dead.', lost };
  done(await cast.agent.post(`/v1/tickets/${ticketId}/review`, found));
  await untilTicket(cast.agent, ticketId, ({ phase }) => phase === 'deciding', patienceMs);
  const refund = { decision: 'refund', amount, ground: 'Not mended within 15 days.' };
  done(await cast.agent.post(`/v1/tickets/${ticketId}/decision`, refund));
  await pay(desk, cast, { ticketId, charge: captureRef });
  return { ticketId, charge: captureRef };
}

/** Covered by an incident: reviewed, decided, approved, paid, settled by the provider's webhook, closed. */
export async function refunded(desk: Desk, cast: Cast): Promise<Life> {
  const life = await completeClaim(desk, cast);
  await review(cast.agent, life.ticketId);
  await decideRefund(cast.agent, life.ticketId, String(minor));
  await pay(desk, cast, life);
  return life;
}

export async function refused(desk: Desk, cast: Cast): Promise<Life> {
  const life = await completeClaim(desk, cast);
  await review(cast.agent, life.ticketId);
  const refusal = { decision: 'refuse', ground: 'A right of the contract.', clauses: ['RP-3.9'], exception: 'refusal' };
  done(await cast.agent.post(`/v1/tickets/${life.ticketId}/decision`, refusal));
  await confirm(cast.lead, life.ticketId);
  await ended(desk, life);
  return life;
}

export async function withdrawn(desk: Desk, cast: Cast): Promise<Life> {
  const life = await completeClaim(desk, cast);
  done(await cast.customer.post(`/v1/tickets/${life.ticketId}/withdraw`, { confirmed: true }));
  await ended(desk, life);
  return life;
}

/** Finance says no, the agent decides anew, and the second grant is paid. */
export async function declinedThenRefunded(desk: Desk, cast: Cast): Promise<Life> {
  const life = await completeClaim(desk, cast);
  await review(cast.agent, life.ticketId);
  await decideRefund(cast.agent, life.ticketId, String(minor));
  done(await cast.finance.post(`/v1/payouts/${await payoutOf(cast.agent, life.ticketId)}/decline`, declining));
  await decideLess(cast.agent, cast.lead, life.ticketId, String(minor - 500));
  await pay(desk, cast, life);
  return life;
}

/** Settled money comes back after the ticket was closed: a second run, in which it is paid another time. */
export async function returnedThenRefunded(desk: Desk, cast: Cast): Promise<Life> {
  const life = await refunded(desk, cast);
  const [refund] = await refundsOf(desk, life.charge);
  await control(desk, `refunds/${refund?.id}/transition`, { status: 'failed', failure_reason: 'lost_or_stolen_card' });
  const open = await untilTicket(cast.agent, life.ticketId, (ticket) => ticket['phase'] === 'settling');
  const returned = listIn(open, 'payouts').find((payout) => payout['progress'] === 'delayed');
  done(await cast.finance.post(`/v1/payouts/${returned?.id}/decline`, declining));
  await decideRefund(cast.agent, life.ticketId, String(minor));
  await pay(desk, cast, life);
  return life;
}

/** Approves what was granted, and lets the provider's news through only when the answer to the call is recorded. */
async function pay(desk: Desk, cast: Cast, { ticketId }: Life): Promise<void> {
  await control(desk, 'faults', { kind: 'webhook-withhold', times: 0 });
  const ticket = await cast.agent.get(`/v1/tickets/${ticketId}`);
  const open = listIn(ticket.json, 'payouts').find((payout) => payout['progress'] === 'preparing');
  done(await cast.finance.post(`/v1/payouts/${open?.id}/approve`));
  await untilTicket(cast.agent, ticketId, (seen) =>
    listIn(seen, 'payouts').some(({ progress }) => progress === 'sent'),
  );
  await untilActivitiesEnded(desk, ticketId);
  await fetch(`${desk.sandboxUrl}/_sandbox/faults`, { method: 'DELETE' });
  await untilTicket(cast.agent, ticketId, closedAs('refunded'));
  await ended(desk, { ticketId });
}

const handleOf = (desk: Desk, ticketId: string) => desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`);

/** The workflow has heard what its activities recorded, so that what comes next is a step of its own. */
async function untilActivitiesEnded(desk: Desk, ticketId: string): Promise<void> {
  const hasHeard = async () => {
    const { raw } = await handleOf(desk, ticketId).describe();
    return (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask;
  };
  if (!(await until(hasHeard, { withinMs: patienceMs }))) throw new Error('the payout activity did not end');
}

/** The newest run is over. */
const ended = async (desk: Desk, { ticketId }: Pick<Life, 'ticketId'>): Promise<void> => {
  await handleOf(desk, ticketId).result();
};

function done(answer: Answer, status = 200): Answer {
  if (answer.status !== status) throw new Error(`the desk answered ${answer.status} ${answer.text}`);
  return answer;
}
