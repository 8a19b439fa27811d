/** RP-5.3, RP-2.2: who is asked to pay by hand, and what is called off once the check on its receiver was not passed. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Transaction } from '../../db/database.ts';
import { recordDue } from '../../db/dues.ts';
import { recordHoldPlaced, recordKyc } from '../../db/holds.ts';
import { recordManualPayment } from '../../db/manual-payments.ts';
import { isToCallOff } from '../../db/payout-cancels.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { amountOf, type PayoutRow, readPayout, readTicketPayouts } from '../../db/payouts.ts';
import { readSnapshot } from '../../db/tickets.ts';
import type { PayoutId, SubjectId, TicketId } from '../../domain/ids.ts';
import { createManualRail } from '../../providers/manual.ts';
import { bindManualPayments } from '../../runtime/manual-payments.ts';
import { aDecidedClaim, aKeptInput, aMessage, aPerson, approve, everyRail, granted, noon } from './builders.ts';
import { reroute } from './rerouting.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
let finance: SubjectId;
let second: SubjectId;

beforeAll(async () => {
  finance = await aPerson(suite.db, 'finance');
  second = await aPerson(suite.db, 'finance');
});

const later = (days: number): Date => new Date(noon.getTime() + days * 86_400_000);

interface Asked {
  readonly ticketId: TicketId;
  readonly deciderId: SubjectId;
  readonly payout: PayoutRow;
}

const railOf = () => createManualRail({ payments: bindManualPayments(suite.db, { now: () => noon }) });

const requestOf = (payout: PayoutRow) => ({
  key: payout.key,
  payoutId: payout.id,
  captureRef: '',
  amount: amountOf(payout),
});

async function readAgain(payoutId: PayoutId): Promise<PayoutRow> {
  const payout = await readPayout(suite.db, payoutId);
  if (!payout) throw new Error('the payout is not there');
  return payout;
}

/** A payout keeps what its customer paid by; here it is what the test is about. */
const unguarded = (change: (trx: Transaction) => PromiseLike<unknown>): Promise<void> =>
  suite.db.transaction(async (trx) => {
    await trx.raw('alter table payouts disable trigger payouts_commit');
    await change(trx);
    await trx.raw('alter table payouts enable trigger payouts_commit');
  });

/** Rerouted by one and approved by another; `method` is what its customer had paid by. */
async function asked(method: 'card' | 'crypto' = 'card'): Promise<Asked> {
  const { ticketId, deciderId, payouts } = await aDecidedClaim(suite.db, 1999n);
  granted(await reroute(suite.db, { ticketId, payoutId: payouts[0]?.id ?? ('' as PayoutId), by: finance }));
  const next = (await readTicketPayouts(suite.db, ticketId)).at(-1);
  if (!next) throw new Error('nothing takes its place');
  if (method === 'crypto') await unguarded((trx) => trx('payouts').where({ id: next.id }).update({ method }));
  granted(await approve(suite.db, ticketId, next.id, second));
  expect(await beginSending(suite.db, await readAgain(next.id), { dryRun: false }, noon)).toBe('send');
  const payout = await readAgain(next.id);
  const report = await railOf().send(requestOf(payout));
  granted(await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon));
  return { ticketId, deciderId, payout };
}

const aLead = async () => ({ id: await aPerson(suite.db, 'lead'), role: 'lead' as const });

async function askForCheck({ ticketId }: Asked): Promise<void> {
  const body = { kind: 'kyc', ground: 'RP-5.3', stops: [] };
  granted(
    await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, await aLead(), 'placeHold', body), later(1)),
  );
}

async function recordCheck({ ticketId }: Asked, result: 'passed' | 'failed') {
  const body = { result, ground: 'By the papers.' };
  return granted(
    await recordKyc(suite.db, await aMessage(suite.db, ticketId, await aLead(), 'recordKyc', body), later(2)),
  );
}

