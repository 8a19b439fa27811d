/** The manual rail over the desk's own book: asked once, recorded once by someone who did not decide, called off or paid. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { recordDisputeNote } from '../../db/case-notes.ts';
import { storeDispute, type ToldDispute } from '../../db/disputes.ts';
import { readBalances } from '../../db/ledger.ts';
import { recordManualPayment } from '../../db/manual-payments.ts';
import { readTenders } from '../../db/orders.ts';
import { isToCallOff, recordCancel } from '../../db/payout-cancels.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { readPayoutView } from '../../db/payout-views.ts';
import { amountOf, type PayoutRow, readPayout, readTicketPayouts } from '../../db/payouts.ts';
import { readSnapshot } from '../../db/tickets.ts';
import { isRefusal, refuse } from '../../domain/errors.ts';
import type { PayoutId, SubjectId, TicketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import type { PayoutRequest, RailReport } from '../../domain/rail.ts';
import { createManualRail } from '../../providers/manual.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import { aDecidedClaim, aKeptInput, aPerson, approve, granted, noon } from './builders.ts';
import { reroute } from './rerouting.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
let finance: SubjectId;
let second: SubjectId;

beforeAll(async () => {
  finance = await aPerson(suite.db, 'finance');
  second = await aPerson(suite.db, 'finance');
});

const railOf = () => createManualRail({ payments: bindManualPayments(suite.db, { now: () => noon }) });

const requestOf = (payout: PayoutRow): PayoutRequest => ({
  key: payout.key,
  payoutId: payout.id,
  captureRef: '',
  amount: amountOf(payout),
});

interface ByHand {
  readonly ticketId: TicketId;
  readonly orderId: string;
  readonly deciderId: SubjectId;
  readonly payout: PayoutRow;
  readonly request: PayoutRequest;
}

async function readAgain(payoutId: PayoutId): Promise<PayoutRow> {
  const payout = await readPayout(suite.db, payoutId);
  if (!payout) throw new Error('the payout is not there');
  return payout;
}

/** Rerouted, approved by a second person and taken for sending. */
async function released(): Promise<ByHand> {
  const claim = await aDecidedClaim(suite.db, 1999n);
  const [first] = claim.payouts;
  granted(await reroute(suite.db, { ticketId: claim.ticketId, payoutId: first?.id ?? ('' as PayoutId), by: finance }));
  const payout = (await readTicketPayouts(suite.db, claim.ticketId)).at(-1);
  if (!payout) throw new Error('there is no payout');
  granted(await approve(suite.db, claim.ticketId, payout.id, second));
  expect(await beginSending(suite.db, await readAgain(payout.id), { dryRun: false }, noon)).toBe('send');
  const { ticketId, deciderId, order } = claim;
  return { ticketId, orderId: order.id, deciderId, payout, request: requestOf(payout) };
}

const tell = ({ ticketId, payout }: ByHand, report: RailReport) =>
  recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon);

/** Finance was asked to pay. */
async function asked(): Promise<ByHand> {
  const given = await released();
  const report = await railOf().send(given.request);
  if (report.status === 'unknown') throw new Error(report.reason);
  granted(await tell(given, report));
  return given;
}

const paid = { outcome: 'paid', reference: 'TRX-1', paidOn: '2026-11-22' };

async function record({ ticketId, payout }: ByHand, by: SubjectId, body: object = paid) {
  const inputId = await aKeptInput(suite.db, { operation: 'recordManualPayment', ticketId, payoutId: payout.id, body });
  return recordManualPayment(suite.db, { ticketId, inputId, by: { id: by, role: 'finance' } }, noon);
}

async function cancel({ ticketId, payout }: ByHand) {
  const inputId = await aKeptInput(suite.db, { operation: 'cancelPayout', ticketId, payoutId: payout.id });
  return recordCancel(
    suite.db,
    { ticketId, inputId, by: { id: finance, role: 'finance' } },
    { cancels: (rail) => rail === 'manual' },
    noon,
  );
}

const bookOf = async ({ payout }: ByHand): Promise<object[]> =>
  suite.db('manual_payments').where({ payout_id: payout.id });

