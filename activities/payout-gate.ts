/**
 * The gate before each call that could move money: stops, what the provider says of the capture, disputes, and whether
 * a payout that was looked up in vain may still go. Passes by returning; holds by a failure that is tried again.
 */

import { ApplicationFailure } from '@temporalio/common';
import { isRefusal } from '../domain/errors.ts';
import type { PayoutId } from '../domain/ids.ts';
import { unanswered } from '../domain/payout-waits.ts';
import {
  type CaptureProblem,
  type CaptureState,
  type Rail,
  type RailName,
  type RailReport,
  type Rails,
  RailUnavailable,
  railFrom,
  type TenderMethod,
} from '../domain/rail.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type { PayoutSteps, PayoutToSend } from './ports.ts';

/** How long a held payout waits before it looks whether it may go. */
const heldRetryMs = 10_000;

/** An inquiry lasts for weeks and an e-check for days (S10), and their end is no matter of seconds. */
const slowRetryMs = 600_000;

const delayFor = ({ problem }: CaptureProblem): number => (problem === 'capture_pending' ? slowRetryMs : heldRetryMs);

/** Room in the daily cap comes with the hours. */
const cappedRetryMs = 60_000;

/** A bar is for good; what remains is to learn that the provider has nothing. */
export const barredRetryMs = 3_600_000;

/** What each answer of the gate is told as: the failure, the payout's reason, and how long it waits. */
const gateHolds = {
  stopped: ['PayoutsStopped', 'stopped', heldRetryMs],
  disputed: ['PayoutDisputed', 'disputed', heldRetryMs],
  held: ['PayoutHeld', 'held', heldRetryMs],
  inquired: ['PayoutInquired', 'inquiry', slowRetryMs],
  daily_cap: ['PayoutCapped', 'daily_cap', cappedRetryMs],
  above_daily_cap: ['PayoutCapped', 'above_daily_cap', cappedRetryMs],
} as const;

export interface PayoutGate {
  railFor(name: RailName): Rail;
  held(): ApplicationFailure;
  /** Stores what the provider of the tender says of it at this moment. */
  readSource(payout: PayoutToSend): Promise<CaptureState | CaptureProblem>;
  /** D2: what was captured, went out elsewhere or is disputed, read at the last moment before a call. */
  readAtLast(payoutId: PayoutId, payout: PayoutToSend): Promise<void>;
  /** What the provider has of a payout for which a call may have been made; else whether it may go, or has ended. */
  lookUpFirst(payoutId: PayoutId, payout: PayoutToSend): Promise<RailReport | 'go' | 'ended'>;
}

