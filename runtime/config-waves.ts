/** Keys of the configuration for waves of offers (RP-4.5). */

import { z } from 'zod';
import { limits } from './config-limits.ts';

export const waveKeys = {
  OFFER_WAVE_ALONE_MAX: {
    schema: limits,
    doc: 'Up to which budget one lead alone decides a wave of offers for an incident, in minor units per currency as JSON, e.g. {"USD":"100000"}; what is more, or in a currency that is not listed, a second person confirms. Empty: every wave takes two people.',
  },
  OFFER_WAVE_HANDED_PER_SECOND: {
    schema: z.coerce.number().int().min(1).max(1_000).default(4),
    doc: 'How many tickets of a wave of offers begin their workflow, with the mail of each, in a second, however fast the wave itself goes: what Temporal and the mail server bear beside the day’s work.',
  },
} as const;
