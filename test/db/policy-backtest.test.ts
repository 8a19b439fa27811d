/** The back-test of a draft: what would have changed in outcomes and money, at a cost that is constant per thousand. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../db/database.ts';
import { backtestPolicy } from '../../db/policy-backtest.ts';
import { engineVersion } from '../../domain/assessment.ts';
import { formatMoney, money } from '../../domain/money.ts';
import { anOrder, aTicket, granted } from './builders.ts';
import { aDocument, judgeTicket, someFacts } from './policy-builders.ts';
import { planOf, scansWhole, statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const few = openSuite();
const some = openSuite();
const many = openSuite();

/** The parameters under which someone who asked nine days after their purchase was in time. */
const tenDays = () => aDocument({ requestWindowDays: 10 });

const run = async (db: Database, document = tenDays()) => granted(await backtestPolicy(db, document, () => 0));

const uuid = (kind: number) => `('00000000-0000-7000-800${kind}-' || lpad(to_hex(n), 12, '0'))::uuid`;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Of the heap, what is really held: garbage that waits for its collector is not. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Copies one assessed ticket, whose order and facts are as real as any, so many times over. */
async function multiply(db: Database, copies: number): Promise<void> {
  const ticketId = await aTicket(db, await anOrder(db));
  await judgeTicket(db, ticketId);
  await db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx.raw(
      `insert into tickets (id, order_id, account_id, subject_id, phase, outcome, asked_at, fault, claimed_method, description,
         created_at, updated_at, closed_at)
       select ${uuid(1)}, ${uuid(2)}, account_id, subject_id, 'closed', 'refused', asked_at, fault, claimed_method, description,
         created_at, updated_at, created_at
       from tickets, generate_series(1, ?::integer) as n where id = ?`,
      [copies, ticketId],
    );
    await trx.raw(
      `insert into assessments (id, ticket_id, number, at, occasion, engine, policy_version_id, facts, result, result_sha256)
       select ${uuid(3)}, ${uuid(1)}, 1, at, occasion, engine, policy_version_id, facts, result, result_sha256
       from assessments, generate_series(1, ?::integer) as n where ticket_id = ?`,
      [copies, ticketId],
    );
  });
  await db.raw('analyze');
}

describe('what a draft would change', () => {
  test('RP-2.3: a longer window refunds who was two days too late, and says what it would have cost', async () => {
    const late = await aTicket(few.db, await anOrder(few.db));
    const inTime = await aTicket(few.db, await anOrder(few.db));
    await judgeTicket(few.db, late, { facts: someFacts({ incidents: [] }), at: '2026-12-10T12:00:00.000Z' });
    await judgeTicket(few.db, inTime, { facts: inTimeFacts, at: '2026-12-10T12:00:00.000Z' });
    await aTicket(few.db, await anOrder(few.db));
    const told = await run(few.db);
    expect(told).toEqual({
      judged: 2,
      changed: 1,
      otherEngine: 0,
      unjudged: [],
      outcomes: { before: { refuse: 1, refund: 1 }, after: { refund: 2 } },
      by: [{ from: 'refuse', to: 'refund', tickets: 1 }],
      money: { USD: { before: '1999', after: '3998', difference: '1999' } },
      milliseconds: 0,
    });
    expect((await run(few.db, aDocument())).changed).toBe(0);
    const shorter = await run(few.db, aDocument({ requestWindowDays: 1 }));
    expect([shorter.by, shorter.money.USD]).toEqual([
      [{ from: 'refund', to: 'refuse', tickets: 1 }],
      { before: '1999', after: '0', difference: '-1999' },
    ]);
  });

  test('RP-6.1: counts a ticket once, by its newest assessment before it was closed', async () => {
    const ticketId = await aTicket(few.db, await anOrder(few.db));
    const before = await run(few.db, aDocument());
    await judgeTicket(few.db, ticketId, { facts: someFacts({ incidents: [] }), at: '2026-12-10T12:00:00.000Z' });
    await judgeTicket(few.db, ticketId, { facts: inTimeFacts, at: '2026-12-11T12:00:00.000Z', occasion: 'decision' });
    const closing = { facts: someFacts({ incidents: [] }), at: '2026-12-12T12:00:00.000Z' };
    await judgeTicket(few.db, ticketId, { ...closing, occasion: 'closing' });
    const after = await run(few.db, aDocument());
    expect(after.judged).toBe(before.judged + 1);
    expect(after.outcomes.before.refund).toBe((before.outcomes.before.refund ?? 0) + 1);
  });

  test('is told with how many were judged by another engine', async () => {
    await few.db.transaction(async (trx) => {
      await trx.raw('set local session_replication_role = replica');
      await trx('assessments')
        .where({ occasion: 'decision' })
        .update({ engine: engineVersion + 1 });
    });
    expect((await run(few.db)).otherEngine).toBe(1);
  });

  const inTimeFacts = someFacts({
    incidents: [],
    askedAt: '2026-11-12T10:00:00.000Z',
    materialsCompleteAt: '2026-11-12T10:00:00.000Z',
    remediation: { reportedAt: '2026-11-12T10:00:00.000Z', fixReportedAt: null, answer: null, answeredBy: null },
  });
});

test('one back-test runs at a time; a second is told to wait, and runs once the first has ended', async () => {
  const holder = await few.db.transaction();
  await holder.raw('lock table assessments in access exclusive mode');
  const first = run(few.db);
  const isUnderWay = async () => {
    const { rows } = await few.db.raw<{ rows: unknown[] }>(
      `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows.length > 0;
  };
  while (!(await isUnderWay()));
  expect(await backtestPolicy(few.db, tenDays(), () => 0)).toEqual({ refused: 'backtest-running' });
  await holder.rollback();
  expect((await first).judged).toBe(3);
  expect((await run(few.db)).judged).toBe(3);
});

describe('past tickets stream through', () => {
  test('with one statement for each thousand, by an index', async () => {
    await multiply(some.db, 2_999);
    const sent = await statementsOf(some.db, async () => {
      expect((await run(some.db)).judged).toBe(3_000);
    });
    const pages = sent.filter(({ sql }) => sql.includes('assessments'));
    // The fourth finds nothing more.
    expect(pages).toHaveLength(4);
    expect(sent.length - pages.length).toBeLessThanOrEqual(2);
    for (const page of pages) {
      const plan = await planOf(some.url, page);
      expect([scansWhole(plan, 'tickets'), scansWhole(plan, 'assessments')]).toEqual([false, false]);
    }
  });

  test('a hundred thousand of them in bounded memory, with the time that it took', async () => {
    await multiply(many.db, 99_999);
    const before = heldBytes();
    const heapMax = { bytes: before };
    const watch = setInterval(() => {
      heapMax.bytes = Math.max(heapMax.bytes, heldBytes());
    }, 500);
    const told = granted(await backtestPolicy(many.db, tenDays(), () => performance.now()));
    clearInterval(watch);
    const cost = formatMoney(money(BigInt(told.money.USD?.difference ?? '0'), 'USD'));
    process.stdout.write(
      `back-test: ${told.judged} tickets in ${(told.milliseconds / 1000).toFixed(1)} s, ${told.changed} changed, ${cost}; at most ${Math.round((heapMax.bytes - before) / 1024 ** 2)} MB more heap\n`,
    );
    expect([told.judged, told.changed]).toEqual([100_000, 100_000]);
    expect((heapMax.bytes - before) / 1024 ** 2).toBeLessThan(100);
  }, 600_000);
});
