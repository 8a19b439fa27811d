/**
 * Remedies: the only code that has the shop do something. As with money, whenever it may have been asked before, it is
 * asked what it did before it is asked again, under the same key.
 */

import { type Shop, ShopUnavailable } from '../domain/shop.ts';
import type { RemedyActivities } from '../workflows/ports.ts';
import { retryLater, unrefused } from './payout-gate.ts';
import type { RemedySteps } from './ports.ts';

/** How long a held remedy waits before it looks whether it may go. */
const heldRetryMs = 10_000;

export function createRemedyActivities({ steps, shop }: { steps: RemedySteps; shop: Shop | null }): RemedyActivities {
  return {
    applyRemedy: async ({ ticketId, remedyId }) => {
      if (shop === null) throw retryLater('ShopUnavailable', 'no shop is configured', heldRetryMs);
      const request = await steps.readRequest(remedyId);
      const go = await steps.beginApplying(remedyId);
      if (go === 'done') return steps.readSnapshot(ticketId);
      if (go === 'held') throw retryLater('RemedyHeld', 'a hold keeps the remedy back', heldRetryMs);
      try {
        const found = go === 'look-up' ? await shop.lookUp(request) : null;
        const report = found ?? (await shop.apply(request));
        const snapshot = unrefused(await steps.recordShopReport({ ticketId, remedyId, report }));
        if (report.status === 'unknown') throw retryLater('RemedyOutcomeUnknown', report.reason, report.retryAfterMs);
        return snapshot;
      } catch (fault) {
        if (fault instanceof ShopUnavailable) throw retryLater(fault.name, fault.message, fault.retryAfterMs);
        throw fault;
      }
    },
  };
}
