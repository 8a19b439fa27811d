/** The books beside what providers report: in agreement, or each account named, and nothing said of what was not read. */

import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { proveBooks } from '../../db/ledger-proof.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { readPayoutCells } from '../../db/payout-sums.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import { beginLook, closeLook, finishLook, takePage } from '../../db/reconciliations.ts';
import { money } from '../../domain/money.ts';
import type { RailRecord, RailReport } from '../../domain/rail.ts';
import { aTender, type BuiltClaim, noon } from './builders.ts';
import { aSentClaim } from './settled-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

interface Sent {
  readonly claim: BuiltClaim;
  record(given?: Partial<RailRecord>): RailRecord;
  report(status: 'settled' | 'failed', at: Date): Promise<void>;
}

/** A refund of 5.00 over PayPal, settled at noon. */
async function settled(): Promise<Sent> {
  const claim = await aSentClaim(suite.db, 500n, aTender(900n, { method: 'paypal', captureRef: randomUUID() }));
  const [payout] = await readTicketPayouts(suite.db, claim.ticketId);
  if (!payout) throw new Error('the claim has no payout');
  const providerRef = payout.provider_ref ?? `pp_${payout.id}`;
  const report = async (status: 'settled' | 'failed', at: Date): Promise<void> => {
    const told: RailReport =
      status === 'settled' ? { status, providerRef } : { status, providerRef, reason: 'account_closed' };
    await recordReport(suite.db, { ticketId: claim.ticketId, payoutId: payout.id, inputId: null, report: told }, at);
  };
  await report('settled', noon);
  const record: Sent['record'] = (given = {}) => ({
    providerRef,
    payoutId: payout.id,
    captureRefs: [],
    amount: money(500n, 'USD'),
    report: { status: 'settled', providerRef },
    at: noon,
    word: 'provider',
    ...given,
  });
  return { claim, record, report };
}

async function look(records: readonly RailRecord[], at: Date): Promise<void> {
  const window = { rail: 'paypal' as const, from: after(-24), until: at, listedUntil: at };
  const begun = await beginLook(suite.db, window, at);
  await takePage(suite.db, begun, records, at);
  await finishLook(suite.db, begun, at);
}

async function proof() {
  const { differences, readings } = await proveBooks(suite.db);
  const told = differences.filter(({ what }) => what === 'provider');
  return {
    differing: told.map(({ account, expected, booked }) => [account, expected, booked]),
    reading: readings.find(({ rail }) => rail === 'paypal'),
  };
}

let before: RailRecord[] = [];
beforeEach(async () => {
  // What the tests before have sent is on every list, so that each test stands alone.
  before = await suite
    .db('payouts')
    .where({ rail: 'paypal' })
    .then((rows: { id: string; provider_ref: string }[]) =>
      rows.map((row) => ({
        providerRef: row.provider_ref,
        payoutId: row.id,
        captureRefs: [],
        amount: money(500n, 'USD'),
        report: { status: 'settled' as const, providerRef: row.provider_ref },
        at: noon,
        word: 'provider' as const,
      })),
    );
});

test('what was never read is said to be so, and not to agree', async () => {
  await settled();
  expect(await proof()).toEqual({
    differing: [],
    reading: { rail: 'paypal', asOf: null, problem: null, payouts: 1, unread: 1, byWord: 0 },
  });
});

test('what the provider has as the books have it agrees, as of the look that read it', async () => {
  const sent = await settled();
  await look([...before, sent.record()], after(2));
  expect(await proof()).toMatchObject({ differing: [], reading: { asOf: after(2), unread: 0 } });
});

test('what the books have as gone and the provider does not list differs by that sum', async () => {
  const sent = await settled();
  await look(before, after(3));
  const { differing } = await proof();
  const listed = 500n * BigInt(before.length);
  expect(differing).toEqual([['provider:paypal', listed, listed + 500n]]);
  await look([...before, sent.record()], after(4));
  expect((await proof()).differing).toEqual([]);
});

test.each([
  ['paid another amount', (own: RailRecord) => [{ ...own, amount: money(400n, 'USD') }], -100n],
  ['paid twice', (own: RailRecord) => [own, { ...own, providerRef: `pp_${randomUUID()}` }], 500n],
])('I1: what the provider %s differs by it', async (_what, listed: (own: RailRecord) => RailRecord[], by) => {
  const sent = await settled();
  await look([...before, ...listed(sent.record())], after(5));
  const { differing } = await proof();
  const booked = 500n * BigInt(before.length + 1);
  expect(differing).toEqual([['provider:paypal', booked + by, booked]]);
  await look([...before, sent.record()], after(6));
});

test('S1: what came back since it was read is on neither side until it is read again', async () => {
  const sent = await settled();
  await look([...before, sent.record()], after(7));
  await sent.report('failed', after(8));
  const since = await proof();
  expect(since.differing).toEqual([]);
  const back: RailReport = { status: 'failed', providerRef: sent.record().providerRef, reason: 'account_closed' };
  await look([...before, sent.record({ report: back })], after(9));
  expect((await proof()).differing).toEqual([]);
});

test('a list that is closed to the account stays so while another look is under way or cut off, until one reads it', async () => {
  const sent = await settled();
  const problems = async () => [
    (await proof()).reading?.problem,
    ...(await readPayoutCells(suite.db, after(24)))
      .filter(({ rail, state }) => rail === 'paypal' && state === 'settled')
      .map(({ listProblem }) => listProblem),
  ];
  const begin = (at: Date) => beginLook(suite.db, { rail: 'paypal', from: after(-24), until: at, listedUntil: at }, at);
  await closeLook(suite.db, await begin(after(9.2)), 'list_not_permitted');
  await begin(after(9.3));
  expect(await problems()).toEqual(['list_not_permitted', 'list_not_permitted']);
  await look([...before, sent.record()], after(9.4));
  expect(await problems()).toEqual([null, null]);
});

test('what a person alone says is counted apart', async () => {
  const sent = await settled();
  await look([...before.filter(({ payoutId }) => payoutId !== null), sent.record({ word: 'person' })], after(10));
  expect((await proof()).reading).toMatchObject({ byWord: 1 });
});