export function createPayoutGate({ steps, rails }: { steps: PayoutSteps; rails: Rails }): PayoutGate {
  const railFor = (name: RailName): Rail => configured(rails.get(name), name);

  const sourceOf = (method: TenderMethod): Rail => configured(railFrom(rails, method), method);

  const held = () => retryLater('PayoutHeld', 'the payout may not go for now', heldRetryMs);

  const hold = async (
    payoutId: PayoutId,
    type: string,
    reason: string,
    delayMs = heldRetryMs,
  ): Promise<ApplicationFailure> => {
    await steps.recordHold(payoutId, reason);
    return retryLater(type, reason, delayMs);
  };

  /** What kept it back does so no more, whatever becomes of the call. */
  const passed = async (payoutId: PayoutId, { isHeld }: PayoutToSend): Promise<void> => {
    if (isHeld) await steps.recordHold(payoutId, null);
  };

  const readSource: PayoutGate['readSource'] = async ({ method, request, ticketId, tenderId }) => {
    // As it stands now: what the payout's own activity stored of it a moment ago is no newer word of someone else.
    const asked = (await steps.readTenders(ticketId)).filter(({ id }) => id === tenderId);
    const capture = await sourceOf(method).readCapture(request.captureRef, asked[0]?.payoutIds ?? []);
    unmoved(await steps.recordCaptures(ticketId, asked, new Map([[tenderId, capture]])));
    return capture;
  };

  /** D2: what was captured, went out elsewhere or is disputed is read at the last moment before each call. */
  const readAtLast = async (payoutId: PayoutId, payout: PayoutToSend): Promise<void> => {
    // While it is held, a payout troubles no provider.
    const gate = await steps.readGate(payoutId);
    if (gate !== 'free') {
      const [type, reason, delayMs] = gateHolds[gate];
      throw await hold(payoutId, type, reason, delayMs);
    }
    const capture = await readSource(payout).catch(async (fault: unknown) => {
      // Of one that may be on its way the note of the look says so.
      if (fault instanceof RailUnavailable && payout.state === 'approved')
        await steps.recordHold(payoutId, unanswered(fault.reason));
      throw fault;
    });
    if ('problem' in capture) throw await hold(payoutId, 'CaptureUnreadable', capture.problem, delayFor(capture));
    if (capture.captured.currency !== payout.request.amount.currency)
      throw await hold(payoutId, 'CaptureUnreadable', 'currency_mismatch');
    if (capture.disputeBars) throw await hold(payoutId, 'PayoutDisputed', 'disputed');
    if (payout.state === 'approved') await passed(payoutId, payout);
  };

  /** What the provider has of a payout for which a call may have been made; nothing goes again that may not go any more. */
  const lookUpFirst: PayoutGate['lookUpFirst'] = async (payoutId, payout) => {
    const found = await railFor(payout.rail).lookUp(payout.request);
    if (found) return found;
    // R2: what went back elsewhere may have failed since; only what stands at this moment ends a payout.
    if (payout.isPaidElsewhere) await readSource(payout);
    const bar = await steps.endBarred(payoutId);
    if (bar === 'ended') return 'ended';
    if (bar === 'barred') throw retryLater('PayoutBarred', 'the payout is barred for good', barredRetryMs);
    await readAtLast(payoutId, payout);
    const way = await steps.mayStillGo(payoutId);
    if (way === 'rehearsing') throw await hold(payoutId, 'PayoutRehearsed', 'dry_run', slowRetryMs);
    if (way === 'held') throw held();
    await passed(payoutId, payout);
    return 'go';
  };

  return { railFor, held, readSource, readAtLast, lookUpFirst };
}

function configured(rail: Rail | undefined, name: RailName | TenderMethod): Rail {
  if (!rail) throw retryLater('RailUnavailable', `no rail is configured for ${name}`, heldRetryMs);
  return rail;
}

/** A failure that Temporal tries again, after a delay in milliseconds where one is named. */
export const retryLater = (type: string, message: string, delayMs?: number): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    category: 'BENIGN',
    ...(delayMs === undefined ? {} : { nextRetryDelay: delayMs }),
  });

/** How soon an order is read again whose payouts or balance moved while it was. */
const movedRetryMs = 1_000;

export const orderMoved = (): ApplicationFailure =>
  retryLater('OrderMoved', 'the order moved while its captures were read', movedRetryMs);

/** The step's answer where it stored what was read; else the provider is asked again. */
export function unmoved(answer: TicketSnapshot | { refused: string } | 'moved'): TicketSnapshot {
  if (answer === 'moved') throw orderMoved();
  return unrefused(answer);
}

/** A provider that cannot be asked is asked again, when it wishes. */
export async function translated<Result>(body: () => Promise<Result>): Promise<Result> {
  try {
    return await body();
  } catch (fault) {
    if (fault instanceof RailUnavailable) throw retryLater(fault.name, fault.message, fault.retryAfterMs);
    throw fault;
  }
}

/** Steps of the desk itself are never refused; one that is means that the code is at fault. */
export function unrefused(answer: TicketSnapshot | { refused: string }): TicketSnapshot {
  if (isRefusal(answer)) throw new Error(`a step of the desk was refused: ${answer.refused}`);
  return answer as TicketSnapshot;
}
