/** The share of payout value that is proven end to end, as it leaves: the same wherever it is shown. */

import type { z } from 'zod';
import type { provenShareSchema } from '../contract/proven-share.ts';
import { toWire } from '../domain/money.ts';
import type { ProvenShare } from '../domain/payout-sums.ts';

export const presentProvenShare = (share: ProvenShare): z.output<typeof provenShareSchema> => ({
  currency: share.currency,
  left: toWire(share.left),
  settled: toWire(share.settled),
  proven: toWire(share.proven),
  basisPoints: share.basisPoints,
  oldestUnproven: share.oldestUnproven?.toISOString() ?? null,
  asOf: share.asOf?.toISOString() ?? null,
  notCompared: share.notCompared.map(({ rail, problem }) => ({ rail, problem })),
});
