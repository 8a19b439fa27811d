/** R3, RP-5.3: an instruction that was written aside and whose payout is then barred holds no room in its capture for ever. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPayoutActivities } from '../../activities/payout.ts';
import { createBankStore } from '../../db/bank.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { amountOf, readPayout, readTicketPayouts } from '../../db/payouts.ts';
import { readSnapshot } from '../../db/tickets.ts';
import type { Clock } from '../../domain/clock.ts';
import { money } from '../../domain/money.ts';
import type { Rail } from '../../domain/rail.ts';
import { bindPayoutSteps } from '../../runtime/steps.ts';
import { createRail, paidByTransfer, type RunningBank, startBank } from '../providers/bank-bench.ts';
import {
  aMessage,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  decideRefund,
  granted,
  noon,
} from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
let bank: RunningBank;
beforeAll(async () => {
  bank = await startBank();
});
afterAll(() => bank.close());

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

/** Hands nothing over, as while the drop's other half is away. */
const stuck = (): Rail =>
  createRail(createBankStore(suite.db), { ...bank.drop, handOver: () => Promise.reject(new Error('away')) });

const whole = (): Rail => createRail(createBankStore(suite.db), bank.drop);

function activitiesAt(at: Date, rail: Rail) {
  const clock: Clock = { now: () => at };
  return createPayoutActivities({
    steps: bindPayoutSteps(suite.db, clock, { dryRun: false }),
    rails: new Map([['bank', rail]]),
    plans: { end: async () => false, follow: async () => null },
    attempt: () => 1,
  });
}

/** Paid by transfer, released, and written aside. */
async function writtenAside() {
  const captureRef = await paidByTransfer(suite.db, bank, 1999n);
  const order = await anOrder(suite.db, [{ ...aTender(1999n), method: 'bank', currency: 'EUR', captureRef }]);
  const ticketId = await aReviewedTicket(suite.db, order);
  granted(await decideRefund(suite.db, ticketId, await aPerson(suite.db, 'agent'), 1999n, { currency: 'EUR' }));
  const [payout] = await readTicketPayouts(suite.db, ticketId);
  if (!payout) throw new Error('there is no payout');
  granted(await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance')));
  const send = (at: Date, rail: Rail) => activitiesAt(at, rail).sendPayout({ ticketId, payoutId: payout.id });
  await expect(send(noon, stuck())).rejects.toThrow('handover_unclear');
  const request = { key: payout.key, payoutId: payout.id, captureRef, amount: amountOf(payout) };
  return { captureRef, ticketId, payoutId: payout.id, request, send };
}

type Aside = Awaited<ReturnType<typeof writtenAside>>;

async function failCheck({ ticketId }: Aside): Promise<void> {
  const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  const asked = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, by, 'placeHold', asked), after(1)));
  const result = { result: 'failed', ground: 'Not the buyer.' };
  granted(await recordKyc(suite.db, await aMessage(suite.db, ticketId, by, 'recordKyc', result), after(2)));
}

const roomTaken = async ({ captureRef }: Aside) => {
  const capture = await whole().readCapture(captureRef, []);
  return 'problem' in capture ? capture.problem : capture.refundedElsewhere;
};

const none = money(0n, 'EUR');

test('it is taken back once the bar has had its day, and never reaches the bank; the capture may be paid back by another', async () => {
  const given = await writtenAside();
  await failCheck(given);
  await expect(given.send(after(3), whole())).rejects.toThrow('barred');
  expect(await roomTaken(given)).toEqual(money(1999n, 'EUR'));
  await given.send(after(27), whole());
  expect(await readPayout(suite.db, given.payoutId)).toMatchObject({ state: 'cancelled', reason: 'kyc_failed' });
  expect(await readSnapshot(suite.db, given.ticketId)).toMatchObject({ phase: 'deciding' });
  expect(await roomTaken(given)).toEqual(none);
  // Whoever is late with it is told so, and hands nothing over.
  expect(await whole().send(given.request)).toEqual({ status: 'failed', reason: 'instruction_withdrawn' });
  expect(await whole().lookUp(given.request)).toBeNull();
  expect((await bank.books()).payments).toEqual([]);
});

test('R3: a worker that died between the end and the taking back leaves it to the next attempt', async () => {
  const given = await writtenAside();
  await failCheck(given);
  const dying = createRail(createBankStore(suite.db), {
    ...bank.drop,
    takeBack: () => Promise.reject(new Error('died')),
  });
  await expect(given.send(after(27), dying)).rejects.toThrow('could not be looked at');
  expect(await readPayout(suite.db, given.payoutId)).toMatchObject({ state: 'cancelled' });
  expect(await roomTaken(given)).toEqual(money(1999n, 'EUR'));
  await given.send(after(28), whole());
  expect(await roomTaken(given)).toEqual(none);
});

test('what was handed over is not taken back, and goes on holding its room', async () => {
  const given = await writtenAside();
  expect(await whole().send(given.request)).toMatchObject({ status: 'sent' });
  await whole().withdraw?.(given.request);
  expect(await roomTaken(given)).toEqual(money(1999n, 'EUR'));
  expect(await whole().lookUp(given.request)).toMatchObject({ status: 'sent' });
});
