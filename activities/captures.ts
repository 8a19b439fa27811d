/** Reads from the providers what was captured of an order's tenders, and what went back of it elsewhere (R10). */

import type { TenderId } from '../domain/ids.ts';
import { type CaptureProblem, type CaptureState, type Rails, railFrom } from '../domain/rail.ts';
import type { CaptureActivities } from '../workflows/ports.ts';
import { orderMoved, translated } from './payout-gate.ts';
import type { CaptureSteps, TenderToRead } from './ports.ts';

/** Those whose provider the desk can ask. */
export async function readCapturesOf(
  rails: Rails,
  tenders: readonly TenderToRead[],
): Promise<Map<TenderId, CaptureProblem | CaptureState>> {
  const captures = new Map<TenderId, CaptureProblem | CaptureState>();
  for (const tender of tenders) {
    const rail = railFrom(rails, tender.method);
    if (rail && tender.captureRef !== null)
      captures.set(tender.id, await rail.readCapture(tender.captureRef, tender.payoutIds));
  }
  return captures;
}

export const createCaptureActivities = (given: {
  readonly steps: CaptureSteps;
  readonly rails: Rails;
}): CaptureActivities => ({
  takeOverCaptures: ({ orderId }) =>
    translated(async () => {
      const tenders = await given.steps.readOrderTenders(orderId);
      const captures = await readCapturesOf(given.rails, tenders);
      // What is ours is told by the payouts that were known before: one that was granted since would count as elsewhere.
      if ((await given.steps.recordOrderCaptures(orderId, tenders, captures)) === 'moved') throw orderMoved();
    }),
});
