/** How PayPal's cases end in the books: what they took of ours, beside our own refunds, and where their tickets go. */

import { describe, expect, test } from '@jest/globals';
import { recordDisputeNote } from '../../db/case-notes.ts';
import { storeDispute } from '../../db/disputes.ts';
import { readBalances } from '../../db/ledger.ts';
import { proveLedger } from '../../db/ledger-proof.ts';
import { lockTenders, storeCaptures } from '../../db/orders.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { endBarred, mayStillGo } from '../../db/payout-sending.ts';
import { type PayoutRow, readPayout } from '../../db/payouts.ts';
import { readSnapshot } from '../../db/tickets.ts';
import { money } from '../../domain/money.ts';
import { disputeOfPaypalEvent } from '../../providers/paypal-webhook.ts';
import {
  aDecidedClaim,
  aKeptInput,
  anOrder,
  aReviewedTicket,
  aTender,
  type BuiltClaim,
  type BuiltOrder,
  granted,
  noon,
} from './builders.ts';
import { aSentClaim, returnedReport, settledReport, tell } from './settled-claims.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const paypal = (minor = 1999n) => aTender(minor, { method: 'paypal' });
const usd = (value: string) => ({ currency_code: 'USD', value });
const after = (minutes: number): Date => new Date(noon.getTime() + minutes * 60_000);
const ended = (outcome_code: string, more: object = {}) => ({
  status: 'RESOLVED',
  dispute_outcome: { outcome_code, ...more },
});
const forBuyer = ended('RESOLVED_BUYER_FAVOUR', { amount_refunded: usd('19.99') });

/** PayPal's word on the case of the order's first payment, as its webhook tells it; the ticket hears what came of it. */
async function word({ order, ticketId }: Pick<BuiltClaim, 'order' | 'ticketId'>, minutes: number, more: object) {
  const [tender] = order.tenders;
  const resource = {
    dispute_id: `PP-D-${order.id}`,
    status: 'OPEN',
    dispute_life_cycle_stage: 'CHARGEBACK',
    dispute_amount: usd('19.99'),
    disputed_transactions: [{ seller_transaction_id: tender?.capture_ref }],
    update_time: after(minutes).toISOString(),
    ...more,
  };
  const event = {
    id: 'WH',
    event_type: 'CUSTOMER.DISPUTE.UPDATED',
    create_time: after(minutes).toISOString(),
    resource,
  };
  const told = disputeOfPaypalEvent(event);
  if (!told) throw new Error('the event tells of no case');
  const stored = await suite.db.transaction((trx) =>
    storeDispute(trx, { ...told, provider: 'paypal', method: 'paypal' }, after(minutes)),
  );
  if (stored?.isNews && stored.state) await note(ticketId, stored.state, minutes);
}

async function note(ticketId: BuiltClaim['ticketId'], state: string, minutes: number) {
  const inputId = await aKeptInput(suite.db, { ticketId, operation: 'noteDispute', body: { dispute: { state } } });
  return granted(await recordDisputeNote(suite.db, { ticketId, inputId }, after(minutes)));
}

const disputeOf = async ({ id }: BuiltOrder): Promise<unknown> =>
  suite.db('disputes').where({ order_id: id }).first('state', 'taken_minor', 'amount_minor');

const balancesOf = async (order: BuiltOrder): Promise<Record<string, bigint>> => {
  const balances = await readBalances(suite.db, order.id);
  return Object.fromEntries(balances.filter(({ minor }) => minor !== 0n).map(({ account, minor }) => [account, minor]));
};

const settle = ({ ticketId }: BuiltClaim, { id: payoutId }: PayoutRow, minutes = 1) =>
  tell(suite.db, { ticketId, payoutId }, settledReport(payoutId), after(minutes));

const unanswered = async ({ ticketId, payouts: [payout] }: BuiltClaim) => {
  const report = { status: 'unknown', reason: 'timeout' } as const;
  if (payout) await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon);
};

const firstOf = ({ payouts: [payout] }: BuiltClaim): PayoutRow => {
  if (!payout) throw new Error('the claim has no payout');
  return payout;
};

/** What the desk does once it has looked the payout up in vain. */
async function lookedUpInVain({ id }: PayoutRow, minutes: number) {
  const payout = await readPayout(suite.db, id);
  if (!payout) throw new Error('the payout is gone');
  return endBarred(suite.db, payout, after(minutes));
}

