/** The payment rails and dispute desks that this desk has. */

import type { Stripe } from 'stripe';
import type { DisputeDesk, DisputeDesks } from '../domain/dispute-desk.ts';
import type { ManualPayments } from '../domain/manual-payment.ts';
import type { Rail, RailFacts, RailName, Rails } from '../domain/rail.ts';
import type { Shop } from '../domain/shop.ts';
import { bankFacts } from '../providers/bank-rail.ts';
import { createManualRail, manualFacts } from '../providers/manual.ts';
import { createPaypalRail, paypalFacts } from '../providers/paypal.ts';
import { createPaypalDisputeDesk } from '../providers/paypal-evidence.ts';
import { createShopRail, shopRailFacts } from '../providers/shop-rail.ts';
import { createStripeClient, createStripeRail, stripeFacts } from '../providers/stripe.ts';
import { createStripeDisputeDesk } from '../providers/stripe-evidence.ts';
import type { Config } from './config.ts';
import { paypalOf } from './paypal.ts';

/** Below half of a sending attempt's own time-out, so that one can look up and then send (activity-options). */
const railTimeoutMs = 15_000;

const stripeOf = (config: Config): Stripe =>
  createStripeClient({
    apiKey: config.STRIPE_API_KEY.reveal(),
    apiUrl: config.STRIPE_API_URL,
    timeoutMs: railTimeoutMs,
  });

/** What the rails stand on beside the configuration. */
interface RailParts {
  readonly shop: Shop | null;
  readonly bank: Rail | null;
  readonly payments: ManualPayments;
}

export function createRails(config: Config, { shop, bank, payments }: RailParts): Rails {
  const paypal = paypalOf(config, railTimeoutMs);
  const rails: Rail[] = [
    createStripeRail({ stripe: stripeOf(config) }),
    ...(paypal ? [createPaypalRail({ paypal })] : []),
    ...(shop ? [createShopRail({ shop })] : []),
    ...(bank ? [bank] : []),
    createManualRail({ payments }),
  ];
  return new Map(rails.map((rail) => [rail.name, rail]));
}

/** What is true of each rail, for whoever tells of payouts and has no business with their secrets. */
export const factsOfRails = (): ReadonlyMap<RailName, RailFacts> =>
  new Map([
    ['card', stripeFacts],
    ['paypal', paypalFacts],
    ['bank', bankFacts],
    ['manual', manualFacts],
    ['store_balance', shopRailFacts],
  ]);

/** Where evidence is submitted, by the provider that a dispute came from. */
export function createDisputeDesks(config: Config): DisputeDesks {
  const paypal = paypalOf(config, railTimeoutMs);
  const desks: DisputeDesk[] = [
    createStripeDisputeDesk({ stripe: stripeOf(config) }),
    ...(paypal ? [createPaypalDisputeDesk({ paypal })] : []),
  ];
  return new Map(desks.map((desk) => [desk.provider, desk]));
}
