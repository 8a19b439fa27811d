/** Counts and sums of all payouts, by state, rail and currency: one statement, read from an index alone. */

import { z } from 'zod';
import { money } from '../domain/money.ts';
import { type PayoutState, payoutStates } from '../domain/payout.ts';
import { lateBefore } from '../domain/payout-age.ts';
import type { PayoutCell } from '../domain/payout-sums.ts';
import { railNames } from '../domain/rail.ts';
import type { Queryable } from './database.ts';
import { currency, instant, minor, readRows } from './row.ts';

const cellSchema = z
  .object({
    state: z.enum(payoutStates as [PayoutState, ...PayoutState[]]),
    rail: z.enum(railNames),
    currency,
    payouts: z.number().int(),
    exceptions: z.number().int(),
    amount_minor: minor,
    oldest: instant,
    first_sent_at: instant.nullable(),
    short_payouts: z.number().int(),
    short_minor: minor,
    short_since: instant.nullable(),
  })
  .transform((row) => ({
    state: row.state,
    rail: row.rail,
    amount: money(row.amount_minor, row.currency),
    count: row.payouts,
    exceptions: row.exceptions,
    oldest: row.oldest,
    firstSentAt: row.first_sent_at,
    short:
      row.short_since === null
        ? null
        : { amount: money(row.short_minor, row.currency), count: row.short_payouts, oldest: row.short_since },
  }));

export type PayoutCellView = PayoutCell & { readonly exceptions: number };

const query = `
  select state, rail, currency, count(*)::integer as payouts,
    count(*) filter (where attention is not null or (state = 'approved' and state_since < :approvedBefore)
      or (state = 'sending' and state_since < :sendingBefore))::integer as exceptions,
    sum(amount_minor)::text as amount_minor, min(state_since) as oldest, min(sending_at) as first_sent_at,
    count(*) filter (where attention = 'insufficient_funds')::integer as short_payouts,
    coalesce(sum(amount_minor) filter (where attention = 'insufficient_funds'), 0)::text as short_minor,
    min(state_since) filter (where attention = 'insufficient_funds') as short_since
  from payouts group by state, rail, currency order by state, rail, currency`;

export async function readPayoutCells(db: Queryable, at: Date): Promise<PayoutCellView[]> {
  const { rows } = await db.raw<{ rows: unknown[] }>(query, {
    approvedBefore: lateBefore('approved', at),
    sendingBefore: lateBefore('sending', at),
  });
  return readRows('payout cell', cellSchema, rows);
}
