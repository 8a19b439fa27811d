/** The switches of PayPal's sandbox: those that every sandbox has, and its own over refunds. */

import { z } from 'zod';
import { refundStatuses } from './paypal-sandbox-books.ts';
import {
  createProviderFaults,
  type ProviderFaults,
  requestFaultSchemas,
  times,
  webhookFaultSchemas,
} from './sandbox-faults.ts';

/** How the next refund begins, and what becomes of it. */
const outcomeSchema = z.strictObject({
  kind: z.literal('refund-outcome'),
  times,
  status: z.enum(refundStatuses),
  reason: z.string().optional(),
  next: z.enum(['COMPLETED', 'FAILED']).optional(),
  afterMs: z.number().int().min(0).max(86_400_000).default(0),
});

export const faultSchema = z.discriminatedUnion('kind', [
  ...requestFaultSchemas,
  outcomeSchema,
  ...webhookFaultSchemas,
]);

export const tokenPath = '/v1/oauth2/token';

export type Faults = ProviderFaults<z.output<typeof outcomeSchema>>;

/** A request for a token is broken only where a switch names its path. */
export const createFaults = (): Faults =>
  createProviderFaults((fault, path) => path !== tokenPath || fault.path !== undefined);