describe('the rail', () => {
  test('R3, R4: asks finance once, however often it is told to, and finds again what it asked', async () => {
    const given = await released();
    expect(await railOf().lookUp(given.request)).toBeNull();
    const answers = await Promise.all(Array.from({ length: 8 }, () => railOf().send(given.request)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 'sent', reason: 'awaits_person' });
    expect(await railOf().lookUp(given.request)).toEqual(answers[0]);
    expect(await bookOf(given)).toHaveLength(1);
  });

  test('R6: the same payout with another amount is left open for a person', async () => {
    const given = await asked();
    const changed = { ...given.request, amount: money(1n, 'USD') };
    expect(await railOf().send(changed)).toEqual({ status: 'unknown', reason: 'idempotency_mismatch' });
  });

  test.each([0n, -1n])('R9: an amount of %p is refused and reaches no book', async (minor) => {
    const given = await released();
    expect(await railOf().send({ ...given.request, amount: money(minor, 'USD') })).toMatchObject({ status: 'failed' });
    expect(await bookOf(given)).toEqual([]);
  });

  test('the customer hears nothing of money that is on its way, and finance that it is theirs to pay', async () => {
    const given = await asked();
    const templates: string[] = await suite.db('notices').where({ ticket_id: given.ticketId }).pluck('template');
    expect(templates).toContain('payout-by-hand');
    expect(templates).not.toContain('payout-sent');
  });
});

describe('what a person records', () => {
  test('S8: settles the payout with its reference, closes the ticket, and is in both books once', async () => {
    const given = await asked();
    granted(await record(given, second));
    expect(await readAgain(given.payout.id)).toMatchObject({ state: 'settled', bank_ref: 'TRX-1' });
    expect(await readSnapshot(suite.db, given.ticketId)).toMatchObject({ phase: 'closed', outcome: 'refunded' });
    expect(await bookOf(given)).toMatchObject([{ state: 'paid', reference: 'TRX-1', recorded_by: second }]);
    expect(await railOf().lookUp(given.request)).toMatchObject({ status: 'settled', bankRef: 'TRX-1' });
    const books = await readBalances(suite.db, given.orderId as never);
    expect(books.find(({ account }) => account === 'refunds')?.minor).toBe(1999n);
  });

  test('not paid is a payout that failed, which goes another way or is declined', async () => {
    const given = await asked();
    granted(await record(given, second, { outcome: 'not_paid', ground: 'The account is closed.' }));
    expect(await readAgain(given.payout.id)).toMatchObject({ state: 'failed', reason: 'not_paid' });
    expect(await readSnapshot(suite.db, given.ticketId)).toMatchObject({ phase: 'settling' });
    granted(await reroute(suite.db, { ticketId: given.ticketId, payoutId: given.payout.id, by: finance }));
  });

  test('is not recorded by the one who decided, and not twice, also at once', async () => {
    const given = await asked();
    expect(await record(given, given.deciderId)).toEqual(refuse('recorder-apart', { because: 'decided' }));
    await expect(
      suite
        .db('manual_payments')
        .where({ payout_id: given.payout.id })
        .update({ state: 'paid', reference: 'x', paid_on: '2026-11-22', ended_at: noon, recorded_by: given.deciderId }),
    ).rejects.toThrow('another person');
    const answers = await Promise.all([record(given, second), record(given, finance), record(given, second)]);
    expect(answers.filter((answer) => !isRefusal(answer))).toHaveLength(1);
    await expect(
      suite.db('manual_payments').where({ payout_id: given.payout.id }).update({ reference: 'another' }),
    ).rejects.toThrow('stands');
    await expect(suite.db('manual_payments').where({ payout_id: given.payout.id }).delete()).rejects.toThrow('stands');
  });

  test('is refused for a payout that has not been asked for, and for one by another rail', async () => {
    const given = await released();
    expect(await record(given, second)).toMatchObject({ refused: 'payout-phase' });
    const claim = await aDecidedClaim(suite.db, 500n);
    const [payout] = claim.payouts;
    if (!payout) throw new Error('there is no payout');
    expect(await record({ ...given, ticketId: claim.ticketId, payout }, second)).toMatchObject({
      refused: 'payout-phase',
      facts: { rail: 'card' },
    });
  });
});

