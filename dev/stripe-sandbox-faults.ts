/**
 * The switches by which tests and people break the sandbox on purpose. Kept in memory only: a restarted sandbox is in
 * good health. Each switch acts on the next calls that fit it, oldest switch first, one switch a call.
 */

import { z } from 'zod';
import { refundStatuses } from './stripe-sandbox-objects.ts';
import type { RefundOutcome } from './stripe-sandbox-rules.ts';

const ms = z.number().int().min(0).max(86_400_000);
/** How often it acts; 0 for ever, until it is taken away. */
const times = z.number().int().min(0).max(100_000).default(1);
/** Beginning of the path it acts on, and the method; absent: all of `/v1`. */
const aim = { times, path: z.string().startsWith('/v1/').optional(), method: z.enum(['GET', 'POST']).optional() };
const webhookAim = { times, type: z.string().optional() };

export const faultSchema = z.discriminatedUnion('kind', [
  /** Waits before the work (the key is held meanwhile) or between work and answer. */
  z.strictObject({ kind: z.literal('slow'), ...aim, ms, when: z.enum(['before', 'after']).default('before') }),
  /** Answers with an error; `worked`: after doing the work all the same; `saved`: the key remembers the error. */
  z.strictObject({
    kind: z.literal('fail'),
    ...aim,
    status: z.number().int().min(400).max(599).default(500),
    code: z.string().optional(),
    worked: z.boolean().default(false),
    saved: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('rate-limit'), ...aim, retryAfterSeconds: z.number().int().positive().optional() }),
  /** Does the work, then closes the connection without a word. */
  z.strictObject({ kind: z.literal('lose-answer'), ...aim }),
  /** Closes the connection before any work. */
  z.strictObject({ kind: z.literal('reset'), ...aim }),
  /** Half of the JSON under status 200; `cut`: the connection closes in the middle of the announced body. */
  z.strictObject({ kind: z.literal('truncate'), ...aim, cut: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('html'), ...aim, worked: z.boolean().default(true) }),
  /** Never answers, until the client gives up. */
  z.strictObject({ kind: z.literal('hang'), ...aim, worked: z.boolean().default(true) }),
  z.strictObject({
    kind: z.literal('refund-outcome'),
    times,
    status: z.enum(refundStatuses),
    pendingReason: z.string().optional(),
    failureReason: z.string().optional(),
    next: z.enum(['succeed', 'fail', 'reference']).optional(),
    afterMs: ms.default(0),
  }),
  z.strictObject({ kind: z.literal('webhook-duplicate'), ...webhookAim, copies: z.number().int().min(2).max(20) }),
  /** Holds so many events and then sends them newest first. */
  z.strictObject({ kind: z.literal('webhook-reorder'), ...webhookAim, hold: z.number().int().min(2).max(100) }),
  /** Keeps events back until the switches are taken away. */
  z.strictObject({ kind: z.literal('webhook-withhold'), ...webhookAim }),
  z.strictObject({ kind: z.literal('webhook-delay'), ...webhookAim, ms }),
]);

export type Fault = z.output<typeof faultSchema>;
export type WebhookFault = Extract<Fault, { kind: `webhook-${string}` }>;
export type RequestFault = Exclude<Fault, WebhookFault | { kind: 'refund-outcome' }>;

export interface Faults {
  add(fault: Fault): void;
  list(): readonly Fault[];
  clear(): void;
  forRequest(method: string, path: string): RequestFault | undefined;
  forWebhook(type: string): WebhookFault | undefined;
  forRefund(): RefundOutcome | undefined;
}

export function createFaults(): Faults {
  let armed: { readonly fault: Fault; left: number }[] = [];

  function take<Kind extends Fault>(fits: (fault: Fault) => fault is Kind): Kind | undefined {
    for (const entry of armed) {
      if (!fits(entry.fault)) continue;
      entry.left -= 1;
      armed = armed.filter(({ left }) => left > 0);
      return entry.fault;
    }
    return undefined;
  }

  return {
    add: (fault) => {
      // A reordering acts on a batch of events each time.
      const batch = fault.kind === 'webhook-reorder' ? fault.hold : 1;
      armed.push({ fault, left: fault.times === 0 ? Number.POSITIVE_INFINITY : fault.times * batch });
    },
    list: () => armed.map(({ fault }) => fault),
    clear: () => {
      armed = [];
    },
    forRequest: (method, path) =>
      take(
        (fault): fault is RequestFault =>
          !isWebhookFault(fault) &&
          fault.kind !== 'refund-outcome' &&
          (fault.method === undefined || fault.method === method) &&
          (fault.path === undefined || path.startsWith(fault.path)),
      ),
    forWebhook: (type) =>
      take(
        (fault): fault is WebhookFault => isWebhookFault(fault) && (fault.type === undefined || fault.type === type),
      ),
    forRefund: () => {
      const fault = take(
        (fault): fault is Extract<Fault, { kind: 'refund-outcome' }> => fault.kind === 'refund-outcome',
      );
      if (!fault) return undefined;
      return {
        status: fault.status,
        afterMs: fault.afterMs,
        ...(fault.pendingReason === undefined ? {} : { pendingReason: fault.pendingReason }),
        ...(fault.failureReason === undefined ? {} : { failureReason: fault.failureReason }),
        ...(fault.next === undefined ? {} : { next: fault.next }),
      };
    },
  };
}

const isWebhookFault = (fault: Fault): fault is WebhookFault => fault.kind.startsWith('webhook-');
