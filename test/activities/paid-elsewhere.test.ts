/** R2: finance refunds in the provider's own dashboard what the desk still has on its way: through the steps, with a provider of cards that does as it is told. */

import { beforeEach, describe, expect, test } from '@jest/globals';
import { createCaptureActivities } from '../../activities/captures.ts';
import { createPayoutActivities } from '../../activities/payout.ts';
import { recordManualPayment } from '../../db/manual-payments.ts';
import { readTenders } from '../../db/orders.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { readPayoutView } from '../../db/payout-views.ts';
import { type PayoutRow, readTicketPayouts } from '../../db/payouts.ts';
import { readSnapshot } from '../../db/tickets.ts';
import { type OrderId, type PayoutId, type TicketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import type { CaptureState, OutcomeUnknown, Rail, RailReport } from '../../domain/rail.ts';
import { createManualRail } from '../../providers/manual.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import { bindCaptureSteps, bindPayoutSteps } from '../../runtime/steps.ts';
import { aDecidedClaim, aKeptInput, aPerson, approve, aTender, granted, noon } from '../db/builders.ts';
import { reroute } from '../db/rerouting.ts';
import { openSuite } from '../db/suite.ts';
import { failureOf, noFacts } from './payout-bench.ts';

const suite = openSuite();

/** What the provider of cards does, has and was asked to do. */
let cards: {
  elsewhere: bigint;
  onRead: (() => Promise<unknown>) | null;
  has: RailReport | null;
  answer: RailReport | OutcomeUnknown;
  sends: number;
};
let at: Date;
let dryRun: boolean;

beforeEach(() => {
  cards = { elsewhere: 0n, onRead: null, has: null, answer: { status: 'unknown', reason: 'timeout' }, sends: 0 };
  at = noon;
  dryRun = false;
});

const hours = (count: number) => {
  at = new Date(noon.getTime() + count * 3_600_000);
};

const cardRail = (captured: bigint): Rail => ({
  name: 'card',
  facts: noFacts,
  readCapture: async (): Promise<CaptureState> => {
    const { elsewhere, onRead } = cards;
    cards.onRead = null;
    await onRead?.();
    return { captured: money(captured, 'USD'), refundedElsewhere: money(elsewhere, 'USD'), disputeBars: false };
  },
  lookUp: async () => cards.has,
  send: async () => {
    cards.sends += 1;
    return cards.answer;
  },
});

/** The job that reads an order's captures, in the middle of whatever else is under way. */
const takeOver = (orderId: OrderId) =>
  createCaptureActivities({
    steps: bindCaptureSteps(suite.db, { now: () => at }),
    rails: new Map([['card', cardRail(1999n)]]),
  }).takeOverCaptures({ orderId });

function activitiesOf(captured: bigint) {
  const clock = { now: () => at };
  const manual = createManualRail({ payments: bindManualPayments(suite.db, clock) });
  const rails = new Map([cardRail(captured), manual].map((rail) => [rail.name, rail] as const));
  const steps = bindPayoutSteps(suite.db, clock, {
    get dryRun() {
      return dryRun;
    },
  });
  const plans = { end: async () => false, follow: async () => null };
  return createPayoutActivities({ steps, rails, plans, attempt: () => 1 });
}

/** A payout whose call got no answer, as its activity found it. */
async function anUnknown(minor: bigint, captured: bigint) {
  const { ticketId, payouts, order } = await aDecidedClaim(suite.db, minor, [aTender(captured)]);
  const [payout] = payouts;
  if (!payout) throw new Error('the claim has no payout');
  if (payout.state === 'granted')
    granted(await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance')));
  const activities = activitiesOf(captured);
  const given = { ticketId, payoutId: payout.id };
  const tryAgain = () => activities.sendPayout(given);
  expect((await failureOf(tryAgain())).type).toBe('PayoutOutcomeUnknown');
  return { ticketId, payout, order, tryAgain };
}

const view = ({ payout }: { payout: PayoutRow }) => readPayoutView(suite.db, payout.id);

const eventsOf = (ticketId: TicketId, kind: string): Promise<object[]> =>
  suite.db('ticket_events').where({ ticket_id: ticketId, kind }).orderBy('number').pluck('data');

async function stands({ ticketId, payout, order }: Awaited<ReturnType<typeof anUnknown>>) {
  const [tender] = await readTenders(suite.db, [order.id]);
  const { phase } = await readSnapshot(suite.db, ticketId);
  const seen = await readPayoutView(suite.db, payout.id);
  return { phase, state: seen?.state, reason: seen?.reason, committed: tender?.committed_minor };
}

describe('R2, R3: an unknown payout that the provider has nothing of, and a refund in its dashboard', () => {
  test.each([
    ['all of it', 2000n, 2000n, 2000n],
    ['so much that the part that was granted is not covered', 4000n, 10_000n, 7000n],
  ])(
    'of %s: waits a day in plain sight, and ends once as paid elsewhere',
    async (_what, minor, captured, elsewhere) => {
      const given = await anUnknown(minor, captured);
      cards.elsewhere = elsewhere;
      hours(1);
      expect((await failureOf(given.tryAgain())).type).toBe('PayoutHeld');
      const last = 25 - 1 / 3600;
      for (const hour of [1, 2, last]) {
        hours(hour);
        expect((await failureOf(given.tryAgain())).type).toBe('PayoutBarred');
      }
      expect(await stands(given)).toMatchObject({ state: 'unknown', reason: 'paid_elsewhere', committed: minor });
      expect(await eventsOf(given.ticketId, 'payoutHeld')).toMatchObject([{ reason: 'paid_elsewhere' }]);
      hours(25);
      for (const _again of [1, 2]) await given.tryAgain();
      const ended = { phase: 'deciding', state: 'cancelled', reason: 'paid_elsewhere', committed: 0n };
      expect(await stands(given)).toEqual(ended);
      expect(await eventsOf(given.ticketId, 'payoutCancelled')).toHaveLength(1);
      expect(cards.sends).toBe(1);
    },
  );

  test('that failed meanwhile: goes after all, under the same key', async () => {
    const given = await anUnknown(2000n, 2000n);
    cards.elsewhere = 2000n;
    for (const type of ['PayoutHeld', 'PayoutBarred']) expect((await failureOf(given.tryAgain())).type).toBe(type);
    cards.elsewhere = 0n;
    cards.answer = { status: 'settled', providerRef: `re_${given.payout.id}` };
    hours(48);
    await given.tryAgain();
    expect(await stands(given)).toMatchObject({ phase: 'closed', state: 'settled', committed: 2000n });
    expect(cards.sends).toBe(2);
  });

  test('of which more is told later: has its day since the newest word', async () => {
    const given = await anUnknown(2000n, 2000n);
    cards.elsewhere = 500n;
    await failureOf(given.tryAgain());
    cards.elsewhere = 700n;
    hours(3);
    await failureOf(given.tryAgain());
    hours(26);
    expect((await failureOf(given.tryAgain())).type).toBe('PayoutBarred');
    hours(27);
    await given.tryAgain();
    expect(await stands(given)).toMatchObject({ state: 'cancelled' });
  });

  test('that turns out to be our own call, which came late: counts as sent', async () => {
    const given = await anUnknown(2000n, 2000n);
    cards.elsewhere = 2000n;
    for (const _again of [1, 2]) await failureOf(given.tryAgain());
    cards.has = { status: 'settled', providerRef: `re_${given.payout.id}` };
    hours(48);
    await given.tryAgain();
    expect(await stands(given)).toMatchObject({ phase: 'closed', state: 'settled', committed: 2000n });
  });

  test('ends also where the desk was put into a dry run meanwhile, which by itself ends nothing', async () => {
    const given = await anUnknown(2000n, 2000n);
    dryRun = true;
    for (const hour of [1, 30]) {
      hours(hour);
      expect((await failureOf(given.tryAgain())).type).toBe('PayoutRehearsed');
    }
    expect(await stands(given)).toMatchObject({ state: 'unknown', reason: 'dry_run' });
    expect(await eventsOf(given.ticketId, 'payoutHeld')).toHaveLength(1);
    cards.elsewhere = 2000n;
    expect((await failureOf(given.tryAgain())).type).toBe('PayoutHeld');
    hours(54);
    await given.tryAgain();
    expect(await stands(given)).toMatchObject({ state: 'cancelled', reason: 'paid_elsewhere' });
  });
});

describe('R2: a payment by hand that waits, and a refund of the card in the dashboard', () => {
  async function anAsked() {
    const { ticketId, payouts, order } = await aDecidedClaim(suite.db, 1999n);
    const [first] = payouts;
    const by = await aPerson(suite.db, 'finance');
    granted(await reroute(suite.db, { ticketId, payoutId: first?.id ?? ('' as PayoutId), by }));
    const payout = (await readTicketPayouts(suite.db, ticketId)).at(-1);
    if (!payout) throw new Error('there is no payout');
    const second = await aPerson(suite.db, 'finance');
    granted(await approve(suite.db, ticketId, payout.id, second));
    const activities = activitiesOf(1999n);
    const given = { ticketId, payoutId: payout.id };
    await activities.sendPayout(given);
    const record = async () => {
      const body = { outcome: 'paid', reference: 'TRX-1', paidOn: '2026-11-22' };
      const inputId = await aKeptInput(suite.db, { operation: 'recordManualPayment', ...given, body });
      return recordManualPayment(suite.db, { ticketId, inputId, by: { id: second, role: 'finance' } }, at);
    };
    return { ticketId, payout, order, record, check: () => activities.checkPayout(given) };
  }

  test('is called off at the next look, and whoever would record it hears why', async () => {
    const given = await anAsked();
    await given.check();
    expect(await stands({ ...given, tryAgain: given.check })).toMatchObject({ state: 'sent', reason: 'awaits_person' });
    cards.elsewhere = 1999n;
    await given.check();
    const ended = { phase: 'deciding', state: 'cancelled', reason: 'paid_elsewhere', committed: 0n };
    expect(await stands({ ...given, tryAgain: given.check })).toEqual(ended);
    const facts = { state: 'cancelled', rail: 'manual', reason: 'paid_elsewhere' };
    expect(await given.record()).toEqual({ refused: 'payout-phase', facts });
  });

  test('is called off where the job hears of it while a slower look that began before is still under way', async () => {
    const given = await anAsked();
    cards.onRead = async () => {
      cards.elsewhere = 1999n;
      await takeOver(given.order.id);
    };
    expect((await failureOf(given.check())).type).toBe('OrderMoved');
    expect((await readTenders(suite.db, [given.order.id]))[0]?.elsewhere_minor).toBe(1999n);
    await given.check();
    expect(await stands({ ...given, tryAgain: given.check })).toMatchObject({ state: 'cancelled', committed: 0n });
  });

  test('is kept back by that name as soon as it is known; who has paid by then says so, as with a hold', async () => {
    const given = await anAsked();
    await suite.db('order_tenders').where({ order_id: given.order.id }).update({ elsewhere_minor: 1 });
    expect(await view(given)).toMatchObject({ keptBack: 'paid_elsewhere' });
    granted(await given.record());
    cards.elsewhere = 1n;
    await given.check();
    expect(await view(given)).toMatchObject({ state: 'settled', keptBack: null });
  });
});

test('R3: the newest answer says why it is unknown, told once each; a late one of what was learnt says nothing', async () => {
  const given = await anUnknown(2000n, 2000n);
  const { ticketId, payout } = given;
  for (const reason of ['timeout', 'credentials_refused', 'credentials_refused']) {
    cards.answer = { status: 'unknown', reason };
    hours(reason === 'timeout' ? 1 : 2);
    await failureOf(given.tryAgain());
  }
  expect(await view(given)).toMatchObject({ reason: 'credentials_refused', checkedAt: at });
  expect(await eventsOf(ticketId, 'payoutUnknown')).toMatchObject([
    { reason: 'timeout' },
    { reason: 'credentials_refused' },
  ]);
  const tell = (report: RailReport | OutcomeUnknown) =>
    recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, at);
  await tell({ status: 'sent', providerRef: `re_${given.payout.id}` });
  await tell({ status: 'unknown', reason: 'timeout' });
  expect(await view(given)).toMatchObject({ state: 'sent', reason: null });
});
