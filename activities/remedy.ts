/**
 * Remedies: the only code that has the shop do something. As with money, whenever it may have been asked before, it is
 * asked what it did before it is asked again, under the same key.
 */

import type { RemedyId, TicketId } from '../domain/ids.ts';
import { type Shop, ShopUnavailable } from '../domain/shop.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { PayoutReference, RemedyActivities } from '../workflows/ports.ts';
import { barredRetryMs, retryLater, unrefused } from './payout-gate.ts';
import type { RemedySteps } from './ports.ts';

/** How long a held remedy waits before it looks whether it may go. */
const heldRetryMs = 10_000;

const heldBack = () => retryLater('RemedyHeld', 'a hold keeps the remedy back', heldRetryMs);

interface Dependencies {
  readonly steps: RemedySteps;
  readonly shop: Shop | null;
}

async function apply({ steps, shop }: Dependencies, ticketId: TicketId, remedyId: RemedyId): Promise<TicketSnapshot> {
  if (shop === null) throw retryLater('ShopUnavailable', 'no shop is configured', heldRetryMs);
  const request = await steps.readRequest(remedyId);
  const go = await steps.beginApplying(remedyId);
  if (go === 'done') return steps.readSnapshot(ticketId);
  if (go === 'held') throw heldBack();
  try {
    const found = go === 'look-up' ? await shop.lookUp(request) : null;
    if (go === 'look-up' && !found) {
      const second = await steps.lookAgain(remedyId);
      if (second === 'ended') return await steps.readSnapshot(ticketId);
      if (second === 'held') throw heldBack();
      if (second === 'barred') throw retryLater('RemedyBarred', 'the remedy is barred for good', barredRetryMs);
    }
    const report = found ?? (await shop.apply(request));
    const snapshot = unrefused(await steps.recordShopReport({ ticketId, remedyId, report }));
    if (report.status === 'unknown') throw retryLater('RemedyOutcomeUnknown', report.reason, report.retryAfterMs);
    return snapshot;
  } catch (fault) {
    if (fault instanceof ShopUnavailable) throw retryLater(fault.name, fault.message, fault.retryAfterMs);
    throw fault;
  }
}

export const createRemedyActivities = (given: Dependencies): RemedyActivities => ({
  applyRemedy: ({ ticketId, remedyId }) => apply(given, ticketId, remedyId),
});

export interface PlanEnder {
  /** Has the shop end the plan that a refund in full is for; tells whether it was asked. Throws where that is not clear. */
  end(payout: PayoutReference): Promise<boolean>;
  /** What the shop did with a plan whose refund was taken back since; throws while that is not known. */
  follow(payout: PayoutReference): Promise<TicketSnapshot | null>;
}

/**
 * The plan that a refund in full ends, ended before its money goes; where the shop refuses it for good, staff were told and
 * the money goes all the same, since the customer is not to wait for it. Nor for a plan that is to go on after all.
 */
export const createPlanEnder = (given: Dependencies): PlanEnder => ({
  async end({ ticketId, payoutId }) {
    const plan = await given.steps.findPlanToEnd(payoutId);
    if (plan === null || plan.isTakenBack) return false;
    await apply(given, ticketId, plan.remedyId);
    return true;
  },
  async follow({ ticketId, payoutId }) {
    const plan = await given.steps.findPlanToEnd(payoutId);
    return plan?.isTakenBack ? apply(given, ticketId, plan.remedyId) : null;
  },
});
