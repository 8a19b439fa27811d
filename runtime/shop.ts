/** The shop that this desk has, if any: without one, remedies are refused as unavailable and store balance has no rail. */

import type { Shop } from '../domain/shop.ts';
import { createShopClient } from '../providers/shop.ts';
import type { Config } from './config.ts';

/** Of one call; a sending attempt's own time-out has room for a look-up, a read and an action (activity-options). */
const shopTimeoutMs = 10_000;

export function createShop(config: Config): Shop | null {
  const { SHOP_API_URL, SHOP_SIGNING_SECRET } = config;
  if (SHOP_API_URL === '' || SHOP_SIGNING_SECRET === '') return null;
  return createShopClient({
    apiUrl: SHOP_API_URL,
    signingSecret: SHOP_SIGNING_SECRET.reveal(),
    timeoutMs: shopTimeoutMs,
  });
}