/** What PayPal says of the order's captures when it is asked. */
const read = async ({ id: orderId }: BuiltOrder, elsewhere: bigint, disputeBars: boolean, minutes: number) =>
  suite.db.transaction(async (trx) => {
    const tenders = await lockTenders(trx, orderId);
    const told = { captured: money(1999n, 'USD'), refundedElsewhere: money(elsewhere, 'USD'), disputeBars };
    await storeCaptures(trx, tenders, new Map(tenders.map(({ id }) => [id, told])), after(minutes));
  });

const tendersOf = async ({ id }: BuiltOrder): Promise<unknown> =>
  suite.db('order_tenders').where({ order_id: id }).select('committed_minor', 'disputed_minor').orderBy('position');

const payoutsOf = async ({ ticketId }: BuiltClaim): Promise<unknown> =>
  suite.db('payouts').where({ ticket_id: ticketId }).select('state', 'reason').orderBy('payout_no');

const aDay = 24 * 60;

const refunded = { sales: -1999n, refunds: 1999n };
const lost = { sales: -1999n, 'losses:disputes': 1999n };

describe('D3: our own refund in full', () => {
  test('ends an inquiry, is booked once, and the ticket ends as refunded', async () => {
    const claim = await aSentClaim(suite.db, 1999n, paypal());
    const inquiry = { dispute_life_cycle_stage: 'INQUIRY' };
    await word(claim, 1, inquiry);
    await settle(claim, firstOf(claim));
    await word(claim, 2, { ...forBuyer, ...inquiry });
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'closed', taken_minor: '0' });
    expect(await balancesOf(claim.order)).toEqual(refunded);
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'closed', outcome: 'refunded' });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('leaves what another tender is still owed to go out', async () => {
    const claim = await aDecidedClaim(suite.db, 2999n, [paypal(), aTender(1000n)]);
    const [first, second] = claim.payouts;
    if (!first || !second) throw new Error('the claim has two payouts');
    await suite
      .db('payouts')
      .where({ ticket_id: claim.ticketId })
      .update({ state: 'approved', approval: 'limit', approved_at: noon });
    await suite.db('payouts').where({ id: first.id }).update({ state: 'sending', sending_at: noon });
    await word(claim, 1, {});
    await word(claim, 2, forBuyer);
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'closed', taken_minor: '0' });
    const { phase, held } = await readSnapshot(suite.db, claim.ticketId);
    expect([phase, held]).toEqual(['settling', undefined]);
    expect(await suite.db('payouts').where({ id: second.id }).pluck('state')).toEqual(['approved']);
    // Ours never came to PayPal: the case has taken it, and then nothing more is paid (RP-3.8).
    expect(await lookedUpInVain(first, 2 + aDay)).toBe('ended');
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'lost', taken_minor: '1999' });
    const cancelled = { state: 'cancelled', reason: 'charged_back' };
    expect(await payoutsOf(claim)).toEqual([cancelled, cancelled]);
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'closed', outcome: 'charged_back' });
  });
});

