/** `rederive` as its operator runs it: one line an assessment, and an exit code that tells whether all came out the same. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { engineVersion } from '../../domain/assessment.ts';
import { anOrder, aTicket } from '../db/builders.ts';
import { judgeTicket } from '../db/policy-builders.ts';
import { openSuite } from '../db/suite.ts';

const suite = openSuite(2);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** With the database's address alone: whoever audits has no other secret. */
const run = (...given: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'dev/rederive.ts', ...given], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DATABASE_URL: suite.url },
  });
  return { status, stdout, stderr };
};

test('tells of each assessment whether it comes out the same, and ends with 1 only where one differs', async () => {
  const ticketId = await aTicket(suite.db, await anOrder(suite.db));
  await judgeTicket(suite.db, ticketId, { occasion: 'review' });
  await judgeTicket(suite.db, ticketId, { occasion: 'decision', at: '2026-11-21T12:00:00.000Z' });
  const { number }: { number: string } = await suite.db('tickets').where({ id: ticketId }).first('number');
  const whole = run(`RD-${number}`);
  expect(whole.stdout).toBe(
    [
      `#1  review     2026-11-20T12:00:00.000Z  policy 1  engine ${engineVersion}  same`,
      `#2  decision   2026-11-21T12:00:00.000Z  policy 1  engine ${engineVersion}  same`,
      `2 assessment(s) by engine ${engineVersion}: 2 the same, 0 differing, 0 of another engine. Their facts hold no personal data, so none was erased.\n`,
    ].join('\n'),
  );
  expect([whole.status, whole.stderr]).toEqual([0, '']);
  await suite.db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx('assessments').where({ ticket_id: ticketId, number: 2 }).update({ at: '2026-11-22T12:00:00.000Z' });
  });
  const changed = run(ticketId);
  expect([changed.status, changed.stdout]).toEqual([1, expect.stringMatching(/^#2 .+ DIFFERS$/m)]);
});

test('ends with 2 where another engine made one, since that engine is the code of its time', async () => {
  const ticketId = await aTicket(suite.db, await anOrder(suite.db));
  await judgeTicket(suite.db, ticketId, { occasion: 'review' });
  await suite.db.transaction(async (trx) => {
    await trx.raw('set local session_replication_role = replica');
    await trx('assessments')
      .where({ ticket_id: ticketId })
      .update({ engine: engineVersion - 1 });
  });
  const former = run(ticketId);
  expect([former.status, former.stdout]).toEqual([2, expect.stringMatching(/^#1 .+ other engine$/m)]);
});

test('ends with 2 where there is no such ticket, or none is named', () => {
  expect(run('RD-1')).toEqual({ status: 2, stdout: '', stderr: 'There is no ticket RD-1.\n' });
  expect(run()).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^usage: /) });
  expect(run('RD-1001', 'RD-1002').status).toBe(2);
});
