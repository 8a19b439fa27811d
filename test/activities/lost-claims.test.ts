/** R3, D5: a refund that never came to PayPal, and a claim that the customer won meanwhile: through the steps, with a PayPal that does as it is told. */

import { expect, test } from '@jest/globals';
import { createPayoutActivities } from '../../activities/payout.ts';
import { recordDisputeNote } from '../../db/case-notes.ts';
import { storeDispute } from '../../db/disputes.ts';
import { readBalances } from '../../db/ledger.ts';
import { proveLedger } from '../../db/ledger-proof.ts';
import { readTenders } from '../../db/orders.ts';
import { readPayoutView } from '../../db/payout-views.ts';
import { readSnapshot } from '../../db/tickets.ts';
import type { DisputeState } from '../../domain/facts.ts';
import { money } from '../../domain/money.ts';
import type { CaptureState, Rail } from '../../domain/rail.ts';
import { bindPayoutSteps } from '../../runtime/steps.ts';
import { aDecidedClaim, aKeptInput, aPerson, approve, aTender, granted, noon } from '../db/builders.ts';
import { openSuite } from '../db/suite.ts';
import { failureOf, noFacts } from './payout-bench.ts';

const suite = openSuite();

const whole = money(1999n, 'USD');
const hoursOn = (count: number) => new Date(noon.getTime() + count * 3_600_000);

/** A PayPal to which no call of a refund comes through. */
function aPaypal() {
  const does = { bars: false, sends: 0 };
  const rail: Rail = {
    name: 'paypal',
    facts: noFacts,
    readCapture: async (): Promise<CaptureState> => ({
      captured: whole,
      refundedElsewhere: money(0n, 'USD'),
      disputeBars: does.bars,
    }),
    lookUp: async () => null,
    send: async () => {
      does.sends += 1;
      return { status: 'unknown', reason: 'timeout' };
    },
  };
  return { does, rail };
}

async function aLostCall() {
  const claim = await aDecidedClaim(suite.db, 1999n, [aTender(1999n, { method: 'paypal' })]);
  const { ticketId, order } = claim;
  const [[payout], [tender]] = [claim.payouts, order.tenders];
  if (!payout || !tender) throw new Error('the claim has no payout');
  if (payout.state === 'granted')
    granted(await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance')));
  const { does, rail } = aPaypal();
  let at = noon;
  const clock = { now: () => at };
  const steps = bindPayoutSteps(suite.db, clock, { dryRun: false });
  const plans = { end: async () => false, follow: async () => null };
  const activities = createPayoutActivities({ steps, rails: new Map([['paypal', rail]]), plans, attempt: () => 1 });
  const sendPayout = () => activities.sendPayout({ ticketId, payoutId: payout.id });
  expect((await failureOf(sendPayout())).type).toBe('PayoutOutcomeUnknown');
  return {
    does,
    sendPayout,
    pass: (hours: number) => {
      at = hoursOn(hours);
    },
    /** PayPal's word, and the ticket's hearing of it. */
    hear: async (state: DisputeState) => {
      does.bars = true;
      const told = { provider: 'paypal', providerRef: `PP-D-${order.id}`, method: 'paypal' } as const;
      const of = {
        ...told,
        kind: 'paypal_claim',
        captureRefs: [tender.capture_ref ?? ''],
        state,
        amount: whole,
      } as const;
      const end = state === 'lost' ? { returned: whole, includesRefunds: true } : {};
      const stored = await suite.db.transaction((trx) => storeDispute(trx, { ...of, ...end, toldAt: at }, at));
      const body = { dispute: { state: stored?.state ?? state } };
      const inputId = await aKeptInput(suite.db, { ticketId, operation: 'noteDispute', body });
      granted(await recordDisputeNote(suite.db, { ticketId, inputId }, at));
    },
    stands: async () => {
      const [seen, ticket] = [await readPayoutView(suite.db, payout.id), await readSnapshot(suite.db, ticketId)];
      const [books] = await readTenders(suite.db, [order.id]);
      const dispute: object = await suite.db('disputes').where({ order_id: order.id }).first('state', 'taken_minor');
      const shown = { state: seen?.state, reason: seen?.reason, phase: ticket.phase, outcome: ticket.outcome };
      return { ...shown, dispute, committed: books?.committed_minor };
    },
    balances: async () =>
      Object.fromEntries((await readBalances(suite.db, order.id)).map(({ account, minor }) => [account, minor])),
  };
}

test('D2, RP-3.8: it waits while the claim is open, then a day in plain sight, and ends by itself with the loss booked', async () => {
  const given = await aLostCall();
  await given.hear('open');
  given.pass(1);
  expect((await failureOf(given.sendPayout())).type).toBe('PayoutDisputed');
  expect(await given.stands()).toMatchObject({ state: 'unknown', reason: 'disputed', phase: 'settling' });

  given.pass(500);
  await given.hear('lost');
  given.pass(501);
  expect((await failureOf(given.sendPayout())).type).toBe('PayoutBarred');
  const waits = { state: 'unknown', reason: 'charged_back', phase: 'settling', committed: 1999n };
  expect(await given.stands()).toMatchObject({ ...waits, dispute: { state: 'closed', taken_minor: '0' } });

  given.pass(524);
  await given.sendPayout();
  const ended = { state: 'cancelled', reason: 'charged_back', phase: 'closed', outcome: 'charged_back', committed: 0n };
  expect(await given.stands()).toEqual({ ...ended, dispute: { state: 'lost', taken_minor: '1999' } });
  expect(await given.balances()).toMatchObject({ sales: -1999n, 'losses:disputes': 1999n, refunds_payable: 0n });
  expect(given.does.sends).toBe(1);
  expect(await proveLedger(suite.db)).toEqual([]);
});