describe('W2, D5: a claim that ended for the customer beside our refund of all of it', () => {
  type Happening = 'open' | 'lost' | 'settled' | 'failed' | 'unknown';
  const orders = (last: Happening): Happening[][] => [
    ['open', 'lost', last],
    ['open', last, 'lost'],
    [last, 'open', 'lost'],
    [last, 'lost', 'open'],
    ['lost', 'open', last],
    ['lost', last, 'open'],
  ];

  async function live(happenings: readonly Happening[]) {
    const claim = await aSentClaim(suite.db, 1999n, paypal());
    const of = { ticketId: claim.ticketId, payoutId: firstOf(claim).id };
    for (const happening of happenings.flatMap((one) => [one, one])) {
      if (happening === 'open') await word(claim, 1, {});
      else if (happening === 'lost') await word(claim, 5, forBuyer);
      else if (happening === 'settled') await settle(claim, firstOf(claim), 6);
      else if (happening === 'unknown') await unanswered(claim);
      else await tell(suite.db, of, returnedReport(of.payoutId), after(6));
      expect((await proveLedger(suite.db)).filter(({ orderRef }) => orderRef === claim.order.ref)).toEqual([]);
    }
    return claim;
  }

  test.each(orders('settled'))(
    '%s, %s, %s, each twice: the money is gone once, by the refund',
    async (...happenings) => {
      const claim = await live(happenings);
      expect(await disputeOf(claim.order)).toMatchObject({ state: 'closed', taken_minor: '0' });
      expect(await balancesOf(claim.order)).toEqual(refunded);
      expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'closed', outcome: 'refunded' });
    },
  );

  test.each(orders('failed'))('%s, %s, %s, each twice: it is gone once, by the claim', async (...happenings) => {
    const claim = await live(happenings);
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'lost', taken_minor: '1999' });
    expect(await balancesOf(claim.order)).toMatchObject({ sales: -1999n, 'losses:disputes': 1999n });
    await note(claim.ticketId, 'lost', 7);
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'closed', outcome: 'charged_back' });
    expect(await balancesOf(claim.order)).toEqual({ sales: -1999n, 'losses:disputes': 1999n });
  });

  test.each(orders('unknown'))(
    'R3: %s, %s, %s, each twice, and PayPal never had our refund: it is gone once, by the claim',
    async (...happenings) => {
      const claim = await live(happenings);
      expect(await disputeOf(claim.order)).toMatchObject({ state: 'closed', taken_minor: '0' });
      expect(await lookedUpInVain(firstOf(claim), 5 + aDay)).toBe('ended');
      expect(await disputeOf(claim.order)).toMatchObject({ state: 'lost', taken_minor: '1999' });
      expect(await balancesOf(claim.order)).toEqual(lost);
      expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'closed', outcome: 'charged_back' });
      await note(claim.ticketId, 'lost', 6 + aDay);
      expect(await lookedUpInVain(firstOf(claim), 7 + aDay)).toBe('ended');
      expect(await balancesOf(claim.order)).toEqual(lost);
      expect((await proveLedger(suite.db)).filter(({ orderRef }) => orderRef === claim.order.ref)).toEqual([]);
    },
  );

  test('R2: what was refunded on PayPal’s own pages is booked as that, once it is read, and lost no more', async () => {
    const order = await anOrder(suite.db, [paypal()]);
    const claim = { order, ticketId: await aReviewedTicket(suite.db, order) };
    await word(claim, 1, forBuyer);
    expect(await balancesOf(order)).toEqual({ sales: -1999n, 'losses:disputes': 1999n });
    await read(order, 1999n, false, 2);
    expect(await balancesOf(order)).toEqual(refunded);
    expect(await proveLedger(suite.db)).toEqual([]);
  });
});

describe('R3, D5: a refund that PayPal does not have, and a claim that ended for the customer', () => {
  async function aLostCall() {
    const claim = await aSentClaim(suite.db, 1999n, paypal());
    await unanswered(claim);
    await word(claim, 1, {});
    await word(claim, 2, forBuyer);
    return { claim, payout: firstOf(claim) };
  }

  test('is shown as what must not go any more, is kept a day, and then frees its money once', async () => {
    const { claim, payout } = await aLostCall();
    expect([await lookedUpInVain(payout, 3), await lookedUpInVain(payout, 1 + aDay)]).toEqual(['barred', 'barred']);
    expect(await payoutsOf(claim)).toEqual([{ state: 'unknown', reason: 'charged_back' }]);
    expect(await mayStillGo(suite.db, payout.id, { dryRun: false }, after(3))).toBe('held');
    await read(claim.order, 0n, true, 4);
    expect(await tendersOf(claim.order)).toEqual([{ committed_minor: '1999', disputed_minor: '1999' }]);
    expect(await proveLedger(suite.db)).toEqual([]);
    expect(await lookedUpInVain(payout, 2 + aDay)).toBe('ended');
    expect(await payoutsOf(claim)).toEqual([{ state: 'cancelled', reason: 'charged_back' }]);
    expect(await tendersOf(claim.order)).toEqual([{ committed_minor: '0', disputed_minor: '1999' }]);
    expect(await balancesOf(claim.order)).toEqual(lost);
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('counts as the refund that it is where PayPal tells of it within that day', async () => {
    const { claim, payout } = await aLostCall();
    expect(await lookedUpInVain(payout, 3)).toBe('barred');
    await settle(claim, payout, 4);
    expect(await lookedUpInVain(payout, 2 + aDay)).toBe('ended');
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'closed', taken_minor: '0' });
    expect(await balancesOf(claim.order)).toEqual(refunded);
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'closed', outcome: 'refunded' });
  });

  test('R2: gives way to what went back on PayPal’s own pages, of which the claim took nothing', async () => {
    const { claim, payout } = await aLostCall();
    await read(claim.order, 1999n, false, 3);
    expect(await lookedUpInVain(payout, 3 + aDay)).toBe('ended');
    expect(await payoutsOf(claim)).toEqual([{ state: 'cancelled', reason: 'paid_elsewhere' }]);
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'closed', taken_minor: '0' });
    expect(await balancesOf(claim.order)).toEqual(refunded);
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'deciding' });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('RP-3.8: frees its money as well where it was a part and the claim has taken another', async () => {
    const claim = await aSentClaim(suite.db, 900n, paypal());
    await unanswered(claim);
    await word(claim, 2, ended('RESOLVED_BUYER_FAVOUR', { amount_refunded: usd('6.00') }));
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'lost', taken_minor: '600' });
    expect(await lookedUpInVain(firstOf(claim), 2 + aDay)).toBe('ended');
    expect(await balancesOf(claim.order)).toEqual({ sales: -1999n, 'provider:paypal': 1399n, 'losses:disputes': 600n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });
});

