/** An order as it comes over the wire, one at a time or by file, as the store takes it. */

import type { BodyOf } from '../contract/operation.ts';
import type { putOrder } from '../contract/orders.ts';
import type { ImportedOrder } from '../domain/imported-order.ts';
import { fromWire } from '../domain/money.ts';

export const orderOf = (orderRef: string, body: BodyOf<typeof putOrder>): ImportedOrder => ({
  ref: orderRef,
  accountRef: body.accountRef,
  email: body.email,
  channel: body.channel,
  plan: { key: body.plan.key, kind: body.plan.kind, name: body.plan.name },
  places: body.plan.places ?? [],
  egress: body.egress ?? [],
  firstPurchasedAt: new Date(body.firstPurchasedAt),
  purchasedAt: new Date(body.purchasedAt),
  period: body.period && { from: new Date(body.period.from), until: new Date(body.period.until) },
  meteredBytes: body.metered?.bytes ?? null,
  renewalOf: body.renewalOf ?? null,
  tenders: body.tenders.map((tender) => ({
    method: tender.method,
    amount: fromWire(tender.amount),
    tax: fromWire(tender.tax),
    captureRef: tender.captureRef ?? null,
    capturedAt: new Date(tender.capturedAt),
  })),
});
