/** The switches of the card provider's sandbox: those that every sandbox has, and its own over refunds and webhooks. */

import { z } from 'zod';
import {
  createProviderFaults,
  type ProviderFaults,
  requestFaultSchemas,
  times,
  webhookFaultSchemas,
} from './sandbox-faults.ts';
import { refundStatuses } from './stripe-sandbox-objects.ts';

const ms = z.number().int().min(0).max(86_400_000);

/** How the next refund begins, and what becomes of it. */
const outcomeSchema = z.strictObject({
  kind: z.literal('refund-outcome'),
  times,
  status: z.enum(refundStatuses),
  pendingReason: z.string().optional(),
  failureReason: z.string().optional(),
  next: z.enum(['succeed', 'fail', 'reference']).optional(),
  afterMs: ms.default(0),
});

export const faultSchema = z.discriminatedUnion('kind', [
  ...requestFaultSchemas,
  outcomeSchema,
  ...webhookFaultSchemas,
]);

export type Faults = ProviderFaults<z.output<typeof outcomeSchema>>;

export const createFaults = (): Faults => createProviderFaults();
