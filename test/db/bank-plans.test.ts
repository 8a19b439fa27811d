/** What taking one file reads, however much the bank has told before: all at one price, as subscriptions are. */

import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Transaction } from '../../db/database.ts';
import { isRefusal } from '../../domain/errors.ts';
import { takeBankFile } from '../../runtime/bank-inbox.ts';
import { details, entry, ourIban, statement } from '../providers/bank-messages.ts';
import { aPerson, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

beforeAll(async () => {
  const { db } = suite;
  const recorder = await aPerson(db, 'finance');
  // The book alone: its payouts are not needed for what is read of it.
  await db.raw(
    `alter table manual_payments drop constraint manual_payments_payout_id_fkey, drop constraint manual_payments_key_fkey`,
  );
  await db.raw(
    `insert into bank_files (kind, message_id, content_hash, source, received_at)
     select 'camt.053', 'OLD-' || n, sha256(n::text::bytea), 'drop', ?::timestamptz - n * interval '1 day'
     from generate_series(1, 100) as n`,
    [noon],
  );
  await db.raw(
    `insert into bank_entries (file_id, key, direction, amount_minor, currency, booked_on, bank_ref, end_to_end_id, remittance,
       payout_id, is_return)
     select bank_files.id, 'OLD/' || message_id || '/' || n, case when n % 10 = 0 then 'debit' else 'credit' end, 1999, 'EUR',
       received_at::date, 'BK-' || message_id || n, 'E2E-' || message_id || n,
       case when n % 10 = 0 then 'Refund OLD-' || n || message_id end, case when n % 20 = 0 then uuidv7() end, false
     from bank_files, generate_series(1, 1000) as n`,
  );
  await db.raw(
    `insert into manual_payments (payout_id, key, amount_minor, currency, state, opened_at, ended_at, recorded_by, reference, paid_on)
     select uuidv7(), 'payout/' || n || '/1', 1999, 'EUR', 'paid', :noon, :noon, :recorder, 'HAND-' || n,
       :noon::timestamptz::date - n % 300
     from generate_series(1, 3000) as n`,
    { noon, recorder },
  );
  await db.raw('analyze bank_files, bank_entries, manual_payments');
});

const readSchema = z.tuple([z.object({ whole: z.coerce.number(), found: z.coerce.number() })]);

async function readSoFar(trx: Transaction) {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select seq_tup_read as whole, idx_tup_fetch as found from pg_stat_xact_user_tables where relname = 'bank_entries'`,
  );
  return readSchema.parse(rows)[0];
}

test('a file among 100,000 bookings reads none of them whole, and few of them at all', async () => {
  expect(await suite.db('bank_entries').count('id as n')).toEqual([{ n: '100000' }]);
  const ref = () => randomUUID().slice(0, 18);
  const entries = Array.from({ length: 20 }, (_, at) => [
    entry({ amount: '19.99', direction: 'DBIT', details: details({ bankRef: ref(), remittance: `HAND-${at * 300}` }) }),
    entry({
      amount: '19.99',
      direction: 'CRDT',
      details: details({ bankRef: ref(), remittance: `HAND-${at * 300}`, returned: 'AC04' }),
    }),
    entry({ amount: '19.99', direction: 'CRDT', details: details({ bankRef: ref(), endToEndId: ref() }) }),
  ]).flat();
  const bytes = statement(entries.join(''), { id: ref() });
  const read = await suite.db.transaction(async (trx) => {
    // What the connection read before may not have been told yet.
    const before = await readSoFar(trx);
    const taken = await takeBankFile(trx, ourIban, { bytes, source: 'drop', by: null, at: noon });
    if (isRefusal(taken)) throw new Error(taken.refused);
    const after = await readSoFar(trx);
    return { whole: after.whole - before.whole, found: after.found - before.found };
  });
  expect(read.whole).toBe(0);
  // Of the days about them, those that may have been paid by hand.
  expect(read.found).toBeLessThan(20_000);
});
