/** What the probes answer. */

import { z } from 'zod';

export const healthSchema = z.object({ status: z.literal('alive') }).meta({ id: 'Health' });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    checks: z.record(z.string(), z.enum(['ok', 'degraded', 'failing'])).meta({
      description: 'A degraded part does not stop the desk: without Temporal every write is kept.',
    }),
  })
  .meta({ id: 'Readiness' });

export type Readiness = z.output<typeof readinessSchema>;