describe('D5, D9: what a person is to pay once the money was charged back', () => {
  const lost = async ({ ticketId, payout }: ByHand) => {
    const [tender] = await readTenders(suite.db, [payout.order_id]);
    const providerRef = `dp_${payout.id}`;
    const told: ToldDispute = {
      provider: 'stripe',
      providerRef,
      method: 'card',
      captureRefs: [tender?.capture_ref ?? ''],
      state: 'lost',
      amount: money(1999n, 'USD'),
      toldAt: noon,
    };
    await suite.db.transaction((trx) => storeDispute(trx, told, noon));
    const body = { dispute: { ref: providerRef, state: 'lost' } };
    const inputId = await aKeptInput(suite.db, { operation: 'noteDispute', ticketId, body });
    return granted(await recordDisputeNote(suite.db, { ticketId, inputId }, noon));
  };

  test('is called off without anybody’s asking, and the ticket ends as charged back', async () => {
    const given = await asked();
    expect((await lost(given)).payouts).toEqual([{ id: given.payout.id, state: 'sent', cancelAsked: true }]);
    expect(await isToCallOff(suite.db, given.payout.id)).toBe(true);
    const report = await railOf().cancel?.(given.request, '');
    if (!report || report.status === 'unknown') throw new Error('it was not called off');
    expect(granted(await tell(given, report))).toMatchObject({ phase: 'closed', outcome: 'charged_back' });
    expect(await record(given, second)).toMatchObject({ refused: expect.anything() });
  });

  test('is left as it is where they had paid by then', async () => {
    const given = await asked();
    granted(await record(given, second));
    await lost(given);
    expect(await isToCallOff(suite.db, given.payout.id)).toBe(false);
    expect(await readAgain(given.payout.id)).toMatchObject({ state: 'settled' });
  });

  test('one that is on its way by itself is not called off', async () => {
    const given = await released();
    granted(await tell(given, { status: 'sent', providerRef: `re_${given.payout.id}`, reason: 'processing' }));
    expect((await lost(given)).payouts).toEqual([{ id: given.payout.id, state: 'sent' }]);
  });
});

test('D13: finance sees that what it was to pay by hand is kept back by a hold that came meanwhile', async () => {
  const given = await asked();
  const keptBack = async () => (await readPayoutView(suite.db, given.payout.id))?.keptBack;
  expect(await keptBack()).toBeNull();
  await suite.db('holds').insert({ ticket_id: given.ticketId, kind: 'dispute', ground: 'dispute', placed_at: noon });
  expect(await keptBack()).toBe('held');
});

test('RP-3.8, D3: and by a dispute or an inquiry that its ticket has not heard of, an inquiry only from a part', async () => {
  const given = await asked();
  const dispute = { order_id: given.orderId, tender_id: given.payout.tender_id, provider: 'stripe' };
  const told = { amount_minor: 1999, currency: 'USD', told_at: noon, opened_at: noon };
  const keptBack = async () => (await readPayoutView(suite.db, given.payout.id))?.keptBack;
  const columns = { ...dispute, ...told, provider_ref: `du_${given.payout.id}` };
  await suite.db('disputes').insert({ ...columns, kind: 'inquiry', state: 'inquiry' });
  expect(await keptBack()).toBeNull();
  await suite.db('order_tenders').where({ order_id: given.orderId }).update({ captured_minor: 2000 });
  expect(await keptBack()).toBe('inquiry');
  await suite.db('disputes').where({ order_id: given.orderId }).update({ kind: 'chargeback', state: 'open' });
  expect(await keptBack()).toBe('disputed');
});