async function callOff({ ticketId, payout }: Asked) {
  const report = await railOf().cancel?.(requestOf(payout), '');
  if (!report || report.status === 'unknown') throw new Error('it was not called off');
  return granted(await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, later(3)));
}

async function recordPaid({ ticketId, payout }: Asked) {
  const body = { outcome: 'paid', reference: 'TRX-1', paidOn: '2026-11-22' };
  const inputId = await aKeptInput(suite.db, { operation: 'recordManualPayment', ticketId, payoutId: payout.id, body });
  return recordManualPayment(suite.db, { ticketId, inputId, by: { id: finance, role: 'finance' } }, later(3));
}

describe('RP-5.3: what waits for a hand', () => {
  test('is called off once the check has failed, and the ticket is decided anew for that', async () => {
    const given = await asked();
    await askForCheck(given);
    expect(await isToCallOff(suite.db, given.payout.id)).toBe(false);
    expect((await recordCheck(given, 'failed')).payouts).toEqual([
      { id: given.payout.id, state: 'sent', cancelAsked: true },
    ]);
    expect(await callOff(given)).toMatchObject({ phase: 'deciding' });
    expect(await readAgain(given.payout.id)).toMatchObject({ state: 'cancelled' });
    expect(await recordPaid(given)).toMatchObject({ refused: expect.stringMatching(/phase/) });
    const told = suite.db('notices').where({ ticket_id: given.ticketId, template: 'decision-begun' });
    expect(await told.pluck('parameters')).toMatchObject([{ turn: 'kyc_failed' }]);
  });

  test('is called off once nobody answered the check in time', async () => {
    const given = await asked();
    await askForCheck(given);
    const { due } = await readSnapshot(suite.db, given.ticketId);
    if (due?.kind !== 'kyc') throw new Error('no check is due');
    granted(await recordDue(suite.db, { ticketId: given.ticketId, due }, everyRail, new Date(due.at)));
    expect(await isToCallOff(suite.db, given.payout.id)).toBe(true);
  });

  test('goes on once the check is passed', async () => {
    const given = await asked();
    await askForCheck(given);
    await recordCheck(given, 'passed');
    expect(await isToCallOff(suite.db, given.payout.id)).toBe(false);
    expect(granted(await recordPaid(given))).toMatchObject({ phase: 'closed', outcome: 'refunded' });
  });

  test('D2: and was paid meanwhile is paid, whatever the check said', async () => {
    const given = await asked();
    await askForCheck(given);
    await recordCheck(given, 'failed');
    granted(await recordPaid(given));
    expect(await railOf().cancel?.(requestOf(given.payout), '')).toMatchObject({ status: 'settled' });
    expect(await readSnapshot(suite.db, given.ticketId)).toMatchObject({ phase: 'closed', outcome: 'refunded' });
  });

  test('and was decided by people who knew of the failed check is not called off for it', async () => {
    const given = await asked();
    await askForCheck(given);
    await recordCheck(given, 'failed');
    expect(await isToCallOff(suite.db, given.payout.id)).toBe(true);
    await suite
      .db('decisions')
      .where({ ticket_id: given.ticketId })
      .update({ at: later(4) });
    expect(await isToCallOff(suite.db, given.payout.id)).toBe(false);
  });
});

describe('the mail that asks finance to pay by hand', () => {
  const told = ({ ticketId }: Asked): PromiseLike<SubjectId[]> =>
    suite.db('notices').where({ ticket_id: ticketId, template: 'payout-by-hand' }).pluck('subject_id');

  test('goes to everyone of finance but the one who decided', async () => {
    const given = await asked();
    const people = await told(given);
    expect(people).toEqual(expect.arrayContaining([finance, second]));
    expect(people).not.toContain(given.deciderId);
  });

  test('RP-2.2: of crypto nor to the one who approved it, who may not record it either', async () => {
    const people = await told(await asked('crypto'));
    expect(people).toContain(finance);
    expect(people).not.toContain(second);
  });
});
