/** How long a payout has been in its state: buckets for finance, and how long is too long. Pure. */

import { payoutApprovedMinutesMax, payoutSendingMinutesMax } from './limits.ts';
import type { PayoutState } from './payout.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** From the youngest; the last has no end. */
const buckets = [
  ['under_1_hour', hourMs],
  ['under_1_day', dayMs],
  ['under_3_days', 3 * dayMs],
  ['under_10_days', 10 * dayMs],
  ['older', Number.POSITIVE_INFINITY],
] as const;

export type AgeBucket = (typeof buckets)[number][0];

export const ageBuckets = buckets.map(([name]) => name) as [AgeBucket, ...AgeBucket[]];

/** A clock that runs behind another's makes nothing younger than new. */
export const ageBucket = (since: Date, at: Date): AgeBucket =>
  buckets.find(([, underMs]) => at.getTime() - since.getTime() < underMs)?.[0] ?? 'older';

/** Where one bucket ends and the next, older one begins: what is in its state since just then is in the older. */
export const ageBounds = (at: Date): Date[] =>
  buckets.slice(0, -1).map(([, underMs]) => new Date(at.getTime() - underMs));

/** States that pass by themselves, unless something is wrong. */
export const passingStates = { approved: payoutApprovedMinutesMax, sending: payoutSendingMinutesMax } as const;

export type PassingState = keyof typeof passingStates;

/** A payout that has been in its passing state since before this is late. */
export const lateBefore = (state: PassingState, at: Date): Date =>
  new Date(at.getTime() - passingStates[state] * minuteMs);

const isPassing = (state: PayoutState): state is PassingState => Object.hasOwn(passingStates, state);

export const isLate = (state: PayoutState, since: Date, at: Date): boolean =>
  isPassing(state) && since.getTime() < lateBefore(state, at).getTime();
