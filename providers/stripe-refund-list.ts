/** All refunds of a stretch of time, as Stripe lists them: for the comparison of its books with ours. */

import type { Stripe } from 'stripe';
import { isCurrency, money } from '../domain/money.ts';
import { type RailRecord, RailUnavailable } from '../domain/rail.ts';
import {
  captureRefsOf,
  isOfUncaptured,
  payoutOfRefund,
  refundSchema,
  reportOfRefund,
  type StripeRefund,
} from './stripe-refund.ts';
import { asked, parsed } from './stripe-refusal.ts';

const pageRows = 100;

/** Page by page, newest first; one page is in memory at a time. */
export async function* listStripeRefunds(
  stripe: Stripe,
  { from, until }: { readonly from: Date; readonly until: Date },
): AsyncGenerator<readonly RailRecord[]> {
  // Stripe keeps whole seconds: the first and the last are looked at whole.
  const created = { gte: Math.floor(from.getTime() / 1000), lt: Math.ceil(until.getTime() / 1000) };
  let after: string | undefined;
  for (;;) {
    const page = await asked(async () =>
      stripe.refunds.list({ created, limit: pageRows, ...(after === undefined ? {} : { starting_after: after }) }),
    );
    yield page.data.flatMap((row) => recordOf(parsed(refundSchema, row)));
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return;
  }
}

/** One in a currency that the desk does not reckon in is of no order here, and what was never captured is no payment. */
function recordOf(refund: StripeRefund): RailRecord[] {
  const currency = refund.currency.toUpperCase();
  if (!isCurrency(currency) || isOfUncaptured(refund)) return [];
  const report = reportOfRefund(refund);
  if (report === null) throw new RailUnavailable('Stripe lists a refund status that the desk does not know');
  return [
    {
      providerRef: refund.id,
      payoutId: payoutOfRefund(refund),
      captureRefs: captureRefsOf(refund),
      amount: money(BigInt(refund.amount), currency),
      report,
      at: new Date(refund.created * 1000),
      word: 'provider',
    },
  ];
}
