/** The outside that the activities of a worker call: payment rails and the seller's shop. */

import type { Config } from './config.ts';
import { createDisputeDesks, createRails } from './rails.ts';
import { createShop } from './shop.ts';
import type { Providers } from './workers.ts';

export function createProviders(config: Config): Providers {
  const shop = createShop(config);
  return { rails: createRails(config, shop), shop, disputeDesks: createDisputeDesks(config) };
}
