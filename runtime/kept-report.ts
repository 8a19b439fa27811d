/** What is kept of a provider's event that reports of a payout of ours; the event itself is not. */

import { z } from 'zod';
import type { RailReport } from '../domain/rail.ts';

const reason = z.string().optional();

const reportSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('sent'), providerRef: z.string(), reason }),
  z.object({ status: z.literal('settled'), providerRef: z.string(), bankRef: z.string().optional() }),
  z.object({ status: z.literal('failed'), providerRef: z.string().optional(), reason: z.string() }),
  z.object({ status: z.literal('cancelled'), providerRef: z.string(), reason }),
]) satisfies z.ZodType<RailReport>;

export const keptReportSchema = z.object({ type: z.string(), report: reportSchema });
