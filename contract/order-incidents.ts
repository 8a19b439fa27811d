/** Incidents as the shop's systems report them of one order (RP-2.4b): confirmed or not, widely impacting, covering it. */

import { z } from 'zod';
import { operation } from './operation.ts';
import { idSchema, instantSchema, refSchema } from './wire.ts';

export const reportOrderIncident = operation({
  id: 'reportOrderIncident',
  method: 'post',
  path: '/v1/orders/{orderRef}/incidents',
  summary: 'Reports an incident as it bears on an order; reported again, it is corrected, and its ticket hears of it.',
  tag: 'orders',
  params: z.object({ orderRef: refSchema }),
  body: z
    .object({
      ref: refSchema,
      confirmed: z.boolean(),
      widelyImpacting: z.boolean(),
      covers: z.boolean().meta({ description: 'Whether it covers this order’s plan, place and time.' }),
      from: instantSchema,
      until: instantSchema.optional().meta({ description: 'Left out while it goes on.' }),
    })
    .strict()
    .refine((given) => given.until === undefined || Date.parse(given.from) < Date.parse(given.until), {
      path: ['until'],
      message: 'expected an instant after `from`',
    }),
  answers: {
    200: z
      .object({
        orderRef: z.string(),
        ref: z.string(),
        ticketId: idSchema.nullable().meta({ description: 'The ticket that was told of it, if there is one.' }),
      })
      .meta({ id: 'OrderIncidentKept' }),
  },
  writes: 'direct',
});
