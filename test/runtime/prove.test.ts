/** `prove` as its operator runs it: what each account holds, each difference in words, and an exit code that tells of them. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { recordReport } from '../../db/payout-reports.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import { beginLook, finishLook, takePage } from '../../db/reconciliations.ts';
import type { PayoutId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { aDecidedClaim, aTender, noon } from '../db/builders.ts';
import { aSentClaim } from '../db/settled-claims.ts';
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

test('says of a rail that money has left by as of when it agrees with its provider, or that nobody asked', async () => {
  const claim = await aSentClaim(suite.db, 500n, aTender(900n, { method: 'paypal', captureRef: 'CAPTURE7' }));
  const [payout] = await readTicketPayouts(suite.db, claim.ticketId);
  const providerRef = `pp_${claim.ticketId}`;
  const report = { status: 'settled' as const, providerRef };
  const payoutId = payout?.id ?? ('' as PayoutId);
  await recordReport(suite.db, { ticketId: claim.ticketId, payoutId, inputId: null, report }, noon);
  const line = () => run().lines.find((one) => one.startsWith('paypal:'));
  expect(line()).toBe('paypal: its provider’s list was never read, 1 payout(s) are unproven.');
  const at = new Date(noon.getTime() + 3_600_000);
  const window = { rail: 'paypal' as const, from: new Date(at.getTime() - 86_400_000), until: at, listedUntil: at };
  const look = await beginLook(suite.db, window, at);
  const record = { providerRef, payoutId, captureRefs: [], amount: money(500n, 'USD'), report, at: noon };
  await takePage(suite.db, look, [{ ...record, word: 'provider' }], at);
  await finishLook(suite.db, look, at);
  expect(line()).toBe(`paypal: agrees with what its provider reports, as of ${at.toISOString()}, 1 of 1 payout(s).`);
});
