/** Rows are checked when read: one that does not fit its schema is a named fault that tells columns and never values. */

import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { currency, id, instant, minor, RowMalformed, readRow, readRows } from '../../db/row.ts';
import { readEvidence } from '../../db/uploads.ts';
import { anOrder } from './builders.ts';
import { anUpload } from './linking.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(2);

const schema = z.object({ id: id(), amount: minor, currency, at: instant });

const fitting = {
  id: '018f6f2a-7b1c-7000-8000-000000000001',
  amount: '9007199254740993',
  currency: 'USD',
  at: new Date(0),
};

const faultOf = (row: unknown): unknown => {
  try {
    readRow('thing', schema, row);
  } catch (fault) {
    return fault;
  }
  return null;
};

describe('readRow', () => {
  test('reads a bigint column exactly, beyond what a float holds', () => {
    expect(readRow('thing', schema, fitting).amount).toBe(9_007_199_254_740_993n);
  });

  test.each([
    ['no id', { id: 'secret-1' }, 'id'],
    ['an amount with a fraction', { amount: '1.5' }, 'amount'],
    ['an amount that is a float', { amount: 15 }, 'amount'],
    ['an empty amount', { amount: '' }, 'amount'],
    ['a currency that there is not', { currency: 'SECRET' }, 'currency'],
    ['a time as text', { at: 'secret time' }, 'at'],
    ['nothing where something must be', { at: null }, 'at'],
  ])('%s is a fault that names the noun and the column, and no value', (_what, change, column) => {
    const fault = faultOf({ ...fitting, ...change });
    expect(fault).toBeInstanceOf(RowMalformed);
    const { message, name } = fault as RowMalformed;
    expect(name).toBe('RowMalformed');
    expect(message).toMatch(new RegExp(`^a thing row is not as expected: ${column} \\w+$`));
    expect(message.toLowerCase()).not.toContain('secret');
  });

  test('every column that does not fit is told, not only the first', () => {
    expect((faultOf({ ...fitting, amount: null, at: null }) as RowMalformed).message).toMatch(/amount .*; at /);
  });

  test('a row that is not there is a fault too', () => {
    expect(faultOf(undefined)).toBeInstanceOf(RowMalformed);
  });

  test('one bad row among good ones is a fault for all: no page shows some and hides that', () => {
    expect(() => readRows('thing', schema, [fitting, { ...fitting, amount: 'x' }])).toThrow(RowMalformed);
  });
});

test('a store meets a row that a hand at the database has bent with that fault', async () => {
  const evidenceId = await anUpload(suite.db, await anOrder(suite.db));
  await suite
    .db('evidence_files')
    .where({ id: evidenceId })
    .update({ masked: JSON.stringify(['bent']) });
  await expect(readEvidence(suite.db, evidenceId)).rejects.toThrow('a evidence row is not as expected: masked');
});
