/** The one figure of what is proven, as the board and reconciliation show it. */

import { z } from 'zod';
import { listProblems, railNames } from '../domain/rail.ts';
import { currencySchema, instantSchema, moneySchema } from './wire.ts';

export const provenShareSchema = z
  .object({
    currency: currencySchema,
    left: moneySchema.meta({ description: 'All that left the desk, or may have, and has not come back.' }),
    settled: moneySchema.meta({ description: 'Of it, what our books have as there.' }),
    proven: moneySchema.meta({
      description:
        'Of what is settled, what the provider’s own list or the bank’s statement has as we have it. What a person alone says is not.',
    }),
    basisPoints: z
      .number()
      .int()
      .min(0)
      .max(10_000)
      .nullable()
      .meta({ description: 'The proven share of what is settled in hundredths of a per cent, rounded down.' }),
    oldestUnproven: instantSchema
      .nullable()
      .meta({ description: 'Since when the one that is longest settled without proof is settled.' }),
    asOf: instantSchema.nullable().meta({
      description: 'Until when the lists were read, of the one that was read longest ago; `null` where one never was.',
    }),
    notCompared: z.array(z.object({ rail: z.enum(railNames), problem: z.enum(listProblems) })).meta({
      description: 'Rails whose lists cannot be compared, and why: what is settled over them meanwhile is not proven.',
    }),
  })
  .meta({ id: 'ProvenShare', description: 'The share of payout value that is proven end to end, in one currency.' });
