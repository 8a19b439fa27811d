/** Every timeout and retry policy of the workflows, each with its reason. */

import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';
import { sendingRetry } from '../domain/payout.ts';
import { payoutTaskQueue } from './messages.ts';

/**
 * Steps in Postgres: milliseconds when all is well, so they ride in the workflow task. Retried for ever, since a ticket
 * outlives any outage of the database; past the threshold the wait becomes a timer and does not hold the task.
 */
export const stepOptions: LocalActivityOptions = {
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '20 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

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
 * of the provider client (15 s each): the look-up, the file, and the dispute itself.
 */
export const evidenceOptions: ActivityOptions = {
  taskQueue: payoutTaskQueue,
  summary: 'Submit the evidence',
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
};

/** When to ask about a sent payout whose webhook does not come: seldom, then more seldom. The last one repeats. */
export const checkDelays = ['15 minutes', '1 hour', '6 hours', '1 day'] as const;

/** When to look again at what is due but waits for words that were kept in time and are on their way. The last repeats. */
export const dueDelays = ['10 seconds', '1 minute', '10 minutes', '1 hour'] as const;
