/** Orders on their way out; what a provider captured and what was committed stays inside. */

import type { z } from 'zod';
import type { orderSchema } from '../contract/orders.ts';
import { toWire } from '../domain/money.ts';
import type { OrderView } from './views.ts';

export const presentOrder = (view: OrderView): z.output<typeof orderSchema> => ({
  id: view.id,
  ref: view.ref,
  channel: view.channel,
  plan: { key: view.plan.key, kind: view.plan.kind, name: view.plan.name, places: [...view.places] },
  firstPurchasedAt: view.firstPurchasedAt.toISOString(),
  purchasedAt: view.purchasedAt.toISOString(),
  period: view.period && { from: view.period.from.toISOString(), until: view.period.until.toISOString() },
  metered: view.meteredBytes === null ? null : { bytes: view.meteredBytes },
  renewalOf: view.renewalOf,
  egress: [...view.egress],
  tenders: view.tenders.map((tender) => ({
    method: tender.method,
    amount: toWire(tender.amount),
    tax: toWire(tender.tax),
    capturedAt: tender.capturedAt.toISOString(),
  })),
  openTicketId: view.openTicketId,
});
