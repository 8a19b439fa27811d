/** Writes ledger entries, each once by its natural key, and reads balances. Never changes or removes one. */

import { z } from 'zod';
import type { LedgerEntry } from '../domain/ledger.ts';
import type { Queryable, Transaction } from './database.ts';
import { currency, minor, readRows } from './row.ts';

/** An entry with what it is about. */
export interface Booking {
  readonly entry: LedgerEntry;
  readonly orderId: string;
  readonly tenderId: string;
  readonly ticketId?: string;
  readonly payoutId?: string;
  readonly disputeId?: string;
}

/** Books all entries in one statement; an entry whose key is booked already stays as it is. */
export async function bookEntries(trx: Transaction, bookings: readonly Booking[], at: Date): Promise<void> {
  if (bookings.length === 0) return;
  const wire = bookings.map(({ entry, ...about }) => ({
    ...about,
    ...entry,
    lines: entry.lines.map(({ amount, ...line }, index) => ({
      ...line,
      position: index + 1,
      minor: amount.minor.toString(),
      currency: amount.currency,
    })),
  }));
  await trx.raw(
    `with given as (
       select * from jsonb_to_recordset(:wire::jsonb) as (key text, kind text, lines jsonb,
         "orderId" uuid, "tenderId" uuid, "ticketId" uuid, "payoutId" uuid, "disputeId" uuid)
     ), booked as (
       insert into ledger_entries (key, kind, order_id, tender_id, ticket_id, payout_id, dispute_id, at)
       select key, kind, "orderId", "tenderId", "ticketId", "payoutId", "disputeId", :at::timestamptz from given
       on conflict (key) do nothing returning id, key
     )
     insert into ledger_lines (entry_id, position, account, side, minor, currency, at, entry_kind)
     select booked.id, line.position, line.account, line.side, line.minor, line.currency, :at::timestamptz, given.kind
     from booked join given using (key), jsonb_to_recordset(given.lines) as line
       (position integer, account text, side text, minor bigint, currency text)`,
    { wire: JSON.stringify(wire), at },
  );
}

const balanceSchema = z.object({
  account: z.string(),
  currency,
  /** Pending money stands where it is not to stay: owed, on its way, or in dispute. */
  standing: z.enum(['pending', 'posted']),
  /** Debits less credits. */
  minor,
});

export type LedgerBalance = z.output<typeof balanceSchema>;

/** Balances of all accounts; `orderId` narrows them to one order. */
export async function readBalances(db: Queryable, orderId?: string): Promise<LedgerBalance[]> {
  const query = db('ledger_balances')
    .select('account', 'currency', 'standing', db.raw('sum(minor)::text as minor'))
    .groupBy('account', 'currency', 'standing')
    .orderBy(['account', 'currency']);
  if (orderId !== undefined) void query.where({ order_id: orderId });
  const rows: unknown[] = await query;
  return readRows('ledger balance', balanceSchema, rows);
}
