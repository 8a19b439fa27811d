/** The switches of PayPal's sandbox: those that every sandbox has, and its own over refunds. */

import { z } from 'zod';
import { refundStatuses } from './paypal-sandbox-books.ts';
import type { RefundOutcome } from './paypal-sandbox-rules.ts';
import {
  createSwitches,
  fits,
  isWebhookFault,
  type RequestFault,
  requestFaultSchemas,
  times,
  type WebhookFault,
  webhookFaultSchemas,
} from './sandbox-faults.ts';

export const faultSchema = z.discriminatedUnion('kind', [
  ...requestFaultSchemas,
  z.strictObject({
    kind: z.literal('refund-outcome'),
    times,
    status: z.enum(refundStatuses),
    reason: z.string().optional(),
    next: z.enum(['COMPLETED', 'FAILED']).optional(),
    afterMs: z.number().int().min(0).max(86_400_000).default(0),
  }),
  ...webhookFaultSchemas,
]);

export type Fault = z.output<typeof faultSchema>;

export const tokenPath = '/v1/oauth2/token';

export interface Faults {
  add(fault: Fault): void;
  list(): readonly Fault[];
  clear(): void;
  acted(): Readonly<Record<string, number>>;
  /** A request for a token is broken only where a switch names its path. */
  forRequest(method: string, path: string): RequestFault | undefined;
  forWebhook(type: string): WebhookFault | undefined;
  forRefund(): RefundOutcome | undefined;
}

export function createFaults(): Faults {
  const { add, list, clear, acted, take } = createSwitches<Fault>();

  return {
    // A reordering acts on a batch of events each time.
    add: (fault) => add(fault, fault.kind === 'webhook-reorder' ? fault.hold : 1),
    list,
    clear,
    acted,
    forRequest: (method, path) =>
      take(
        (fault): fault is RequestFault =>
          !isWebhookFault(fault) &&
          fault.kind !== 'refund-outcome' &&
          fits(fault, method, path) &&
          (path !== tokenPath || fault.path !== undefined),
      ),
    forWebhook: (type) =>
      take(
        (fault): fault is WebhookFault => isWebhookFault(fault) && (fault.type === undefined || fault.type === type),
      ),
    forRefund: () => {
      const fault = take(
        (given): given is Extract<Fault, { kind: 'refund-outcome' }> => given.kind === 'refund-outcome',
      );
      if (!fault) return undefined;
      const { status, reason, next, afterMs } = fault;
      return { status, afterMs, ...(reason === undefined ? {} : { reason }), ...(next === undefined ? {} : { next }) };
    },
  };
}
