/** `prove` as its operator runs it: what each account holds, each difference in words, and an exit code that tells of them. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { aDecidedClaim, aTender } from '../db/builders.ts';
import { openSuite } from '../db/suite.ts';

const suite = openSuite(2);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** With the database's address alone: whoever audits has no other secret. */
const run = () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'dev/prove.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], DATABASE_URL: suite.url },
  });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
};

test('prints the balances, pending and posted, and ends with 1 only where something differs', async () => {
  const { order } = await aDecidedClaim(suite.db, 500n, [aTender(1999n, { taxMinor: 319n })]);
  const whole = run();
  expect(whole.lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'provider:card posted 19.99 USD',
    'refunds posted 4.20 USD',
    'refunds_payable pending -5.00 USD',
    'sales posted -19.99 USD',
    'tax_refunded posted 0.80 USD',
    'The books balance, and orders, payouts, disputes and credit notes follow from them.',
  ]);
  expect([whole.status, whole.stderr]).toEqual([0, '']);
  await suite.db('order_tenders').where({ order_id: order.id }).update({ elsewhere_minor: 7 });
  const differing = run();
  expect(differing.lines.slice(-2)).toEqual([
    `DIFFERS  elsewhere  order ${order.ref}  ${order.tenders[0]?.id}  booked 0.00 USD, expected 0.07 USD`,
    '1 difference(s).',
  ]);
  expect(differing.status).toBe(1);
});
