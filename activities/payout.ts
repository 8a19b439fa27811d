/**
 * Payments: the only code that moves money. The irreversible call comes last; whenever a call may have been made before,
 * the provider is asked before anything is sent again. Never a local activity, never aborted by a shutdown.
 */

import { ApplicationFailure } from '@temporalio/common';
import { isRefusal } from '../domain/errors.ts';
import type { PayoutId, TenderId, TicketId } from '../domain/ids.ts';
import { type CaptureState, type Rail, RailUnavailable, type TenderMethod } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { PayoutActivities } from '../workflows/ports.ts';
import type { PayoutSteps, PayoutToSend, Rails } from './ports.ts';

/** How long a held payout waits before it looks whether it may go. */
const heldRetryMs = 10_000;

export function createPayoutActivities({ steps, rails }: { steps: PayoutSteps; rails: Rails }): PayoutActivities {
  const railFor = (method: TenderMethod): Rail => {
    const rail = rails.get(method);
    if (!rail) throw retryLater('RailUnavailable', `no rail is configured for ${method}`, heldRetryMs);
    return rail;
  };

  const record = async (
    ticketId: TicketId,
    payoutId: PayoutId,
    report: Parameters<PayoutSteps['recordReport']>[0]['report'],
  ) => unrefused(await steps.recordReport({ ticketId, payoutId, inputId: null, report }));

  const held = () => retryLater('PayoutsStopped', 'payouts are stopped', heldRetryMs);

  /** D2: what was captured, went out elsewhere or is disputed is read at the last moment before the money goes. */
  const readAtLast = async (payout: PayoutToSend): Promise<void> => {
    // While it is held, a payout troubles no provider.
    if (await steps.areStopped()) throw held();
    const capture = await railFor(payout.method).readCapture(payout.request.captureRef);
    unrefused(await steps.recordCaptures(payout.ticketId, new Map([[payout.tenderId, capture]])));
    if (capture.disputeBars) throw retryLater('PayoutDisputed', 'a dispute bars this payout', heldRetryMs);
  };

  return {
    readCaptures: ({ ticketId }) =>
      translated(async () => {
        const captures = new Map<TenderId, CaptureState>();
        for (const tender of await steps.readTenders(ticketId)) {
          const rail = rails.get(tender.method);
          if (rail && tender.captureRef !== null) captures.set(tender.id, await rail.readCapture(tender.captureRef));
        }
        return unrefused(await steps.recordCaptures(ticketId, captures));
      }),

    sendPayout: ({ ticketId, payoutId }) =>
      translated(async () => {
        const payout = await steps.readPayout(payoutId);
        if (payout.state === 'approved') await readAtLast(payout);
        const go = await steps.beginSending(payoutId);
        if (go === 'done') return steps.readSnapshot(ticketId);
        if (go === 'held') throw held();
        const rail = railFor(payout.method);
        const found = go === 'look-up' ? await rail.lookUp(payout.request) : null;
        const report = found ?? (await rail.send(payout.request));
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

const retryLater = (type: string, message: string, delayMs?: number): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    category: 'BENIGN',
    ...(delayMs === undefined ? {} : { nextRetryDelay: delayMs }),
  });

/** A provider that cannot be asked is asked again, when it wishes. */
async function translated(body: () => Promise<TicketSnapshot>): Promise<TicketSnapshot> {
  try {
    return await body();
  } catch (fault) {
    if (fault instanceof RailUnavailable) throw retryLater(fault.name, fault.message, fault.retryAfterMs);
    throw fault;
  }
}

/** Steps of the desk itself are never refused; one that is means that the code is at fault. */
function unrefused(answer: TicketSnapshot | { refused: string }): TicketSnapshot {
  if (isRefusal(answer)) throw new Error(`a step of the desk was refused: ${answer.refused}`);
  return answer as TicketSnapshot;
}
