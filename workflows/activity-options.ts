/** Every timeout and retry policy of the workflows, each with its reason. */

import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import { sendingRetry } from '../domain/payout.ts';
import { payoutTaskQueue, probeTaskQueue } from './messages.ts';

/**
 * Steps in Postgres: milliseconds when all is well, so they ride in the workflow task. Retried for ever, since a ticket
 * outlives any outage of the database; past the threshold the wait becomes a timer and does not hold the task.
 */
export const stepOptions: LocalActivityOptions = {
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '20 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

/**
 * A page of many tickets or orders in one transaction: a second when all is well, and on a busy database some. What is cut
 * off was not written, and is done again from where it stands.
 */
export const pageOptions: LocalActivityOptions = {
  startToCloseTimeout: '1 minute',
  localRetryThreshold: '20 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** In real time: ten tickets a second hear of an incident, beside the day's work. */
export const tellingPauseMs = 10_000;

/** Reading a provider: harmless to repeat, so soon and for ever. */
const readingOptions: ActivityOptions = {
  taskQueue: payoutTaskQueue,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

export const capturesOptions: ActivityOptions = { ...readingOptions, summary: 'What did the provider capture?' };
export const checkingOptions: ActivityOptions = { ...readingOptions, summary: 'How does the payout stand?' };

/**
 * Sending money: the time-out only means that the outcome is unknown; every further attempt asks the provider before
 * it sends, under the same key. Longer than the provider client's own time-out (15 s) twice over, so that an attempt
 * which looks up and then sends can end by itself. For ever, since *unknown* must become known.
 */
export const sendingOptions: ActivityOptions = {
  taskQueue: payoutTaskQueue,
  summary: 'Pay what finance released',
  startToCloseTimeout: '40 seconds',
  retry: {
    initialInterval: sendingRetry.firstMs,
    backoffCoefficient: sendingRetry.factor,
    maximumInterval: sendingRetry.longestMs,
  },
};

/**
 * Asking the shop for a remedy: like sending money, an attempt may have done it without saying so, and the next one looks
 * it up first. Longer than the shop client's own time-out (10 s) twice over.
 */
export const applyingOptions: ActivityOptions = {
  taskQueue: payoutTaskQueue,
  summary: 'Have the shop do what was decided',
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

/**
 * Reading a provider's whole list: minutes where it is long, told page by page. Given up after some hours, since the next
 * look goes over the same days.
 */
export const reconcilingOptions: ActivityOptions = {
  taskQueue: payoutTaskQueue,
  summary: 'Compare with the provider’s list',
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '1 minute',
  scheduleToCloseTimeout: '6 hours',
  retry: { initialInterval: '10 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/**
 * Submitting evidence: an attempt may have done it without saying so, and the next one asks first. Longer than three calls
 * of the provider client (15 s each): the look-up, the file, and the dispute itself. Deadlines are days away, and a provider
 * that does not show it yet is asked for as long, so at the end but twice an hour.
 */
export const evidenceOptions: ActivityOptions = {
  taskQueue: payoutTaskQueue,
  summary: 'Submit the evidence',
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 minutes' },
};

/**
 * A round of probes: up to five targets by two protocols, each attempt half a minute at the longest. It says between two
 * attempts that it lives; whoever takes over makes only what is not recorded. For ever, since an attempt that failed is no
 * failure of the round: what is tried again is a database that was away.
 */
export const probingOptions: ActivityOptions = {
  taskQueue: probeTaskQueue,
  summary: 'Test the plan from our side',
  startToCloseTimeout: '8 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Milliseconds of the desk's clock. The last of each repeats. */
type Delays = readonly [number, ...number[]];

/** When to ask about a sent payout whose webhook does not come: seldom, then more seldom. */
export const checkDelays: Delays = [15 * minuteMs, hourMs, 6 * hourMs, 24 * hourMs];

/** When to read again what no provider could tell yet: a statement comes the next morning, an e-check after days. */
export const captureDelays: Delays = [10 * minuteMs, hourMs, 6 * hourMs];

/** Of the same, in real time: on a desk whose days last seconds, no provider is asked more often. */
export const lookMsMin = 1_000;

/** In real time, before a wave looks again at captures: a provider under load has answered, whatever the pace of the desk. */
const againMsMin = 5_000;

/** Real milliseconds until a wave goes over its orders again; `waitMs` by the desk's clock. */
export const againMs = (waitMs: number, pace: number): number => Math.max(waitMs / pace, againMsMin);

/**
 * Between two rounds of probes: often in the first two hours, in which somebody looks at the fault, by the hour for the
 * rest of the day, then four times a day, so that a whole remediation of 15 days stays within a ticket's budget.
 */
export const probeDelays: Delays = [
  15 * minuteMs,
  ...Array.from({ length: 7 }, () => 15 * minuteMs),
  ...Array.from({ length: 22 }, () => hourMs),
  6 * hourMs,
];

/** In real time: on a desk whose days last seconds, neither gateways nor targets are kept busy. */
export const probeMsMin = 5_000;

/** When to look again at what is due but waits for words that were kept in time and are on their way, whatever the pace. */
export const dueDelays: Delays = [10_000, minuteMs, 10 * minuteMs, hourMs];
