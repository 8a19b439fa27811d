/** Writes ledger entries, each once by its natural key, and reads balances. Never changes or removes one. */

import type { LedgerEntry } from '../domain/ledger.ts';
import type { Queryable, Transaction } from './database.ts';

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
     insert into ledger_lines (entry_id, position, account, side, minor, currency, at)
     select booked.id, line.position, line.account, line.side, line.minor, line.currency, :at::timestamptz
     from booked join given using (key), jsonb_to_recordset(given.lines) as line
       (position integer, account text, side text, minor bigint, currency text)`,
    { wire: JSON.stringify(wire), at },
  );
}

export interface LedgerBalance {
  readonly account: string;
  readonly currency: string;
  /** Debits less credits. */
  readonly minor: bigint;
}

/** Balances of all accounts; `orderId` narrows them to one order. */
export async function readBalances(db: Queryable, orderId?: string): Promise<LedgerBalance[]> {
  const result = await db.raw<{ rows: { account: string; currency: string; minor: string }[] }>(
    `select account, currency, sum(case side when 'debit' then minor else -minor end)::text as minor
     from ledger_lines join ledger_entries on ledger_entries.id = entry_id
     where ?::uuid is null or order_id = ? group by account, currency order by account, currency`,
    [orderId ?? null, orderId ?? null],
  );
  return result.rows.map((row) => ({ ...row, minor: BigInt(row.minor) }));
}
