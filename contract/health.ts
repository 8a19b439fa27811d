/** What the probes answer. */

import { z } from 'zod';
import { instantSchema } from './wire.ts';

export const healthSchema = z
  .object({
    status: z.literal('alive'),
    now: instantSchema.meta({ description: 'By the desk’s clock, which all its rules go by.' }),
    pace: z.number().meta({ description: 'Desk seconds per real second; 1 in production.' }),
  })
  .meta({ id: 'Health' });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    checks: z.record(z.string(), z.enum(['ok', 'degraded', 'failing'])).meta({
      description: 'A degraded part does not stop the desk: without Temporal every write is kept.',
    }),
  })
  .meta({ id: 'Readiness' });

export type Readiness = z.output<typeof readinessSchema>;
