/** An order as a file of CSV tells it, once each of its fields was read. */

import type { Money } from './money.ts';
import type { TenderMethod } from './rail.ts';

export interface ImportedOrder {
  readonly ref: string;
  readonly accountRef: string;
  readonly email: string;
  readonly channel: 'official' | 'designated_link' | 'reseller' | 'marketplace';
  readonly plan: { readonly key: string; readonly kind: string; readonly name: string };
  readonly places: readonly string[];
  readonly egress: readonly string[];
  readonly firstPurchasedAt: Date;
  readonly purchasedAt: Date;
  readonly period: { readonly from: Date; readonly until: Date } | null;
  readonly meteredBytes: string | null;
  readonly renewalOf: string | null;
  readonly tenders: readonly {
    readonly method: TenderMethod;
    readonly amount: Money;
    readonly tax: Money;
    readonly captureRef: string | null;
    readonly capturedAt: Date;
  }[];
}
