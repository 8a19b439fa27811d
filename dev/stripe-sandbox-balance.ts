/**
 * What Stripe's balance sees of a sale and of its refund: a movement each, in the currency that the account settles in,
 * with Stripe's fee and the rate of exchange of that moment. As Stripe does, the fee of a sale is kept when it is refunded.
 */

import { type Books, type Put, put, type SettlementRow } from './stripe-sandbox-books.ts';
import { type BalanceObject, type ChargeObject, mintId, type RefundObject } from './stripe-sandbox-objects.ts';

const usual: SettlementRow = { id: 'settlement', rateMillionths: 1_000_000, refundFee: 0 };

/** 2.9 % and 30 minor units. */
const saleFeePerMille = 29n;
const saleFeeFixed = 30n;

const rounded = (minor: bigint, times: bigint, by: bigint): number => Number((minor * times + by / 2n) / by);

function movement(
  books: Books,
  of: { readonly source: string; readonly currency: string; readonly created: number },
  type: BalanceObject['type'],
  minor: number,
): BalanceObject {
  const { currency, rateMillionths, refundFee } = books.get('settlement', 'settlement') ?? usual;
  const isConverted = currency !== undefined && currency !== of.currency;
  const settled = isConverted ? rounded(BigInt(minor), BigInt(rateMillionths), 1_000_000n) : minor;
  const fee = type === 'charge' ? rounded(BigInt(settled), saleFeePerMille, 1_000n) + Number(saleFeeFixed) : refundFee;
  const amount = type === 'charge' ? settled : -settled;
  return {
    id: mintId('txn'),
    object: 'balance_transaction',
    amount,
    currency: isConverted ? currency : of.currency,
    created: of.created,
    exchange_rate: isConverted ? rateMillionths / 1_000_000 : null,
    fee,
    net: amount - fee,
    reporting_category: type,
    source: of.source,
    status: 'available',
    type,
  };
}

/** Nothing moves before something is captured. */
export function sold(books: Books, charge: ChargeObject): { readonly charge: ChargeObject; readonly puts: Put[] } {
  if (!charge.captured) return { charge, puts: [] };
  const moved = movement(books, { ...charge, source: charge.id }, 'charge', charge.amount_captured);
  return { charge: { ...charge, balance_transaction: moved.id }, puts: [put('balance', moved)] };
}

export function refunded(books: Books, refund: RefundObject): { readonly refund: RefundObject; readonly puts: Put[] } {
  const moved = movement(books, { ...refund, source: refund.id }, 'refund', refund.amount);
  return { refund: { ...refund, balance_transaction: moved.id }, puts: [put('balance', moved)] };
}

/** As Stripe has it, a movement of its own that undoes the first one; what was taken for the refund is kept. */
export function givenBack(books: Books, refund: RefundObject): { readonly refund: RefundObject; readonly puts: Put[] } {
  const first = books.get('balance', refund.balance_transaction ?? '');
  if (!first || refund.failure_balance_transaction !== undefined) return { refund, puts: [] };
  const amount = -first.amount;
  const back: BalanceObject = {
    ...first,
    id: mintId('txn'),
    amount,
    fee: 0,
    net: amount,
    reporting_category: 'refund_failure',
    type: 'refund_failure',
  };
  return { refund: { ...refund, failure_balance_transaction: back.id }, puts: [put('balance', back)] };
}

/** Of what may be told in whole instead of by its id, what this refund has. */
const expandable = ['balance_transaction', 'failure_balance_transaction', 'charge', 'charge.balance_transaction'];

/** A refund with what it names told in whole where that was asked for; `null` for what Stripe could not expand. */
export function expandedRefund(books: Books, refund: RefundObject, asked: readonly string[]): object | null {
  if (asked.some((name) => !expandable.includes(name))) return null;
  const whole = (id: string | null | undefined, isAsked: boolean) =>
    id && isAsked ? (books.get('balance', id) ?? id) : id;
  const charge = books.get('charge', refund.charge);
  const isWhole = charge !== undefined && asked.some((name) => name.startsWith('charge'));
  const { failure_balance_transaction: failure } = refund;
  return {
    ...refund,
    balance_transaction: whole(refund.balance_transaction, asked.includes('balance_transaction')),
    ...(failure === undefined
      ? {}
      : { failure_balance_transaction: whole(failure, asked.includes('failure_balance_transaction')) }),
    ...(isWhole
      ? {
          charge: {
            ...charge,
            balance_transaction: whole(charge.balance_transaction, asked.includes('charge.balance_transaction')),
          },
        }
      : {}),
  };
}
