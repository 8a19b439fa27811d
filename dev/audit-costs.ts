/** The auditor's check of what payouts cost (M6, M7): booked is what they cost by the providers' own books. Pure. */

import type { AuditedPayout, Facts, Violation } from './audit-facts.ts';

/** The desk rounds the fee and the difference of exchange apart, and each by itself. */
const roundedMinorMax = 3n;

/** I2: what is booked of a payout's cost is what it has cost there, also where it failed or came back; once its provider was asked since. */
export const checkCosts = ({ payouts, lines, refunds }: Facts): Violation[] =>
  payouts.flatMap((payout): Violation[] => {
    const refund = refunds.find(({ id, payoutId }) => payoutId === payout.id && id === payout.provider_ref);
    const booked = bookedOf(payout, lines);
    if (!payout.costed || !refund) return [];
    const { minor, currency } = refund.cost ?? { minor: 0n, currency: payout.currency };
    const others = [...booked].filter(([code, sum]) => code !== currency && sum !== 0n);
    const off = (booked.get(currency) ?? 0n) - minor;
    if (others.length === 0 && off <= roundedMinorMax && -off <= roundedMinorMax) return [];
    const here = [...booked].map(([code, sum]) => `${sum} ${code}`).join(', ') || 'nothing';
    return [
      { invariant: 'I2', about: `payout ${payout.id}`, what: `cost ${here} here and ${minor} ${currency} there` },
    ];
  });

function bookedOf({ id }: AuditedPayout, lines: Facts['lines']): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { payout_id, account, side, minor, currency } of lines)
    if (payout_id === id && (account === 'fees:refunds' || account === 'exchange_differences'))
      sums.set(currency, (sums.get(currency) ?? 0n) + (side === 'debit' ? minor : -minor));
  return sums;
}
