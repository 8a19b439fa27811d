/** The switches of the card provider's sandbox: those that every sandbox has, and its own over refunds and webhooks. */

import { z } from 'zod';
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
import { refundStatuses } from './stripe-sandbox-objects.ts';
import type { RefundOutcome } from './stripe-sandbox-rules.ts';

const ms = z.number().int().min(0).max(86_400_000);

export const faultSchema = z.discriminatedUnion('kind', [
  ...requestFaultSchemas,
  z.strictObject({
    kind: z.literal('refund-outcome'),
    times,
    status: z.enum(refundStatuses),
    pendingReason: z.string().optional(),
    failureReason: z.string().optional(),
    next: z.enum(['succeed', 'fail', 'reference']).optional(),
    afterMs: ms.default(0),
  }),
  ...webhookFaultSchemas,
]);

export type Fault = z.output<typeof faultSchema>;

export interface Faults {
  add(fault: Fault): void;
  list(): readonly Fault[];
  clear(): void;
  acted(): Readonly<Record<string, number>>;
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
          !isWebhookFault(fault) && fault.kind !== 'refund-outcome' && fits(fault, method, path),
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
