/**
 * How much one role may release, and how much may leave in a day. Pure. Both are off while nothing is set. Where a limit
 * of approval is set, a currency that it does not list is not finance's to release, as everywhere with limits; a currency
 * that the daily cap does not list has none, since held money would otherwise never go.
 */

import { type Refusal, refuse } from './errors.ts';
import { exceeds, type Money, money } from './money.ts';
import type { LimitPerCurrency } from './policy.ts';
import type { Role } from './role.ts';

/** Above the limit only an admin releases. */
export function overApprovalLimit(role: Role, amount: Money, max: LimitPerCurrency): Refusal | null {
  if (role === 'admin' || Object.keys(max).length === 0) return null;
  const limit = money(BigInt(max[amount.currency] ?? '0'), amount.currency);
  if (!exceeds(amount, limit)) return null;
  return refuse('over-approval-limit', { limitMinor: limit.minor.toString(), currency: limit.currency, who: 'admin' });
}

/** Why a payout waits for the daily cap: until there is room, or, where it is more than a whole day's, until that is raised. */
export type CapReason = 'daily_cap' | 'above_daily_cap';

/** What may leave within a day in this currency; `null` where nothing bounds it. */
export function dailyCap(max: LimitPerCurrency, currency: Money['currency']): Money | null {
  const cap = max[currency];
  return cap === undefined ? null : money(BigInt(cap), currency);
}
