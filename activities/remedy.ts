/**
 * Remedies: the only code that has the shop do something. As with money, whenever it may have been asked before, it is
 * asked what it did before it is asked again, under the same key.
 */

import type { RemedyId, TicketId } from '../domain/ids.ts';
import { type Shop, ShopUnavailable } from '../domain/shop.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { RemedyActivities } from '../workflows/ports.ts';
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

/**
 * The plan that a refund in full ends, ended before its money goes; where the shop refuses it for good, staff were told and
 * the money goes all the same, since the customer is not to wait for it.
 */
export const createPlanEnder =
  (given: Dependencies) =>
  async (ticketId: TicketId): Promise<boolean> => {
    const remedyId = await given.steps.findPlanToEnd(ticketId);
    if (remedyId === null) return false;
    await apply(given, ticketId, remedyId);
    return true;
  };
