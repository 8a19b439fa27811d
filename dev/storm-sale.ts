/** How an order of a storm comes to be: each tender is captured at its provider, and the shop tells of plan and sale. */

import { z } from 'zod';
import { operations } from '../contract/operations.ts';
import { toWire } from '../domain/money.ts';
import { toPaypal } from '../providers/paypal-money.ts';
import type { Stack } from './stack.ts';
import type { StormOrder, StormTender } from './storm-orders.ts';
import type { TourClient } from './tour-client.ts';
import { daysAfter } from './tour-desk.ts';

const gigabyte = 1024 ** 3;
const madeSchema = z.object({ id: z.string() });

/** With check digits that hold; no bank has it. */
export const customerIban = 'FR1420041010050500013M02606';

export interface Sale {
  readonly urls: Stack['urls'];
  readonly shopSystems: TourClient;
  /** The desk's own time. */
  readonly now: () => Date;
}

/** What the provider captures; answers with its id of it. Told twice by the same name, it is captured once. */
async function capture(
  urls: Stack['urls'],
  accountRef: string,
  { method, amount, name }: StormTender,
): Promise<string> {
  const made = async (url: string, body: object) => madeSchema.parse(await ask(url, 'POST', body)).id;
  switch (method) {
    case 'card': {
      const body = { id: `ch_${name.replaceAll('-', '_')}`, amount: Number(amount.minor), currency: amount.currency };
      return made(`${urls.stripeSandbox}/_sandbox/charges`, body);
    }
    case 'paypal':
      return made(`${urls.paypalSandbox}/_sandbox/captures`, { id: name, amount: toPaypal(amount) });
    case 'bank': {
      const body = { minor: String(amount.minor), name: 'Storm Customer', iban: customerIban };
      await ask(`${urls.bankSandbox}/_sandbox/credits/${name}`, 'PUT', body);
      return name;
    }
    case 'store_balance':
      await ask(`${urls.shopSandbox}/_sandbox/payments/${name}`, 'PUT', { accountRef, ...toWire(amount) });
      return name;
    case 'crypto':
      return name;
  }
}

/** Hardly used, and covered by a confirmed incident, so that all of it is to be paid back at once (RP-2.4b). */
export async function sell({ urls, shopSystems, now }: Sale, order: StormOrder, email: string): Promise<void> {
  const { ref } = order;
  const params = { orderRef: ref };
  const accountRef = `account-${ref}`;
  const boughtAt = daysAfter(now().toISOString(), -1);
  await ask(`${urls.shopSandbox}/_sandbox/plans/${ref}`, 'PUT', { endsAt: null, bytes: String(25 * gigabyte) });
  const tenders = [];
  for (const tender of order.tenders) {
    const { method, amount } = tender;
    const captureRef = await capture(urls, accountRef, tender);
    const tax = { ...toWire(amount), minor: String(amount.minor / 6n) };
    tenders.push({ method, amount: toWire(amount), tax, captureRef, capturedAt: boughtAt });
  }
  await shopSystems.call(operations.putOrder, {
    params,
    body: {
      accountRef,
      email,
      channel: 'official',
      plan: { key: 'dynamic/25gb', kind: 'dynamic_residential', name: 'Dynamic Residential 25 GB' },
      firstPurchasedAt: boughtAt,
      purchasedAt: boughtAt,
      period: null,
      metered: { bytes: String(25 * gigabyte) },
      tenders,
    },
  });
  const used = { usedBytes: '1000000', requests: 200, at: now().toISOString() };
  await shopSystems.call(operations.reportUsage, { params, body: used });
  const incident = { ref: 'INC-STORM', confirmed: true, widelyImpacting: true, covers: true, from: boughtAt };
  await shopSystems.call(operations.reportOrderIncident, { params, body: incident });
}

async function ask(url: string, method: string, body: object): Promise<unknown> {
  const answer = await fetch(url, { method, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}
