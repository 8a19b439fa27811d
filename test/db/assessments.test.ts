/** Assessments as they are kept: numbered, never changed, and derived again byte for byte from what is stored. */

import { describe, expect, test } from '@jest/globals';
import { findTicketId, readAssessments, rederive } from '../../db/assessments.ts';
import { engineVersion } from '../../domain/assessment.ts';
import { canonicalJson } from '../../domain/canonical.ts';
import type { TicketId } from '../../domain/ids.ts';
import { anOrder, aTicket } from './builders.ts';
import { aDocument, judgeTicket, postVersion, someFacts } from './policy-builders.ts';
import { refusalOf } from './refusals.ts';
import { statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const aNewTicket = async () => aTicket(suite.db, await anOrder(suite.db));

/** As somebody who owns the tables could, with the triggers at rest. */
const tamper = (ticketId: TicketId, change: object) =>
  suite.db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx('assessments').where({ ticket_id: ticketId }).update(change);
  });

const standings = async (ticketId: TicketId) => (await rederive(suite.db, ticketId)).map(({ standing }) => standing);

describe('assessments of a ticket', () => {
  test('are numbered from one in the order in which they were made', async () => {
    const [ticketId, other] = [await aNewTicket(), await aNewTicket()];
    await judgeTicket(suite.db, ticketId, { occasion: 'review' });
    await judgeTicket(suite.db, other);
    await judgeTicket(suite.db, ticketId, { occasion: 'deciding', at: '2026-11-21T12:00:00.000Z' });
    const kept = await readAssessments(suite.db, ticketId);
    expect(kept.map(({ number, occasion }) => [number, occasion])).toEqual([
      [1, 'review'],
      [2, 'deciding'],
    ]);
    expect(kept[1]?.facts).toEqual(someFacts());
    expect((await readAssessments(suite.db, other)).map(({ number }) => number)).toEqual([1]);
  });

  test('are kept by one statement each', async () => {
    const ticketId = await aNewTicket();
    const sent = await statementsOf(suite.db, () => judgeTicket(suite.db, ticketId));
    expect(sent.filter(({ sql }) => sql.includes('into assessments'))).toHaveLength(1);
    expect(sent).toHaveLength(2);
  });

  test('are neither changed nor removed', async () => {
    const ticketId = await aNewTicket();
    await judgeTicket(suite.db, ticketId);
    const rows = () => suite.db('assessments').where({ ticket_id: ticketId });
    const never = 'assessments rows are never changed or removed';
    expect(await refusalOf(rows().update({ occasion: 'closing' }))).toBe(never);
    expect(await refusalOf(rows().delete())).toBe(never);
    expect(await refusalOf(suite.db.raw('truncate assessments'))).toBe(never);
  });

  test('are refused at an instant that the database would hand out otherwise', async () => {
    const ticketId = await aNewTicket();
    await expect(judgeTicket(suite.db, ticketId, { at: '2026-11-20T12:00:00Z' })).rejects.toThrow(/milliseconds/);
  });
});

describe('deriving again', () => {
  test('E10: comes out the same byte for byte after another version was posted', async () => {
    const ticketId = await aNewTicket();
    const kept = await judgeTicket(suite.db, ticketId);
    await postVersion(suite.db, new Date('2027-01-01T00:00:00.000Z'), aDocument({ requestWindowDays: 30 }));
    const [derived] = await rederive(suite.db, ticketId);
    expect(derived).toEqual({
      number: 1,
      occasion: 'deciding',
      at: kept.at,
      versionNumber: 1,
      engine: engineVersion,
      standing: 'same',
    });
  });

  test('tells of a result that was tampered with, and of facts that were', async () => {
    const [first, second] = [await aNewTicket(), await aNewTicket()];
    const kept = await judgeTicket(suite.db, first);
    await tamper(first, { result: JSON.stringify({ ...kept.result, systemMayDecide: true }) });
    expect(await standings(first)).toEqual(['differs']);
    await judgeTicket(suite.db, second);
    await tamper(second, { facts: JSON.stringify(someFacts({ askedAt: '2026-11-12T10:00:00.000Z' })) });
    expect(await standings(second)).toEqual(['differs']);
  });

  test('does not call another engine’s answer wrong, nor its own right by the number alone', async () => {
    const ticketId = await aNewTicket();
    await judgeTicket(suite.db, ticketId);
    await tamper(ticketId, { engine: engineVersion + 1 });
    expect(await standings(ticketId)).toEqual(['other_engine']);
  });

  test('takes two statements, however many there are', async () => {
    const ticketId = await aNewTicket();
    for (const at of ['2026-11-20T12:00:00.000Z', '2026-11-21T12:00:00.000Z', '2026-11-22T12:00:00.000Z'])
      await judgeTicket(suite.db, ticketId, { at });
    expect(await statementsOf(suite.db, () => rederive(suite.db, ticketId))).toHaveLength(2);
    expect(await standings(ticketId)).toEqual(['same', 'same', 'same']);
  });
});

test('a ticket is found by its id and by its reference, and by nothing else', async () => {
  const ticketId = await aNewTicket();
  const row: { number: string } = await suite.db('tickets').where({ id: ticketId }).first('number');
  expect(await findTicketId(suite.db, ticketId)).toBe(ticketId);
  expect(await findTicketId(suite.db, `RD-${row.number}`)).toBe(ticketId);
  for (const text of ['RD-1', 'RD-', row.number, 'nothing', '00000000-0000-7000-8000-000000000000'])
    expect(await findTicketId(suite.db, text)).toBeNull();
});

test('the canonical form is the same whatever the order of members, and another for another value', () => {
  const one = { b: [1, { d: null, c: 'x' }], a: '1' };
  const other = { a: '1', b: [1, { c: 'x', d: null }] };
  expect(canonicalJson(one)).toBe(canonicalJson(other));
  expect(canonicalJson(one)).toBe('{"a":"1","b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson({ a: 1 })).not.toBe(canonicalJson({ a: '1' }));
  expect(canonicalJson({ a: undefined })).toBe('{}');
});
