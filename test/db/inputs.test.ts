/** The inbox: an input is kept once per key, settled once, answered once, and its row is whole at every moment. */

import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { answerInput, keepInput, makeDue, readDueInputs, readInput, settleInput } from '../../db/inputs.ts';
import { until } from '../../dev/until.ts';
import { refuse } from '../../domain/errors.ts';
import type { InputId } from '../../domain/ids.ts';
import { patienceMs } from '../environment/patience.ts';
import { aKeptInput, anInput, anOrder, aTicket, noon } from './builders.ts';
import { refusalOf } from './refusals.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const keep = (given: Parameters<typeof anInput>[0]) => suite.db.transaction((trx) => keepInput(trx, anInput(given)));

const jobsFor = async (inputId: InputId): Promise<number> => {
  const { rows } = await suite.db.raw<{ rows: unknown[] }>(
    `select from graphile_worker._private_jobs where payload ->> 'inputId' = ?`,
    [inputId],
  );
  return rows.length;
};

/** Resolves once a statement in this database waits for another's transaction. */
async function untilSomeoneWaits(): Promise<void> {
  const someoneWaits = async () => {
    const { rows } = await suite.db.raw<{ rows: unknown[] }>(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  };
  if (!(await until(someoneWaits, { withinMs: patienceMs, everyMs: 5 }))) throw new Error('nobody waits');
}

describe('W1: one key, one row', () => {
  test('twenty writers with one key and one request: one is new, all others get its row, one redelivery waits', async () => {
    const kept = await Promise.all(Array.from({ length: 20 }, () => keep({ key: 'raced', body: { said: 'once' } })));
    expect(kept.filter(({ kind }) => kind === 'new')).toHaveLength(1);
    expect(kept.filter(({ kind }) => kind === 'same')).toHaveLength(19);
    const ids = new Set(kept.map(({ input }) => input.id));
    expect(ids.size).toBe(1);
    expect(await jobsFor([...ids][0] as InputId)).toBe(1);
  });

  test('one key with other requests at once: whichever came first is kept, the others are told that it was used', async () => {
    const kept = await Promise.all(
      Array.from({ length: 10 }, (_, index) => keep({ key: 'reused', requestHash: hashOf(String(index)) })),
    );
    expect(kept.map(({ kind }) => kind).sort()).toEqual(['new', ...Array.from({ length: 9 }, () => 'reused')]);
    expect(await suite.db('inputs').where({ key: 'reused' })).toHaveLength(1);
  });

  test('a second writer waits for the first, and takes its place where the first gives up', async () => {
    const first = await suite.db.transaction();
    await keepInput(first, anInput({ key: 'given-up' }));
    const second = keep({ key: 'given-up' });
    await untilSomeoneWaits();
    await first.rollback();
    expect((await second).kind).toBe('new');
  });

  test('the same key of another principal, or of a provider, is another input', async () => {
    const kept = [
      await keep({ key: 'k', scope: 'one' }),
      await keep({ key: 'k', scope: 'two' }),
      await keep({ key: 'k', scope: 'one', source: 'stripe' }),
    ];
    expect(kept.map(({ kind }) => kind)).toEqual(['new', 'new', 'new']);
  });

  test('an input that nobody needs to take has no redelivery, until it is made due', async () => {
    const inputId = await aKeptInput(suite.db, { delivery: 'none' });
    expect(await jobsFor(inputId)).toBe(0);
    const ticketId = await aTicket(suite.db, await anOrder(suite.db));
    await suite.db.transaction((trx) => makeDue(trx, inputId, ticketId, { awaited: true }));
    expect(await jobsFor(inputId)).toBe(1);
    expect((await readDueInputs(suite.db, ticketId)).map((input) => input.id)).toContain(inputId);
  });

  test('where the transaction is rolled back, neither the row nor its redelivery is there', async () => {
    const kept: InputId[] = [];
    const given = suite.db.transaction(async (trx) => {
      kept.push((await keepInput(trx, anInput({ key: 'rolled-back' }))).input.id);
      throw new Error('thought better of it');
    });
    await expect(given).rejects.toThrow('thought better of it');
    expect(await suite.db('inputs').where({ key: 'rolled-back' })).toEqual([]);
    expect(await jobsFor(kept[0] as InputId)).toBe(0);
  });
});

describe('what became of it', () => {
  test('only the first outcome counts, also where it is a refusal', async () => {
    const applied = await aKeptInput(suite.db);
    await settleInput(suite.db, applied, noon, null);
    await settleInput(suite.db, applied, noon, refuse('ticket-closed'));
    expect(await readInput(suite.db, applied)).toMatchObject({ delivery: 'applied', refusal: null });
    const refused = await aKeptInput(suite.db);
    await settleInput(suite.db, refused, noon, refuse('ticket-phase', { phase: 'closed' }));
    await settleInput(suite.db, refused, noon, null);
    expect(await readInput(suite.db, refused)).toMatchObject({
      delivery: 'refused',
      refusal: { refused: 'ticket-phase', facts: { phase: 'closed' } },
    });
  });

  test('only the first answer counts, of ten at once too', async () => {
    const inputId = await aKeptInput(suite.db);
    await answerInput(suite.db, inputId, { status: 201, body: 'first' });
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => answerInput(suite.db, inputId, { status: 200, body: `${index}` })),
    );
    expect(await readInput(suite.db, inputId)).toMatchObject({ answer_status: 201, answer_body: 'first' });
  });

  test.each([
    ['refused without saying why', 'inputs_refusal_whole', { delivery: 'refused', delivered_at: noon }],
    [
      'a refusal of what was applied',
      'inputs_refusal_whole',
      { delivery: 'applied', delivered_at: noon, refusal: '{}' },
    ],
    ['applied at no time', 'inputs_delivered_whole', { delivery: 'applied' }],
    ['still due at some time', 'inputs_delivered_whole', { delivered_at: noon }],
    ['an answer without a status', 'inputs_answer_whole', { answer_body: 'text' }],
    ['a status without an answer', 'inputs_answer_whole', { answer_status: 200 }],
    ['half a hash', 'inputs_request_hash_check', { request_hash: Buffer.alloc(16) }],
    ['a source that there is not', 'inputs_source_check', { source: 'rumour' }],
  ])('%s is refused', async (_what, constraint, change) => {
    const inputId = await aKeptInput(suite.db);
    expect(await refusalOf(suite.db('inputs').where({ id: inputId }).update(change))).toBe(constraint);
  });

  test('a refusal stored under an id that the catalogue does not know is a fault when read', async () => {
    const inputId = await aKeptInput(suite.db);
    await suite
      .db('inputs')
      .where({ id: inputId })
      .update({ delivery: 'refused', delivered_at: noon, refusal: JSON.stringify({ refused: 'no-such-id' }) });
    await expect(readInput(suite.db, inputId)).rejects.toThrow('a input row is not as expected: refusal.refused');
  });
});
