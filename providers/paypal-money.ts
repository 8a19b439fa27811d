/**
 * Amounts as PayPal writes them: decimals as text, with PayPal's own number of them (M3). Nothing is multiplied, and
 * what PayPal could not carry is told, never rounded.
 */

import { z } from 'zod';
import { type Currency, currencyExponents, isCurrency, type Money, money } from '../domain/money.ts';

/** Of the desk's currencies, those that PayPal pays in. */
export const paypalCurrencies = [
  'AUD',
  'BRL',
  'CAD',
  'CHF',
  'CNY',
  'CZK',
  'DKK',
  'EUR',
  'GBP',
  'HKD',
  'HUF',
  'ILS',
  'JPY',
  'MXN',
  'NOK',
  'NZD',
  'PLN',
  'SEK',
  'SGD',
  'USD',
] as const satisfies readonly Currency[];

/** PayPal takes whole forints only, where ISO 4217 has two decimals. */
export const paypalExponents: Readonly<Partial<Record<Currency, number>>> = { HUF: 0 };

export const paypalMoneySchema = z.object({
  currency_code: z.string(),
  value: z.string().regex(/^\d{1,15}(\.\d{1,6})?$/),
});

export type PaypalMoney = z.output<typeof paypalMoneySchema>;

/** `null` for a currency that the desk's money table does not know, or a part of a minor unit. */
export function fromPaypal({ currency_code: currency, value }: PaypalMoney): Money | null {
  if (!isCurrency(currency)) return null;
  const exponent = currencyExponents[currency];
  const [units = '0', decimals = ''] = value.split('.');
  if (/[1-9]/.test(decimals.slice(exponent))) return null;
  return money(BigInt(units + decimals.slice(0, exponent).padEnd(exponent, '0')), currency);
}

/** `null` where PayPal has fewer decimals than the amount needs. */
export function toPaypal({ minor, currency }: Money): PaypalMoney | null {
  const exponent = currencyExponents[currency];
  const kept = paypalExponents[currency] ?? exponent;
  const digits = minor.toString().padStart(exponent + 1, '0');
  const units = digits.slice(0, digits.length - exponent);
  const decimals = digits.slice(digits.length - exponent);
  if (/[1-9]/.test(decimals.slice(kept))) return null;
  return { currency_code: currency, value: kept === 0 ? units : `${units}.${decimals.slice(0, kept)}` };
}
