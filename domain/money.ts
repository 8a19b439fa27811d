/**
 * Money: integer minor units with an ISO 4217 currency. The only place that adds, subtracts, compares or splits
 * amounts; never a float, never a conversion between currencies.
 */

export interface Money {
  readonly minor: bigint;
  readonly currency: Currency;
}

/** Wire form, as in JSON and Temporal payloads: digits as text, so that no reader makes a float of them. */
export interface MoneyWire {
  readonly minor: string;
  readonly currency: Currency;
}

/** Decimals per currency, from ISO 4217 (M1): nothing multiplies by a hundred by hand. */
export const currencyExponents = {
  AUD: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  CZK: 2,
  DKK: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  ILS: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MXN: 2,
  NOK: 2,
  NZD: 2,
  PLN: 2,
  RON: 2,
  SEK: 2,
  SGD: 2,
  TRY: 2,
  UAH: 2,
  USD: 2,
  ZAR: 2,
} as const;

export type Currency = keyof typeof currencyExponents;

export const isCurrency = (text: string): text is Currency => Object.hasOwn(currencyExponents, text);

/** Bounds every amount, so that sums of millions of them still fit PostgreSQL's bigint. */
export const amountMinorMax = 10n ** 12n;

export const money = (minor: bigint, currency: Currency): Money => ({ minor, currency });

export const zero = (currency: Currency): Money => money(0n, currency);

/** Thrown when amounts of two currencies meet: always a fault of the caller, since we never convert (M6). */
export class CurrencyMismatch extends Error {
  constructor(left: Currency, right: Currency) {
    super(`${left} and ${right} cannot be reckoned together`);
    this.name = 'CurrencyMismatch';
  }
}

const sameCurrency = (left: Money, right: Money): Currency => {
  if (left.currency !== right.currency) throw new CurrencyMismatch(left.currency, right.currency);
  return left.currency;
};

export const add = (left: Money, right: Money): Money => money(left.minor + right.minor, sameCurrency(left, right));

export const subtract = (left: Money, right: Money): Money =>
  money(left.minor - right.minor, sameCurrency(left, right));

export const sum = (amounts: readonly Money[], currency: Currency): Money => amounts.reduce(add, zero(currency));

export const exceeds = (left: Money, right: Money): boolean => {
  sameCurrency(left, right);
  return left.minor > right.minor;
};

/**
 * Splits an amount in the ratio of the weights; the parts always sum to the whole. Each part is rounded towards zero
 * and the remainder goes, a minor unit at a time, to the largest fractions first, then to the earlier weight. A negative
 * amount splits as its positive counterpart does. Weights must be non-negative and not all zero.
 */
export function splitByRatio(whole: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((left, right) => left + right, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n))
    throw new RangeError('weights must be non-negative and not all zero');
  const sign = whole.minor < 0n ? -1n : 1n;
  const size = whole.minor * sign;
  const parts = weights.map((weight, index) => {
    const scaled = size * weight;
    return { index, minor: scaled / total, fraction: scaled % total };
  });
  let rest = size - parts.reduce((left, part) => left + part.minor, 0n);
  for (const part of [...parts].sort((a, b) =>
    a.fraction === b.fraction ? a.index - b.index : a.fraction > b.fraction ? -1 : 1,
  )) {
    if (rest <= 0n) break;
    part.minor += 1n;
    rest -= 1n;
  }
  return parts.map((part) => money(part.minor * sign, whole.currency));
}

/** A share of an amount, rounded up to the next minor unit: the rounding of a part that is paid back (M4). */
export function shareRoundedUp(whole: Money, part: bigint, of: bigint): Money {
  if (whole.minor < 0n || part < 0n || of <= 0n) throw new RangeError('a share is of something, and not negative');
  return money((whole.minor * part + of - 1n) / of, whole.currency);
}

/**
 * As much of an amount as `part` is of `of`, to the nearest minor unit, halves away from zero: what a provider took or
 * gave for a part of something. The part may be more than the whole, or negative.
 */
export function inProportion(amount: Money, part: Money, of: Money): Money {
  sameCurrency(part, of);
  if (of.minor <= 0n) throw new RangeError('a proportion is of something');
  const scaled = amount.minor * part.minor;
  const size = ((scaled < 0n ? -scaled : scaled) * 2n + of.minor) / (of.minor * 2n);
  return money(scaled < 0n ? -size : size, amount.currency);
}

export const toWire = (amount: Money): MoneyWire => ({ minor: amount.minor.toString(), currency: amount.currency });

/** Reads the wire form; throws `RangeError` for anything but digits, since an empty text would read as zero (R9). */
export function fromWire(wire: MoneyWire): Money {
  if (!/^-?\d+$/.test(wire.minor)) throw new RangeError('an amount is digits, with a minus at most');
  return money(BigInt(wire.minor), wire.currency);
}

/** Text for people, e.g. `19.99 USD`; `0.500 BHD`; `5800 JPY`. */
export const formatMoney = (amount: Money): string => `${formatAmount(amount)} ${amount.currency}`;

/** The same without its currency, where that stands beside it. */
export function formatAmount(amount: Money): string {
  const exponent = currencyExponents[amount.currency];
  const digits = (amount.minor < 0n ? -amount.minor : amount.minor).toString().padStart(exponent + 1, '0');
  const units = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  return `${amount.minor < 0n ? '-' : ''}${units}`;
}

/** Decimal text without its currency, as payment messages write it, e.g. `19.99`. */
export const toDecimal = (amount: Money): string => formatMoney(amount).split(' ')[0] ?? '';

const decimalPattern = /^(\d{1,15})(?:\.(\d{1,5}))?$/;

/** Reads decimal text; `null` for anything else, for a sign, and for more decimals than the currency has (M1). */
export function fromDecimal(text: string, currency: Currency): Money | null {
  const parts = decimalPattern.exec(text);
  if (!parts) return null;
  const exponent = currencyExponents[currency];
  const decimals = (parts[2] ?? '').replace(/0+$/, '');
  if (decimals.length > exponent) return null;
  return money(BigInt(`${parts[1] ?? ''}${decimals.padEnd(exponent, '0')}`), currency);
}
