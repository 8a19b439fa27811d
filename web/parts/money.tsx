/** Amounts: minor units as the API tells them, in the reader's way of writing, never as a binary fraction. */

import { formatAmount, fromWire } from '../../domain/money.ts';
import type { Schemas } from '../api/client.ts';
import { useLanguage } from '../words/locale.tsx';

type Money = Pick<Schemas['Money'], 'minor' | 'currency'>;

/** Exact, whatever its size: no binary fraction comes between. */
const decimalOf = (wire: Money): Intl.StringNumericLiteral => formatAmount(fromWire(wire)) as Intl.StringNumericLiteral;

/** The currency's code always stands beside the figure: one sign is many currencies'. */
export function useMoney(): (money: Money) => string {
  const { locale } = useLanguage();
  return (money) =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: money.currency,
      currencyDisplay: 'code',
    }).format(decimalOf(money));
}

export function Amount({ money }: { money: Money }) {
  return <span className="figures">{useMoney()(money)}</span>;
}
