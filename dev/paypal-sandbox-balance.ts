/**
 * What PayPal tells of a seller's account beside an amount: its fee, what is left, and the rate of exchange where the
 * account is in another currency. As PayPal does since 2019, it keeps the fee of a payment that is refunded, unless a switch says otherwise.
 */

import type { Amount, Books, Breakdown, CaptureRow, RefundRow, SettlementRow } from './paypal-sandbox-books.ts';
import { amountOf, hundredths, unitsOf } from './paypal-sandbox-wire.ts';

const usual: SettlementRow = { id: 'settlement', rateMillionths: 1_000_000, returnsFee: false };

/** 3.49 % and 0.49, as for PayPal Checkout. */
const feePerMyriad = 349n;
const feeFixed = 49n;

const valueOf = (amount: Amount): bigint => hundredths(amount) ?? 0n;

const settlementOf = (books: Books): SettlementRow => books.get('settlement', 'settlement') ?? usual;

/** The fee and what it leaves; in the account's currency too, at the rate of this moment. */
function broken(books: Books, amount: Amount, feeHundredths: bigint): Breakdown {
  const { currency, rateMillionths } = settlementOf(books);
  const fee = amountOf(feeHundredths, amount.currency_code);
  const net = amountOf(valueOf(amount) - valueOf(fee), amount.currency_code);
  if (currency === undefined || currency === amount.currency_code) return { fee, net };
  const settled = (valueOf(net) * BigInt(rateMillionths) + 500_000n) / 1_000_000n;
  return { fee, net, settled: { amount: amountOf(settled, currency), rate: unitsOf(BigInt(rateMillionths), 6) } };
}

export function sold(books: Books, capture: CaptureRow): CaptureRow {
  const value = valueOf(capture.amount);
  const fee = (value * feePerMyriad + 5_000n) / 10_000n + feeFixed;
  return { ...capture, breakdown: broken(books, capture.amount, fee < value ? fee : value) };
}

export function refunded(books: Books, capture: CaptureRow, refund: RefundRow): RefundRow {
  const whole = valueOf(capture.breakdown?.fee ?? amountOf(0n, capture.amount.currency_code));
  const back = settlementOf(books).returnsFee ? (whole * valueOf(refund.amount)) / valueOf(capture.amount) : 0n;
  return { ...refund, breakdown: broken(books, refund.amount, back) };
}