describe('RP-3.8: what a case took is booked, and no more', () => {
  async function aCase(...words: object[]) {
    const order = await anOrder(suite.db, [paypal()]);
    const claim = { order, ticketId: await aReviewedTicket(suite.db, order) };
    for (const [minutes, more] of words.entries()) await word(claim, minutes, more);
    return claim;
  }

  test('a part of what was disputed', async () => {
    const { order, ticketId } = await aCase({}, ended('RESOLVED_BUYER_FAVOUR', { amount_refunded: usd('6.00') }));
    expect(await disputeOf(order)).toEqual({ state: 'lost', taken_minor: '600', amount_minor: '1999' });
    expect(await balancesOf(order)).toEqual({ sales: -1999n, 'provider:paypal': 1399n, 'losses:disputes': 600n });
    expect(await readSnapshot(suite.db, ticketId)).toMatchObject({ outcome: 'charged_back' });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('D1: nothing where PayPal paid the customer, who is not paid once more', async () => {
    const { order, ticketId } = await aCase({}, ended('RESOLVED_WITH_PAYOUT', { amount_refunded: usd('19.99') }));
    await read(order, 0n, true, 3);
    expect(await disputeOf(order)).toMatchObject({ state: 'prevented', taken_minor: '0' });
    expect(await balancesOf(order)).toEqual({ sales: -1999n, 'provider:paypal': 1999n });
    expect(await readSnapshot(suite.db, ticketId)).toMatchObject({ phase: 'closed', outcome: 'charged_back' });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('D6: a case that another took the place of, undecided, holds nothing any more', async () => {
    const { order, ticketId } = await aCase({});
    const holds = () => suite.db('holds').where({ ticket_id: ticketId, kind: 'dispute' }).pluck('result');
    expect(await holds()).toEqual([null]);
    await word({ order, ticketId }, 1, ended('NONE'));
    expect([await holds(), await disputeOf(order)]).toMatchObject([['ended'], { state: 'closed', taken_minor: '0' }]);
    expect(await balancesOf(order)).toEqual({ sales: -1999n, 'provider:paypal': 1999n });
  });

  test('D4: what the customer’s bank pulls beside our refund is lost all the same', async () => {
    const claim = await aSentClaim(suite.db, 1999n, paypal());
    await settle(claim, firstOf(claim));
    await word(claim, 2, { ...forBuyer, dispute_channel: 'EXTERNAL' });
    expect(await disputeOf(claim.order)).toMatchObject({ state: 'lost', taken_minor: '1999' });
    expect(await balancesOf(claim.order)).toMatchObject({ 'provider:paypal': -1999n, 'losses:disputes': 1999n });
    expect(await proveLedger(suite.db)).toEqual([]);
  });

  test('the proof names a case whose taking does not follow from what went back', async () => {
    const { order } = await aCase({}, ended('RESOLVED_BUYER_FAVOUR', { amount_refunded: usd('6.00') }));
    await suite.db('disputes').where({ order_id: order.id }).update({ returned_minor: 500 });
    const found = (await proveLedger(suite.db)).filter(({ orderRef }) => orderRef === order.ref);
    expect(found).toMatchObject([{ what: 'dispute', expected: 500n, booked: 600n }]);
    await suite.db('disputes').where({ order_id: order.id }).update({ returned_minor: 600 });
  });
});
