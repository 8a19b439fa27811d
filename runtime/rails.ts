/** The payment rails and dispute desks that this desk has. */

import type { Stripe } from 'stripe';
import type { DisputeDesk, DisputeDesks } from '../domain/dispute-desk.ts';
import type { Rail, RailFacts, RailName, Rails } from '../domain/rail.ts';
import type { Shop } from '../domain/shop.ts';
import { bankFacts } from '../providers/bank-rail.ts';
import { paypalFacts } from '../providers/paypal.ts';
import { createShopRail, shopRailFacts } from '../providers/shop-rail.ts';
import { createStripeClient, createStripeRail, stripeFacts } from '../providers/stripe.ts';
import { createStripeDisputeDesk } from '../providers/stripe-evidence.ts';
import type { Config } from './config.ts';
import { createPaypalRails } from './paypal.ts';

/** Below half of a sending attempt's own time-out, so that one can look up and then send (activity-options). */
const railTimeoutMs = 15_000;

const stripeOf = (config: Config): Stripe =>
  createStripeClient({
    apiKey: config.STRIPE_API_KEY.reveal(),
    apiUrl: config.STRIPE_API_URL,
    timeoutMs: railTimeoutMs,
  });

export function createRails(config: Config, { shop, bank }: { shop: Shop | null; bank: Rail | null }): Rails {
  const rails: Rail[] = [
    createStripeRail({ stripe: stripeOf(config) }),
    ...createPaypalRails(config, railTimeoutMs),
    ...(shop ? [createShopRail({ shop })] : []),
    ...(bank ? [bank] : []),
  ];
  return new Map(rails.map((rail) => [rail.name, rail]));
}

/** What is true of each rail, for whoever tells of payouts and has no business with their secrets. */
export const factsOfRails = (): ReadonlyMap<RailName, RailFacts> =>
  new Map([
    ['card', stripeFacts],
    ['paypal', paypalFacts],
    ['bank', bankFacts],
    ['store_balance', shopRailFacts],
  ]);

/** Where evidence is submitted, by the provider that a dispute came from. */
export function createDisputeDesks(config: Config): DisputeDesks {
  const desks: DisputeDesk[] = [createStripeDisputeDesk({ stripe: stripeOf(config) })];
  return new Map(desks.map((desk) => [desk.provider, desk]));
}
