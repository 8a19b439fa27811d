/** Logs hold the named fields and nothing else, and texts of errors are masked (PA-1.2). */

import { afterAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../db/database.ts';
import { createLog, type LogFields } from '../../runtime/log.ts';
import { readServers } from '../environment/servers.ts';

const card = '4242 4242 4242 4242';
const proxy = 'http://customer-7:hunter2secret@gate.example.com:8080';

function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog({ LOG_LEVEL: 'debug' }, 'test', { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const db = openDatabase({ url: readServers().databaseUrl, max: 1 });
afterAll(() => db.destroy());

test('a line tells level, part, time and the named fields', () => {
  const [line] = logged((log) => log.warn({ ticketId: 'one', durationMs: 5 }, 'it happened'));
  expect(line).toEqual({
    level: 40,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    part: 'test',
    ticketId: 'one',
    durationMs: 5,
    msg: 'it happened',
  });
});

test('what is not named is not written, however it comes in (PV-1.1)', () => {
  const careless = { ticketId: 'one', email: 'someone@example.com', body: { text: 'private' } } as LogFields;
  const [line] = logged((log) => log.info(careless, 'it happened'));
  expect(Object.keys(line ?? {}).sort()).toEqual(['level', 'msg', 'part', 'ticketId', 'time']);
});

test('the text of a fault, and of what caused it, is masked', () => {
  const cause = new Error(`no answer from ${proxy}`);
  const fault = new Error(`the card ${card} was refused; Authorization: Bearer abcdef1234567890abcdef`, { cause });
  const text = JSON.stringify(logged((log) => log.error({ fault }, 'it failed')));
  for (const secret of ['4242 4242', '42424242', 'hunter2secret', 'abcdef1234567890'])
    expect(text).not.toContain(secret);
  expect(text).toContain('gate.example.com');
});

test('where a fault was thrown is told, and a fault that is no error has a name only', () => {
  const [error, other] = logged((log) => {
    log.error({ fault: Object.assign(new Error('x'), { code: 'E1' }) }, 'one');
    log.error({ fault: 'someone@example.com' }, 'two');
  });
  expect(error?.['fault']).toMatchObject({
    name: 'Error',
    code: 'E1',
    stack: expect.arrayContaining([expect.stringContaining('log.test.ts')]),
  });
  expect(other?.['fault']).toEqual({ name: 'string' });
});

test('a statement’s values and a row’s contents are never in the log of its fault', async () => {
  const told: unknown[] = [];
  const statements = [
    db.raw('select nowhere from pg_class where relname = ? and relname = ?', [
      'private-binding',
      'someone@example.com',
    ]),
    db.raw('select ?::uuid', ['private-binding - private-binding']),
    db.raw("select 'private-literal' frm nothing"),
  ];
  for (const statement of statements) await Promise.resolve(statement).catch((fault: unknown) => told.push(fault));
  expect(told).toHaveLength(3);
  const text = JSON.stringify(
    logged((log) => {
      for (const fault of told) log.error({ fault }, 'it failed');
    }),
  );
  expect(text).not.toMatch(/private-binding|someone@|private-literal/);
  expect(text).toContain('42703');
});