describe('S6: calling off', () => {
  test('what waits for a person is asked for once, and then called off by its rail, which frees the amount', async () => {
    const given = await asked();
    granted(await cancel(given));
    granted(await cancel(given));
    expect((await readSnapshot(suite.db, given.ticketId)).payouts).toEqual([
      { id: given.payout.id, state: 'sent', cancelAsked: true },
    ]);
    const events: unknown[] = await suite
      .db('ticket_events')
      .where({ ticket_id: given.ticketId, kind: 'payoutCancelAsked' });
    expect(events).toHaveLength(1);
    const report = await railOf().cancel?.(given.request, '');
    if (!report || report.status === 'unknown') throw new Error('it was not called off');
    granted(await tell(given, report));
    expect(await readAgain(given.payout.id)).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_finance' });
    expect(await readSnapshot(suite.db, given.ticketId)).toMatchObject({ phase: 'deciding' });
    expect(await record(given, second)).toMatchObject({ refused: 'payout-phase' });
  });

  test('D2: paid and called off at once, just one of them happens', async () => {
    for (let times = 0; times < 5; times += 1) {
      const given = await asked();
      granted(await cancel(given));
      const [recorded, called] = await Promise.all([record(given, second), railOf().cancel?.(given.request, '')]);
      expect(isRefusal(recorded)).toBe(called?.status === 'cancelled');
    }
  });

  test('one that is approved and with nobody is called off at once', async () => {
    const claim = await aDecidedClaim(suite.db, 1999n);
    const [payout] = claim.payouts;
    if (!payout) throw new Error('there is no payout');
    granted(await approve(suite.db, claim.ticketId, payout.id, second));
    const given = {
      ticketId: claim.ticketId,
      orderId: '',
      deciderId: claim.deciderId,
      payout,
      request: requestOf(payout),
    };
    granted(await cancel(given));
    expect(await readAgain(payout.id)).toMatchObject({ state: 'cancelled', reason: 'cancelled_by_finance' });
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'deciding' });
  });

  test('one that may be on its way is not', async () => {
    const given = await released();
    expect(await cancel(given)).toEqual(refuse('payout-sent', { state: 'sending' }));
    granted(await tell(given, { status: 'sent', providerRef: 're_1' }));
    expect(await cancel(given)).toEqual(refuse('payout-sent', { state: 'sent' }));
  });

  test('S6: whoever must give details is reminded once, after three days', async () => {
    const given = await released();
    const report = { status: 'sent', providerRef: `re_${given.payout.id}`, reason: 'requires_action' } as const;
    const told = (days: number) =>
      recordReport(
        suite.db,
        { ticketId: given.ticketId, payoutId: given.payout.id, inputId: null, report },
        new Date(noon.getTime() + days * 86_400_000),
      );
    const reminders = async () =>
      (await suite.db('notices').where({ ticket_id: given.ticketId, template: 'payout-needs-details' })).length;
    granted(await told(0));
    granted(await told(2));
    expect(await reminders()).toBe(0);
    granted(await told(3));
    granted(await told(4));
    expect(await reminders()).toBe(1);
  });

  test('S6: one that was processing first waits since it says so: reminded after three days of that, and to be called off', async () => {
    const given = await released();
    const providerRef = `re_${given.payout.id}`;
    const told = (days: number, reason: string) =>
      recordReport(
        suite.db,
        {
          ticketId: given.ticketId,
          payoutId: given.payout.id,
          inputId: null,
          report: { status: 'sent', providerRef, reason },
        },
        new Date(noon.getTime() + days * 86_400_000),
      );
    const reminders = async () =>
      (await suite.db('notices').where({ ticket_id: given.ticketId, template: 'payout-needs-details' })).length;
    granted(await told(0, 'processing'));
    granted(await told(5, 'requires_action'));
    const waiting: unknown = await suite.db('payouts').where({ id: given.payout.id }).first('reason', 'attention');
    expect([waiting, await reminders()]).toEqual([{ reason: 'requires_action', attention: 'requires_action' }, 0]);
    granted(await told(7, 'requires_action'));
    expect(await reminders()).toBe(0);
    granted(await told(8, 'requires_action'));
    expect(await reminders()).toBe(1);
    granted(await cancel(given));
    expect((await readAgain(given.payout.id)).cancel_asked_at).not.toBeNull();
  });
});
