/** The payment rails that this desk has, by the method of payment that they serve. */

import type { ManualPayments } from '../domain/manual-payment.ts';
import type { Rail, Rails } from '../domain/rail.ts';
import type { Shop } from '../domain/shop.ts';
import { createManualRail } from '../providers/manual.ts';
import { createShopRail } from '../providers/shop-rail.ts';
import { createStripeClient, createStripeRail } from '../providers/stripe.ts';
import type { Config } from './config.ts';

/** Below half of a sending attempt's own time-out, so that one can look up and then send (activity-options). */
const stripeTimeoutMs = 15_000;

export function createRails(config: Config, shop: Shop | null, payments: ManualPayments): Rails {
  const stripe = createStripeClient({
    apiKey: config.STRIPE_API_KEY.reveal(),
    apiUrl: config.STRIPE_API_URL,
    timeoutMs: stripeTimeoutMs,
  });
  const rails: Rail[] = [
    createStripeRail({ stripe }),
    ...(shop ? [createShopRail({ shop })] : []),
    createManualRail({ payments }),
  ];
  return new Map(rails.map((rail) => [rail.name, rail]));
}
