/** A desk that ran before the ledger was full: what was known and not booked is booked once, and what settled has its note. */

import { expect, test } from '@jest/globals';
import type { Database } from '../../db/database.ts';
import { readBalances } from '../../db/ledger.ts';
import { findDifferences } from '../../db/ledger-proof.ts';
import { migrationSource } from '../../db/migration-source.ts';
import { emptyDatabase } from './empty-database.ts';

const uuid = (end: number) => `'00000000-0000-7000-8000-${end.toString().padStart(12, '0')}'::uuid`;
const at = `timestamptz '2026-11-20T10:00:00Z'`;

/** One order of 2000: 500 settled, 300 that came back, 200 refunded elsewhere, one dispute that is open and one lost. */
const before = [
  `insert into people (id, email, role) values (${uuid(1)}, 'carol@example.com', 'customer')`,
  `insert into accounts (id, ref, created_at) values (${uuid(2)}, 'account', ${at})`,
  `insert into policy_versions (id, number, effective_at, posted_at, document)
     values (${uuid(3)}, 1, ${at}, ${at}, '{"format": 1, "seller": {"name": "Seller Ltd", "contact": "help@example.com"}}')`,
  `insert into orders (id, ref, account_id, subject_id, channel, plan_key, plan_kind, plan_name, first_purchased_at, purchased_at, currency,
     last_payout_no, created_at, updated_at)
     values (${uuid(4)}, 'order-1', ${uuid(2)}, ${uuid(1)}, 'official', 'k', 'k', 'n', ${at}, ${at}, 'USD', 2, ${at}, ${at})`,
  `insert into order_tenders (id, order_id, position, method, amount_minor, tax_minor, currency, captured_at, captured_minor,
     elsewhere_minor, committed_minor, read_at)
     values (${uuid(5)}, ${uuid(4)}, 1, 'card', 2000, 320, 'USD', ${at}, 2000, 200, 500, ${at})`,
  `insert into tickets (id, order_id, account_id, subject_id, phase, outcome, asked_at, claimed_method, fault, description, created_at,
     updated_at, closed_at, policy_version_id)
     values (${uuid(6)}, ${uuid(4)}, ${uuid(2)}, ${uuid(1)}, 'closed', 'refunded', ${at}, 'card', 'slow', 'a text', ${at}, ${at}, ${at}, ${uuid(3)})`,
  `insert into payouts (id, ticket_id, order_id, grant_id, tender_id, payout_no, key, method, rail, amount_minor, currency, state, approval,
     approved_by, approved_at, sending_at, settled_at, ended_at, provider_ref, reason, created_at, updated_at)
     select id, ${uuid(6)}, ${uuid(4)}, ${uuid(7)}, ${uuid(5)}, no, 'payout/' || ${uuid(4)} || '/' || no, 'card', 'card', minor, 'USD', state,
       'finance', ${uuid(1)}, ${at}, ${at}, ${at}, ended, 're_' || no, case when ended is not null then 'closed' end, ${at}, ${at}
     from (values (${uuid(8)}, 1, 300, 'returned', ${at} + interval '1 day'), (${uuid(9)}, 2, 500, 'settled', null)) as payout (id, no, minor, state, ended)`,
  `insert into ledger_entries (id, key, kind, order_id, tender_id, payout_id, at)
     values (${uuid(10)}, 'capture/1', 'capture', ${uuid(4)}, ${uuid(5)}, null, ${at}),
       (${uuid(11)}, 'grant/2', 'grant', ${uuid(4)}, ${uuid(5)}, ${uuid(9)}, ${at}),
       (${uuid(12)}, 'payout_settled/2', 'payout_settled', ${uuid(4)}, ${uuid(5)}, ${uuid(9)}, ${at})`,
  `insert into ledger_lines (entry_id, position, account, side, minor, currency) values
     (${uuid(10)}, 1, 'provider:card', 'debit', 2000, 'USD'), (${uuid(10)}, 2, 'sales', 'credit', 2000, 'USD'),
     (${uuid(11)}, 1, 'refunds', 'debit', 500, 'USD'), (${uuid(11)}, 2, 'refunds_payable', 'credit', 500, 'USD'),
     (${uuid(12)}, 1, 'refunds_payable', 'debit', 500, 'USD'), (${uuid(12)}, 2, 'provider:card', 'credit', 500, 'USD')`,
  `insert into disputes (id, provider, provider_ref, kind, order_id, tender_id, state, amount_minor, currency, told_at, opened_at, ended_at)
     values (${uuid(13)}, 'stripe', 'du_1', 'chargeback', ${uuid(4)}, ${uuid(5)}, 'open', 400, 'USD', ${at}, ${at}, null),
       (${uuid(14)}, 'stripe', 'du_2', 'chargeback', ${uuid(4)}, ${uuid(5)}, 'lost', 600, 'USD', ${at}, ${at}, ${at}),
       (${uuid(15)}, 'stripe', 'du_3', 'chargeback', ${uuid(4)}, ${uuid(5)}, 'won', 700, 'USD', ${at}, ${at}, ${at})`,
];

/** Past triggers and foreign keys: the rows are whole as they are written. */
const fill = (db: Database): Promise<void> =>
  db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    for (const statement of before) await trx.raw(statement.replaceAll('?', String.raw`\?`));
  });

test('what was known before is booked by the migrations, and the proof is silent', async () => {
  const empty = await emptyDatabase();
  try {
    const names = await migrationSource.getMigrations([]);
    const first = names.findIndex((name) => name.endsWith('book_all_money'));
    for (const name of names.slice(0, first)) await empty.db.migrate.up({ migrationSource, name });
    await fill(empty.db);
    // Those that follow are of other things, and some ask for rows that these go without.
    const asked = ['read_payout_costs', 'tell_takings_apart'];
    const later = names.filter((name) => asked.some((end) => name.endsWith(end)));
    for (const name of [...names.slice(first, first + 2), ...later])
      await empty.db.migrate.up({ migrationSource, name });
    // The books alone: of what providers say, these rows know nothing yet.
    expect(await findDifferences(empty.db)).toEqual([]);
    const held = (await readBalances(empty.db)).filter(({ minor }) => minor !== 0n);
    expect(Object.fromEntries(held.map(({ account, minor }) => [account, minor]))).toEqual({
      'disputed:card': 400n,
      'losses:disputes': 600n,
      'provider:card': 300n,
      refunds: 700n,
      sales: -2000n,
    });
    const notes: unknown[] = await empty
      .db('credit_notes')
      .orderBy('number')
      .select('entity', 'number', 'kind', 'total_minor');
    expect(notes).toEqual([
      { entity: 'Seller Ltd', number: 1, kind: 'credit', total_minor: '300' },
      { entity: 'Seller Ltd', number: 2, kind: 'credit', total_minor: '500' },
      { entity: 'Seller Ltd', number: 3, kind: 'reversal', total_minor: '300' },
    ]);
  } finally {
    await empty.drop();
  }
});
