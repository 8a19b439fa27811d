/**
 * Payments: the only code that moves money. The irreversible call comes last; whenever a call may have been made before,
 * the provider is asked before anything is sent again. Never a local activity, never aborted by a shutdown.
 */

import { ApplicationFailure } from '@temporalio/common';
import type { PayoutId } from '../domain/ids.ts';
import { frees, sendingRetry } from '../domain/payout.ts';
import { unanswered } from '../domain/payout-waits.ts';
import { type Rails, RailUnavailable } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { PayoutActivities, PayoutReference } from '../workflows/ports.ts';
import { readCapturesOf } from './captures.ts';
import { createPayoutCheck } from './payout-check.ts';
import { createPayoutGate, retryLater, translated, unmoved } from './payout-gate.ts';
import type { PayoutSteps, PayoutToSend } from './ports.ts';
import type { PlanEnder } from './remedy.ts';

const outcomeUnknown = 'PayoutOutcomeUnknown';

interface Dependencies {
  readonly steps: PayoutSteps;
  readonly rails: Rails;
  readonly plans: PlanEnder;
  /** Which attempt of the activity this is, from 1. */
  readonly attempt: () => number;
}

export function createPayoutActivities({ steps, rails, plans, attempt }: Dependencies): PayoutActivities {
  const gate = createPayoutGate({ steps, rails });
  const { railFor, held, readAtLast, lookUpFirst } = gate;
  const { check, record } = createPayoutCheck({ steps, rails, gate });

  const send = async ({ ticketId, payoutId }: PayoutReference): Promise<TicketSnapshot> => {
    const payout = await steps.readPayout(payoutId);
    // It went in an earlier attempt, and its plan is followed still.
    if (payout.state === 'sent') return check(ticketId, payoutId, payout);
    if (payout.state === 'approved') {
      await readAtLast(payoutId, payout);
      // D2: the shop may have taken its time, so the last look is the one after it.
      if (await plans.end({ ticketId, payoutId })) await readAtLast(payoutId, payout);
    }
    const go = await steps.beginSending(payoutId);
    if (go === 'done') return ended({ steps, rails }, payoutId, payout);
    if (go === 'held') throw held();
    const found = go === 'look-up' ? await lookUpFirst(payoutId, payout) : 'go';
    if (found === 'ended') return ended({ steps, rails }, payoutId, payout);
    const report = found === 'go' ? await railFor(payout.rail).send(payout.request) : found;
    const snapshot = await record(ticketId, payoutId, report);
    if (report.status === 'unknown') throw retryLater(outcomeUnknown, report.reason, report.retryAfterMs);
    return snapshot;
  };

  return {
    readCaptures: ({ ticketId }) =>
      translated(async () => {
        const tenders = await steps.readTenders(ticketId);
        return unmoved(await steps.recordCaptures(ticketId, tenders, await readCapturesOf(rails, tenders)));
      }),

    sendPayout: (payout) =>
      translated(async () => {
        let snapshot: TicketSnapshot;
        try {
          snapshot = await send(payout);
        } catch (fault) {
          await noteLook(steps, payout.payoutId, fault, attempt());
          // What keeps this payout back does not keep back the shop's word; the payout's own failure says when to look again.
          await plans.follow(payout).catch(() => null);
          throw fault;
        }
        // Taken back while the shop's word on the plan was not clear: what it did is learnt all the same.
        return (await plans.follow(payout)) ?? snapshot;
      }),

    checkPayout: ({ ticketId, payoutId }) =>
      translated(async () => check(ticketId, payoutId, await steps.readPayout(payoutId))),
  };
}

/** Also after a worker died in between: what was prepared for a payout that ended is taken back, however often it is asked. */
async function ended(
  { steps, rails }: Pick<Dependencies, 'steps' | 'rails'>,
  payoutId: PayoutId,
  payout: PayoutToSend,
) {
  const { state } = await steps.readPayout(payoutId);
  if (frees(state)) await rails.get(payout.rail)?.withdraw?.(payout.request);
  return steps.readSnapshot(payout.ticketId);
}

/** Finance sees that what is not clear is looked at again, and when; that it cannot be told changes nothing. */
async function noteLook(steps: PayoutSteps, payoutId: PayoutId, fault: unknown, attempts: number): Promise<void> {
  const nextInMs = nextLookInMs(fault, attempts);
  const reason = fault instanceof RailUnavailable ? unanswered(fault.reason) : undefined;
  if (nextInMs !== null) await steps.noteLook(payoutId, { attempts, nextInMs, reason }).catch(() => undefined);
}

/** When Temporal tries again what is not clear; `null` for a fault that leaves nothing open. */
function nextLookInMs(fault: unknown, attempt: number): number | null {
  const { firstMs, factor, longestMs } = sendingRetry;
  const growing = Math.min(firstMs * factor ** (attempt - 1), longestMs);
  if (fault instanceof RailUnavailable) return fault.retryAfterMs ?? growing;
  if (!(fault instanceof ApplicationFailure) || fault.type !== outcomeUnknown) return null;
  return typeof fault.nextRetryDelay === 'number' ? fault.nextRetryDelay : growing;
}
