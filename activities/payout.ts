/**
 * Payments: the only code that moves money. The irreversible call comes last; whenever a call may have been made before,
 * the provider is asked before anything is sent again. Never a local activity, never aborted by a shutdown.
 */

import type { PayoutId, TenderId, TicketId } from '../domain/ids.ts';
import { type CaptureProblem, type CaptureState, RailUnavailable } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { PayoutActivities } from '../workflows/ports.ts';
import { createPayoutGate, retryLater, unrefused } from './payout-gate.ts';
import type { PayoutSteps, Rails } from './ports.ts';

interface Dependencies {
  readonly steps: PayoutSteps;
  readonly rails: Rails;
  /** Has the shop end the plan that a refund in full is for; tells whether it was asked. Throws where that is not clear. */
  readonly endPlan: (ticketId: TicketId) => Promise<boolean>;
}

export function createPayoutActivities({ steps, rails, endPlan }: Dependencies): PayoutActivities {
  const { railFor, held, readAtLast, lookUpFirst } = createPayoutGate({ steps, rails });

  const record = async (
    ticketId: TicketId,
    payoutId: PayoutId,
    report: Parameters<PayoutSteps['recordReport']>[0]['report'],
  ) => unrefused(await steps.recordReport({ ticketId, payoutId, inputId: null, report }));

  return {
    readCaptures: ({ ticketId }) =>
      translated(async () => {
        const captures = new Map<TenderId, CaptureProblem | CaptureState>();
        for (const tender of await steps.readTenders(ticketId)) {
          const rail = rails.get(tender.method);
          if (rail && tender.captureRef !== null)
            captures.set(tender.id, await rail.readCapture(tender.captureRef, tender.payoutIds));
        }
        return unrefused(await steps.recordCaptures(ticketId, captures));
      }),

    sendPayout: ({ ticketId, payoutId }) =>
      translated(async () => {
        const payout = await steps.readPayout(payoutId);
        if (payout.state === 'approved') {
          await readAtLast(payoutId, payout);
          // D2: the shop may have taken its time, so the last look is the one after it.
          if (await endPlan(ticketId)) await readAtLast(payoutId, payout);
        }
        const go = await steps.beginSending(payoutId);
        if (go === 'done') return steps.readSnapshot(ticketId);
        if (go === 'held') throw held();
        const found = go === 'look-up' ? await lookUpFirst(payoutId, payout) : 'go';
        if (found === 'ended') return steps.readSnapshot(ticketId);
        const report = found === 'go' ? await railFor(payout.method).send(payout.request) : found;
        const snapshot = await record(ticketId, payoutId, report);
        if (report.status === 'unknown') throw retryLater('PayoutOutcomeUnknown', report.reason, report.retryAfterMs);
        return snapshot;
      }),

    checkPayout: ({ ticketId, payoutId }) =>
      translated(async () => {
        const payout = await steps.readPayout(payoutId);
        const found = await railFor(payout.method).lookUp(payout.request);
        return found ? record(ticketId, payoutId, found) : steps.readSnapshot(ticketId);
      }),
  };
}

/** A provider that cannot be asked is asked again, when it wishes. */
async function translated(body: () => Promise<TicketSnapshot>): Promise<TicketSnapshot> {
  try {
    return await body();
  } catch (fault) {
    if (fault instanceof RailUnavailable) throw retryLater(fault.name, fault.message, fault.retryAfterMs);
    throw fault;
  }
}
