/** What is bought and claimed in the tour: plans with their prices, orders as the sandboxes know them, and tickets. */

import type { TenderMethod } from '../domain/rail.ts';

export interface Goods {
  readonly kind: string;
  readonly name: string;
  readonly periodDays?: number;
  readonly gigabytes?: number;
  readonly minor: number;
  readonly method?: TenderMethod;
}

export interface Order {
  readonly ref: string;
  readonly goods: Goods;
  /** Empty where the card provider's books have none. */
  readonly charge: string;
  readonly endsAt: string | null;
}

export interface Ticket {
  readonly id: string;
  readonly reference: string;
  readonly order: Order;
}

/** Paid in this currency. */
export const tourCurrency = 'USD';

export const oldPlan: Goods = { kind: 'datacenter', name: 'Datacenter, 5 addresses', periodDays: 30, minor: 1_500 };

export const residential: Goods = {
  kind: 'dynamic_residential',
  name: 'Dynamic Residential 25 GB',
  gigabytes: 25,
  minor: 4_999,
};

export const staticIsp: Goods = { kind: 'static_isp', name: 'Static ISP, 10 addresses', periodDays: 30, minor: 9_000 };

/** So long that a wave of offers ends before it, on a desk where a day lasts two seconds. */
export const quarterly: Goods = {
  ...staticIsp,
  name: 'Static ISP, 10 addresses, a quarter',
  periodDays: 90,
  minor: 27_000,
};

/** Its exits are dead: the demo seller's gateway leads nowhere with it. */
export const mobile: Goods = { kind: 'mobile_dynamic', name: 'Dynamic Mobile 25 GB', gigabytes: 25, minor: 5_900 };
