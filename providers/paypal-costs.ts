/**
 * What a refund has cost by PayPal's own words: the breakdowns of the refund and of the capture, with PayPal's fee, what it
 * gives back of it (M7), and what was taken from and came to the account where that is in another currency (M6).
 */

import { z } from 'zod';
import { costOf } from '../domain/ledger-costs.ts';
import { inProportion, type Money, subtract, zero } from '../domain/money.ts';
import type { PayoutCost } from '../domain/rail.ts';
import { fromPaypal, paypalMoneySchema } from './paypal-money.ts';

const amount = paypalMoneySchema.transform(fromPaypal);

export const costedCaptureSchema = z.object({
  seller_receivable_breakdown: z
    .object({
      gross_amount: amount,
      paypal_fee: amount.nullish(),
      net_amount: amount.nullish(),
      receivable_amount: amount.nullish(),
    })
    .nullish(),
});

export const costedRefundSchema = z.object({
  id: z.string().min(1),
  status: z.string(),
  seller_payable_breakdown: z
    .object({
      gross_amount: amount,
      paypal_fee: amount.nullish(),
      net_amount: amount.nullish(),
      net_amount_in_receivable_currency: amount.nullish(),
      net_amount_breakdown: z.array(z.object({ payable_amount: amount.nullish() })).nullish(),
    })
    .nullish(),
});

/** A refund that failed or was cancelled has cost nothing, whatever PayPal still breaks down: what it was told to cost before is undone. */
export const costsOfUndone = ({ id }: Pick<z.output<typeof costedRefundSchema>, 'id'>): PayoutCost[] => [
  { ref: `${id}/returned`, undoes: id },
];

/** `null` where PayPal breaks nothing down yet; nothing of what is in a currency that the desk does not reckon in. */
export function costsOfRefund(
  { id, seller_payable_breakdown: back }: z.output<typeof costedRefundSchema>,
  { seller_receivable_breakdown: sale }: z.output<typeof costedCaptureSchema>,
): PayoutCost[] | null {
  if (!back || !sale) return null;
  const { gross_amount: refunded } = back;
  const { gross_amount: sold } = sale;
  if (!refunded || !sold || refunded.currency !== sold.currency || sold.minor <= 0n) return [];
  const nothing = zero(sold.currency);
  const [feeOfSale, feeBack] = [sale.paypal_fee ?? nothing, back.paypal_fee ?? nothing];
  const fee = subtract(inProportion(feeOfSale, refunded, sold), feeBack);
  const paid = back.net_amount_in_receivable_currency ?? back.net_amount_breakdown?.[0]?.payable_amount;
  const received = sale.receivable_amount;
  const [netBack, netOfSale] = [subtract(refunded, feeBack), sale.net_amount ?? subtract(sold, feeOfSale)];
  if (!paid || !received || paid.currency !== received.currency || netOfSale.minor <= 0n) return costOf(id, { fee });
  // PayPal took its fee before it converted: in the account's currency it is what it took of what came in.
  const inAccount = (part: Money): Money => inProportion(received, part, netOfSale);
  return costOf(id, { fee: inAccount(fee), exchangeLoss: subtract(paid, inAccount(netBack)) });
}
