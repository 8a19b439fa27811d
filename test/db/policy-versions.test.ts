/** Policy versions: posted one after another, never changed, and found by the instant for which they hold. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { listPolicyVersions, postPolicyVersion, readPolicyVersion, versionInForce } from '../../db/policy-versions.ts';
import type { Refusal } from '../../domain/errors.ts';
import type { PolicyVersionId, TicketId } from '../../domain/ids.ts';
import { aKeptInput, anOrder, aPerson, aTicket, granted } from './builders.ts';
import { type EmptyDatabase, emptyDatabase } from './empty-database.ts';
import { aDocument, judgeTicket, postVersion, withoutClause } from './policy-builders.ts';
import { refusalOf } from './refusals.ts';
import { statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const first = new Date('2026-01-01T00:00:00.000Z');
const day = (number: number) => new Date(Date.UTC(2027, 0, number));
const justBefore = (at: Date) => new Date(at.getTime() - 1);

const policyIdOf = async (db: Database, ticketId: TicketId) =>
  ((await db('tickets').where({ id: ticketId }).first('policy_version_id')) as { policy_version_id: string })
    .policy_version_id;

describe('RP-6.1: a version holds from its moment until the next one’s', () => {
  test('to the millisecond, and none holds before the first', async () => {
    granted(await postVersion(suite.db, day(10)));
    granted(await postVersion(suite.db, day(20)));
    const numberAt = async (at: Date) => (await versionInForce(suite.db, at))?.number ?? null;
    expect(await numberAt(justBefore(first))).toBeNull();
    expect(await numberAt(first)).toBe(1);
    expect([await numberAt(justBefore(day(10))), await numberAt(day(10))]).toEqual([1, 2]);
    expect([await numberAt(justBefore(day(20))), await numberAt(day(20))]).toEqual([2, 3]);
  });

  test('and is read by its id with the document as it was posted', async () => {
    const posted = granted(await postVersion(suite.db, day(21), aDocument({ requestWindowDays: 10 })));
    const read = await readPolicyVersion(suite.db, posted.id);
    expect(read).toEqual({
      id: posted.id,
      number: posted.number,
      effectiveAt: day(21).toISOString(),
      document: aDocument({ requestWindowDays: 10 }),
    });
    const nowhere = '00000000-0000-7000-8000-000000000000' as PolicyVersionId;
    expect(await readPolicyVersion(suite.db, nowhere)).toBeNull();
  });
});

describe('E10: a ticket', () => {
  test('is judged by the version in force when it was asked for, whatever is posted later', async () => {
    const ticketId = await aTicket(suite.db, await anOrder(suite.db));
    const inForce = await versionInForce(suite.db, new Date('2026-11-22T12:00:00.000Z'));
    expect(await policyIdOf(suite.db, ticketId)).toBe(inForce?.id);
    const later = granted(await postVersion(suite.db, day(22)));
    expect(await policyIdOf(suite.db, ticketId)).toBe(inForce?.id);
    const change = suite.db('tickets').where({ id: ticketId }).update({ policy_version_id: later.id });
    expect(await refusalOf(change)).toBe('a ticket keeps its policy version');
  });
});

describe('an installation’s first version', () => {
  let empty: EmptyDatabase;
  beforeAll(async () => {
    empty = await emptyDatabase();
    await migrate(empty.url);
  });
  afterAll(() => empty.drop());

  test('may begin in the past; the next may begin at this instant, but not before it', async () => {
    const post = (effectiveAt: Date, at: Date) => postVersion(empty.db, effectiveAt, aDocument(), at);
    expect(granted(await post(first, day(1)))).toMatchObject({ number: 1, effectiveAt: first, postedAt: day(1) });
    expect(await post(justBefore(day(2)), day(2))).toEqual({
      refused: 'policy-in-past',
      facts: { now: day(2).toISOString() },
    });
    expect(granted(await post(day(2), day(2))).number).toBe(2);
  });

  test('is one alone of four that are posted at once', async () => {
    const other = await emptyDatabase();
    try {
      await migrate(other.url);
      const posts = [1, 2, 3, 4].map(() => postVersion(other.db, first));
      const answers = (await Promise.all(posts)).map((posted) => ('number' in posted ? posted.number : posted.refused));
      expect(answers.filter((answer) => answer === 1)).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'policy-order')).toHaveLength(3);
    } finally {
      await other.drop();
    }
  });
});

describe('a version is refused', () => {
  test('that begins before the newest, or with it', async () => {
    const newest = granted(await postVersion(suite.db, day(30)));
    const facts = { newest: newest.number, effectiveAt: day(30).toISOString() };
    for (const effectiveAt of [day(29), day(30)])
      expect(await postVersion(suite.db, effectiveAt)).toEqual({ refused: 'policy-order', facts });
    expect(granted(await postVersion(suite.db, new Date(day(30).getTime() + 1))).number).toBe(newest.number + 1);
  });

  test('that contradicts itself, with the first place of how many', async () => {
    const waiting = { reminderDays: [20], lapseDays: 14, kycDays: 14 };
    const refused = (await postVersion(suite.db, day(60), aDocument({ waiting }))) as Refusal;
    expect(refused.refused).toBe('policy-contradicts');
    expect(refused.facts?.['contradictions']).toBeGreaterThan(0);
    expect(String(refused.facts?.['first'])).toMatch(/^parameters\.waiting/);
  });

  test('and leaves nothing behind', async () => {
    const count = async () => Number((await suite.db('policy_versions').count('* as count').first())?.['count']);
    const before = await count();
    expect(await postVersion(suite.db, day(1))).toMatchObject({ refused: 'policy-order' });
    expect(await count()).toBe(before);
  });
});

describe('what open tickets stand on is not left out:', () => {
  test('a clause that a ticket’s newest assessment applied', async () => {
    const ticketId = await aTicket(suite.db, await anOrder(suite.db));
    await judgeTicket(suite.db, ticketId);
    const post = () => postVersion(suite.db, day(40), withoutClause(aDocument(), 'RP-2.3'));
    expect(await post()).toEqual({ refused: 'policy-clause-in-use', facts: { clause: 'RP-2.3', tickets: 1 } });
    await close(ticketId);
    expect(await post()).not.toMatchObject({ refused: 'policy-clause-in-use' });
  });

  test('a clause that a decision of the ticket named', async () => {
    const ticketId = await aTicket(suite.db, await anOrder(suite.db));
    const decider = await aPerson(suite.db, 'agent');
    await suite.db('decisions').insert({
      ticket_id: ticketId,
      decided_by: decider,
      decision: 'refuse',
      ground: 'Above the cap.',
      clauses: ['RP-2.5'],
      at: day(1),
      input_id: await aKeptInput(suite.db, { operation: 'decideTicket', ticketId }),
    });
    expect(await postVersion(suite.db, day(41), withoutClause(aDocument(), 'RP-2.5'))).toEqual({
      refused: 'policy-clause-in-use',
      facts: { clause: 'RP-2.5', tickets: 1 },
    });
  });

  test('a kind of plan that the order of a ticket has, while others may go', async () => {
    await aTicket(suite.db, await anOrder(suite.db));
    const { metered, ...others } = aDocument().parameters.plans;
    if (!metered) throw new Error('the first version has no metered plans');
    const refused = await postVersion(suite.db, day(42), aDocument({ plans: others }));
    expect(refused).toMatchObject({ refused: 'policy-clause-in-use', facts: { planKind: 'metered' } });
    expect(granted(await postVersion(suite.db, day(42), aDocument({ plans: { metered } }))).effectiveAt).toEqual(
      day(42),
    );
  });

  const close = (ticketId: TicketId) =>
    suite
      .db('tickets')
      .where({ id: ticketId })
      .update({ phase: 'closed', outcome: 'withdrawn', closed_at: day(1) });
});

describe('posted versions', () => {
  test('are neither changed nor removed', async () => {
    const version = () => suite.db('policy_versions').where({ number: 1 });
    const never = 'policy_versions rows are never changed or removed';
    expect(await refusalOf(version().update({ document: {} }))).toBe(never);
    expect(await refusalOf(version().delete())).toBe(never);
    expect(await refusalOf(suite.db.raw('truncate policy_versions cascade'))).toMatch(/never changed or removed/);
  });

  test('follow one another in the schema as well', async () => {
    const rows: { number: number; effective_at: Date }[] = await suite.db('policy_versions').orderBy('number', 'desc');
    const newest = rows[0] ?? { number: 0, effective_at: first };
    const insert = (number: number, effective_at: Date) =>
      suite.db('policy_versions').insert({ number, effective_at, posted_at: first, document: {} });
    const inOrder = 'policy_versions_in_order';
    expect(await refusalOf(insert(newest.number + 1, newest.effective_at))).toBe(inOrder);
    expect(await refusalOf(insert(newest.number, day(300)))).toBe(inOrder);
  });

  test('are listed newest first, a page after another, each by one statement', async () => {
    const all = granted(await listPolicyVersions(suite.db, { limit: 100, cursor: null }));
    const numbers = all.items.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((left, right) => right - left));
    expect([numbers.length, all.next]).toEqual([numbers[0], null]);
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: typeof all = granted(await listPolicyVersions(suite.db, { limit: 3, cursor }));
      seen.push(...page.items.map(({ number }) => number));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(numbers);
    const sent = await statementsOf(suite.db, () => listPolicyVersions(suite.db, { limit: 100, cursor: null }));
    expect(sent).toHaveLength(1);
    expect(await listPolicyVersions(suite.db, { limit: 3, cursor: 'bm9uZQ' })).toMatchObject({
      refused: 'request-invalid',
    });
  });

  test('are posted by three statements: the lock, the newest, the row', async () => {
    const sent = await statementsOf(suite.db, () =>
      suite.db.transaction((trx) =>
        postPolicyVersion(trx, { effectiveAt: day(200), document: aDocument(), by: null, at: day(1) }),
      ),
    );
    expect(sent.map(({ sql }) => sql.split(' ')[0])).toEqual(['lock', 'select', 'insert']);
  });
});
