/** The outside that the activities of a worker call: payment rails, the seller's shop, and its gateways. */

import { createBank } from './bank.ts';
import type { Core } from './core.ts';
import { bindManualPayments } from './manual-payments.ts';
import { readProbes } from './probe-settings.ts';
import { createDisputeDesks, createRails } from './rails.ts';
import { createShop } from './shop.ts';
import type { Providers } from './workers.ts';

export function createProviders({ config, db, clock }: Pick<Core, 'config' | 'db' | 'clock'>): Providers {
  const shop = createShop(config);
  const bank = createBank(config, { db, clock });
  const rails = createRails(config, { shop, bank, payments: bindManualPayments(db, clock) });
  return { rails, shop, disputeDesks: createDisputeDesks(config), probes: readProbes(config) };
}
