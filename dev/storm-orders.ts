/** What a storm is made of: orders paid for in one way or in several, each of which is to be paid back whole. */

import type { Money } from '../domain/money.ts';
import { money } from '../domain/money.ts';
import type { TenderMethod } from '../domain/rail.ts';
import type { Chance } from './storm-chance.ts';

export type PaidMethod = Exclude<TenderMethod, 'promotional_credit'>;

export interface StormTender {
  readonly method: PaidMethod;
  readonly amount: Money;
  /** As its provider will name it, where we name it ourselves. */
  readonly name: string;
}

export interface StormOrder {
  readonly ref: string;
  readonly tenders: readonly [StormTender, ...StormTender[]];
}

/** What may stand side by side in one order; crypto goes by a way of its own (RP-2.2). */
const mixed = ['card', 'paypal', 'bank', 'store_balance'] as const satisfies readonly PaidMethod[];

/** All in euro: what is paid by hand leaves the seller’s bank, whose statement proves it. */
const currency = 'EUR';

const cryptoPercent = 6;

/** Orders with at least so many tenders together: each becomes a payout. */
export function drawOrders(chance: Chance, mark: string, payoutsMin: number): StormOrder[] {
  const orders: StormOrder[] = [];
  for (let payouts = 0; payouts < payoutsMin; payouts += orders.at(-1)?.tenders.length ?? 0)
    orders.push(drawOrder(chance, `STORM-${mark}-${orders.length + 1}`));
  return orders;
}

function drawOrder(chance: Chance, ref: string): StormOrder {
  const methods: PaidMethod[] = chance.happens(cryptoPercent)
    ? ['crypto']
    : chance.shuffle(mixed).slice(0, chance.pick([1, 1, 2, 2, 3, 4]));
  const [first, ...others] = methods.map((method, index) => ({
    method,
    amount: money(BigInt(chance.between(1, 20_000)), currency),
    name: `${ref}-${index}`,
  }));
  if (!first) throw new Error('an order is paid for in at least one way');
  return { ref, tenders: [first, ...others] };
}
