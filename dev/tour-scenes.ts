/** Scenes that several lives of the tour share: how a claim opens, and how one ends in all of its money. */

import type { Order, Ticket } from './tour-goods.ts';
import type { Ending } from './tour-life.ts';
import type { Stage } from './tour-stage.ts';

/** Asked for with all materials, so that it is reviewed at once. */
export async function underReview(stage: Stage, order: Order): Promise<Ticket> {
  const ticket = await stage.carol.asks(order);
  await stage.untilPhase(ticket, 'reviewing');
  return ticket;
}

/** Decided as the policy proposes, released by finance, and paid. */
export async function refunded(stage: Stage, ticket: Ticket, ground: string, mails: Ending['mails']): Promise<Ending> {
  await stage.untilPhase(ticket, 'deciding');
  await stage.ana.follows(ticket, ground);
  await stage.fay.pays(ticket);
  await stage.untilClosed(ticket);
  return inFull(ticket, mails);
}

/** All that was paid went back, which takes the plan with it. */
export const inFull = (ticket: Ticket, mails: Ending['mails']): Ending => ({
  ticket,
  outcome: 'refunded',
  paid: [ticket.order.goods.minor],
  plan: ({ ended }) => ended,
  mails,
});
