/** The outside that the activities of a worker call: payment rails and the seller's shop. */

import type { Core } from './core.ts';
import { bindManualPayments } from './manual-payments.ts';
import { createRails } from './rails.ts';
import { createShop } from './shop.ts';
import type { Providers } from './workers.ts';

export function createProviders({ config, db, clock }: Pick<Core, 'config' | 'db' | 'clock'>): Providers {
  const shop = createShop(config);
  return { rails: createRails(config, shop, bindManualPayments(db, clock)), shop };
}
