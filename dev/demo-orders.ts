/** The demo shop's orders: every plan kind, payment method and age that the desk tells apart. Plain data. */

import type { Currency } from '../domain/money.ts';
import type { TenderMethod } from '../domain/rail.ts';

export interface DemoTender {
  readonly method: TenderMethod;
  readonly minor: string;
  readonly currency: Currency;
}

export interface DemoOrder {
  readonly ref: string;
  readonly account: 'acme' | 'solo';
  readonly channel: 'official' | 'designated_link' | 'reseller' | 'marketplace';
  readonly plan: { readonly kind: string; readonly name: string };
  readonly boughtDaysAgo: number;
  /** Where the plan itself was first bought earlier. */
  readonly firstBoughtDaysAgo?: number;
  readonly periodDays?: number;
  readonly meteredGb?: number;
  readonly usedGb?: number;
  readonly renewalOf?: string;
  readonly tenders: readonly DemoTender[];
}

const card = (minor: string, currency: Currency = 'USD') => [{ method: 'card', minor, currency }] as const;

export const demoOrders: readonly DemoOrder[] = [
  {
    ref: 'DEMO-1001',
    account: 'acme',
    channel: 'official',
    plan: { kind: 'dynamic_residential', name: 'Dynamic Residential 25 GB' },
    boughtDaysAgo: 2,
    meteredGb: 25,
    usedGb: 0.4,
    tenders: card('4999'),
  },
  {
    ref: 'DEMO-1002',
    account: 'acme',
    channel: 'official',
    plan: { kind: 'static_isp', name: 'Static ISP, 10 addresses' },
    boughtDaysAgo: 5,
    periodDays: 30,
    usedGb: 0.1,
    tenders: card('2900', 'EUR'),
  },
  {
    ref: 'DEMO-1003',
    account: 'acme',
    channel: 'official',
    plan: { kind: 'datacenter', name: 'Datacenter, 100 addresses' },
    boughtDaysAgo: 12,
    periodDays: 30,
    tenders: card('9900'),
  },
  {
    ref: 'DEMO-1004',
    account: 'acme',
    channel: 'designated_link',
    plan: { kind: 'mobile_dynamic', name: 'Mobile dynamic 10 GB' },
    boughtDaysAgo: 1,
    meteredGb: 10,
    usedGb: 6.2,
    tenders: card('7900'),
  },
  {
    ref: 'DEMO-1005',
    account: 'acme',
    channel: 'official',
    plan: { kind: 'mobile_static', name: 'Mobile static, 1 line' },
    boughtDaysAgo: 3,
    periodDays: 30,
    usedGb: 0.1,
    tenders: card('5800', 'JPY'),
  },
  {
    ref: 'DEMO-1006',
    account: 'acme',
    channel: 'official',
    plan: { kind: 'unlimited_server', name: 'Unlimited server' },
    boughtDaysAgo: 40,
    periodDays: 90,
    tenders: [{ method: 'bank', minor: '29900', currency: 'EUR' }],
  },
  {
    ref: 'DEMO-1007',
    account: 'acme',
    channel: 'official',
    plan: { kind: 'dynamic_residential', name: 'Dynamic Residential 25 GB' },
    boughtDaysAgo: 1,
    firstBoughtDaysAgo: 2,
    renewalOf: 'DEMO-1001',
    meteredGb: 25,
    usedGb: 0,
    tenders: card('4999'),
  },
  {
    ref: 'DEMO-1008',
    account: 'acme',
    channel: 'official',
    plan: { kind: 'static_isp', name: 'Static ISP, 25 addresses' },
    boughtDaysAgo: 3,
    periodDays: 30,
    usedGb: 0.1,
    tenders: [{ method: 'bank', minor: '7250', currency: 'EUR' }],
  },
  {
    ref: 'DEMO-2001',
    account: 'solo',
    channel: 'official',
    plan: { kind: 'dynamic_residential', name: 'Dynamic Residential 5 GB' },
    boughtDaysAgo: 4,
    meteredGb: 5,
    usedGb: 0.1,
    tenders: [{ method: 'paypal', minor: '1500', currency: 'USD' }],
  },
  {
    ref: 'DEMO-2002',
    account: 'solo',
    channel: 'official',
    plan: { kind: 'static_isp', name: 'Static ISP, 1 address' },
    boughtDaysAgo: 2,
    periodDays: 30,
    tenders: [{ method: 'crypto', minor: '2000', currency: 'USD' }],
  },
  {
    ref: 'DEMO-2003',
    account: 'solo',
    channel: 'official',
    plan: { kind: 'datacenter', name: 'Datacenter, 5 addresses' },
    boughtDaysAgo: 6,
    periodDays: 30,
    usedGb: 0.1,
    tenders: [{ method: 'store_balance', minor: '1200', currency: 'USD' }],
  },
  {
    ref: 'DEMO-2004',
    account: 'solo',
    channel: 'official',
    plan: { kind: 'dynamic_residential', name: 'Dynamic Residential 10 GB' },
    boughtDaysAgo: 3,
    meteredGb: 10,
    usedGb: 0.2,
    tenders: [
      { method: 'card', minor: '2500', currency: 'USD' },
      { method: 'promotional_credit', minor: '500', currency: 'USD' },
    ],
  },
  {
    ref: 'DEMO-2005',
    account: 'solo',
    channel: 'reseller',
    plan: { kind: 'mobile_dynamic', name: 'Mobile dynamic 5 GB' },
    boughtDaysAgo: 2,
    meteredGb: 5,
    usedGb: 0.3,
    tenders: card('3900'),
  },
  {
    ref: 'DEMO-2006',
    account: 'solo',
    channel: 'marketplace',
    plan: { kind: 'unlimited_server', name: 'Unlimited server' },
    boughtDaysAgo: 200,
    periodDays: 365,
    tenders: card('99900'),
  },
];
