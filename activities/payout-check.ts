/**
 * What becomes of a payout that its provider has: asked and recorded, never sent. One that is to be called off is, if its
 * provider still can.
 */

import type { PayoutId, TicketId } from '../domain/ids.ts';
import { awaitsPerson } from '../domain/payout.ts';
import { type OutcomeUnknown, type RailReport, type Rails, RailUnavailable, railFrom } from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import { type PayoutGate, unrefused } from './payout-gate.ts';
import type { PayoutSteps, PayoutToSend } from './ports.ts';

interface PayoutCheck {
  record(ticketId: TicketId, payoutId: PayoutId, report: RailReport | OutcomeUnknown): Promise<TicketSnapshot>;
  check(ticketId: TicketId, payoutId: PayoutId, payout: PayoutToSend): Promise<TicketSnapshot>;
}

interface Dependencies {
  readonly steps: PayoutSteps;
  readonly rails: Rails;
  readonly gate: PayoutGate;
}

export function createPayoutCheck({ steps, rails, gate }: Dependencies): PayoutCheck {
  const record: PayoutCheck['record'] = async (ticketId, payoutId, report) =>
    unrefused(await steps.recordReport({ ticketId, payoutId, inputId: null, report }));

  /**
   * R2: whoever pays by hand has no provider that would refuse, so that what went back elsewhere is read while they may still
   * be stopped. What cannot be read just now changes nothing; what moved meanwhile fails the look, and is read again.
   */
  const goneMeanwhile = async (payoutId: PayoutId, payout: PayoutToSend): Promise<boolean> => {
    if (!railFrom(rails, payout.method)) return false;
    const read = await gate.readSource(payout).catch((fault: unknown) => {
      if (fault instanceof RailUnavailable) return null;
      throw fault;
    });
    return read !== null && (await steps.readPayout(payoutId)).isToCancel;
  };

  const check: PayoutCheck['check'] = async (ticketId, payoutId, payout) => {
    const rail = gate.railFor(payout.rail);
    const found = await rail.lookUp(payout.request);
    const isToCancel = payout.isToCancel || (isForHand(found) && (await goneMeanwhile(payoutId, payout)));
    if (found?.status !== 'sent' || !isToCancel || !rail.cancel)
      return found ? record(ticketId, payoutId, found) : steps.readSnapshot(ticketId);
    // S6: only what its provider surely called off is; an unclear answer leaves it as it was found.
    const answer = await rail.cancel(payout.request, found.providerRef);
    return record(ticketId, payoutId, answer.status === 'unknown' ? found : answer);
  };

  return { record, check };
}

const isForHand = (found: RailReport | null): boolean => found?.status === 'sent' && found.reason === awaitsPerson;
