/** What a provider says against our books moves nothing and is not lost: finance hears of it, and no money goes another way. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createBankStore } from '../../db/bank.ts';
import { readDueInputs } from '../../db/inputs.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { type PayoutRow, readPayout, readTicketPayouts } from '../../db/payouts.ts';
import { beginLook, finishLook, takePage } from '../../db/reconciliations.ts';
import { readSnapshot } from '../../db/tickets.ts';
import { bankIdsOf } from '../../domain/bank.ts';
import { refuse } from '../../domain/errors.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import type { RailRecord, RailReport } from '../../domain/rail.ts';
import { takeBankFile } from '../../runtime/bank-inbox.ts';
import { keptReportSchema } from '../../runtime/kept-report.ts';
import { clock, createRail, paidByTransfer, type RunningBank, startBank } from '../providers/bank-bench.ts';
import { details, entry, ourIban, statement, status } from '../providers/bank-messages.ts';
import {
  aDecidedClaim,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  decideRefund,
  granted,
  noon,
} from './builders.ts';
import { reroute } from './rerouting.ts';
import { aLockIsWaitedFor, openSuite } from './suite.ts';

const suite = openSuite();
let finance: SubjectId;
let other: SubjectId;

beforeAll(async () => {
  finance = await aPerson(suite.db, 'finance');
  other = await aPerson(suite.db, 'finance');
});

interface Sent {
  readonly ticketId: TicketId;
  readonly payout: PayoutRow;
}

async function released(ticketId: TicketId): Promise<Sent> {
  const [payout] = await readTicketPayouts(suite.db, ticketId);
  if (!payout) throw new Error('there is no payout');
  granted(await approve(suite.db, ticketId, payout.id, other));
  const fresh = await readPayout(suite.db, payout.id);
  expect(fresh && (await beginSending(suite.db, fresh, { dryRun: false }, noon))).toBe('send');
  return { ticketId, payout };
}

const byCard = async (): Promise<Sent> => released((await aDecidedClaim(suite.db, 1999n)).ticketId);

const tell = ({ ticketId, payout }: Sent, report: RailReport) =>
  recordReport(suite.db, { ticketId, payoutId: payout.id, inputId: null, report }, noon);

const stands = async ({ payout }: Sent) => {
  const row = await readPayout(suite.db, payout.id);
  return [row?.state, row?.reason];
};

const told = async ({ ticketId }: Sent) => ({
  events: (
    await suite.db('ticket_events').where({ ticket_id: ticketId, kind: 'payoutContradicted' }).pluck('data')
  ).map((data) => z.object({ what: z.string() }).parse(data).what),
  mailed: (
    await suite.db('notices').where({ ticket_id: ticketId, template: 'payout-contradicted', subject_id: finance })
  ).length,
});

const nothing = { events: [], mailed: 0 };

/** Differences of the payout, oldest first: what they are, of how much, and how they stand. */
const breaksOf = async ({ payout }: Sent): Promise<unknown[]> => {
  const rows: { kind: string; minor: string; closed_as: string | null }[] = await suite
    .db('reconciliation_breaks')
    .where({ payout_id: payout.id })
    .orderBy('id');
  return rows.map(({ kind, minor, closed_as }) => [kind, minor, closed_as]);
};
const refused: RailReport = { status: 'failed', reason: 'card_declined' };

/** How often the order's capture is due to be read, which is taken away. */
const takeDueReads = async ({ payout }: Sent): Promise<number> => {
  const key = `read_captures/${payout.order_id}`;
  const due: unknown[] = await suite.db('graphile_worker.jobs').where({ key });
  await suite.db.raw('select graphile_worker.remove_job(?)', [key]);
  return due.length;
};

describe('by card', () => {
  test('R3, W2: one that was refused and was paid all the same is told once, and goes no other way', async () => {
    const given = await byCard();
    granted(await tell(given, refused));
    const paid: RailReport = { status: 'settled', providerRef: `re_${given.payout.id}` };
    granted(await tell(given, paid));
    granted(await tell(given, paid));
    expect(await stands(given)).toEqual(['failed', 'paid_after_all']);
    expect(await told(given)).toEqual({ events: ['freed'], mailed: 1 });
    expect(await breaksOf(given)).toEqual([['freed', '1999', null]]);
    expect(await reroute(suite.db, { ticketId: given.ticketId, payoutId: given.payout.id, by: finance })).toEqual(
      refuse('payout-sent', { state: 'failed', reason: 'paid_after_all' }),
    );
  });

  test('R3: what a person is to pay in its place is called off, and nobody else is asked to pay', async () => {
    const given = await byCard();
    granted(await tell(given, refused));
    granted(await reroute(suite.db, { ticketId: given.ticketId, payoutId: given.payout.id, by: finance }));
    const [, next] = await readTicketPayouts(suite.db, given.ticketId);
    if (!next) throw new Error('nothing takes its place');
    granted(await approve(suite.db, given.ticketId, next.id, other));
    const fresh = await readPayout(suite.db, next.id);
    expect(fresh && (await beginSending(suite.db, fresh, { dryRun: false }, noon))).toBe('send');
    const waits: RailReport = { status: 'sent', providerRef: `manual/${next.id}`, reason: 'awaits_person' };
    granted(await tell({ ticketId: given.ticketId, payout: next }, waits));
    const heard = granted(await tell(given, { status: 'settled', providerRef: `re_${given.payout.id}` }));
    expect(heard.payouts).toEqual([{ id: next.id, state: 'sent', cancelAsked: true }]);
    const calledOff: RailReport = { ...waits, status: 'cancelled', reason: 'cancelled_by_finance' };
    granted(await tell({ ticketId: given.ticketId, payout: next }, calledOff));
    expect(await readSnapshot(suite.db, given.ticketId)).toMatchObject({ phase: 'deciding' });
  });

  test('R10: its word that it paid has the capture read anew, and so has its word that it took that back', async () => {
    const given = await byCard();
    const providerRef = `re_${given.payout.id}`;
    granted(await tell(given, refused));
    expect(await takeDueReads(given)).toBe(0);
    for (const report of [
      { status: 'settled', providerRef },
      { status: 'failed', providerRef, reason: 'x' },
    ] as const) {
      granted(await tell(given, report));
      expect(await takeDueReads(given)).toBe(1);
    }
    const twice = await byCard();
    granted(await tell(twice, { status: 'settled', providerRef: `re_${twice.payout.id}` }));
    expect(await takeDueReads(twice)).toBe(0);
    granted(await tell(twice, { status: 'settled', providerRef: `re_other_${twice.payout.id}` }));
    expect(await takeDueReads(twice)).toBe(1);
  });

  test('W2, W10: that it settled before it failed is old news', async () => {
    const given = await byCard();
    const providerRef = `re_${given.payout.id}`;
    granted(await tell(given, { status: 'failed', providerRef, reason: 'expired_or_canceled_card' }));
    granted(await tell(given, { status: 'settled', providerRef }));
    expect(await stands(given)).toEqual(['failed', 'expired_or_canceled_card']);
    expect(await told(given)).toEqual(nothing);
    expect(await breaksOf(given)).toEqual([]);
  });

  test.each(['failed', 'cancelled'] as const)('R11: that another refund %s frees nothing of ours', async (status) => {
    const given = await byCard();
    granted(await tell(given, { status: 'settled', providerRef: `re_${given.payout.id}` }));
    granted(await tell(given, { status, providerRef: `re_other_${given.payout.id}`, reason: 'x' }));
    expect((await stands(given))[0]).toBe('settled');
    expect(await readSnapshot(suite.db, given.ticketId)).toMatchObject({ phase: 'closed', outcome: 'refunded' });
  });

  test('R3: a second refund of one payout is told', async () => {
    const given = await byCard();
    granted(await tell(given, { status: 'settled', providerRef: `re_${given.payout.id}` }));
    granted(await tell(given, { status: 'settled', providerRef: `re_other_${given.payout.id}` }));
    expect(await told(given)).toEqual({ events: ['double'], mailed: 1 });
    expect(await breaksOf(given)).toEqual([['double', '1999', null]]);
  });

  test('what its provider takes back is a difference no longer', async () => {
    const given = await byCard();
    granted(await tell(given, refused));
    granted(await tell(given, { status: 'settled', providerRef: `re_${given.payout.id}` }));
    granted(await tell(given, { status: 'failed', providerRef: `re_${given.payout.id}`, reason: 'lost' }));
    expect(await breaksOf(given)).toEqual([['freed', '1999', 'gone']]);
  });

  test('W8: the next look finds the same difference and none besides, and one that no look has seen stays for a person', async () => {
    const given = await byCard();
    granted(await tell(given, refused));
    const providerRef = `re_${given.payout.id}`;
    const report: RailReport = { status: 'settled', providerRef };
    granted(await tell(given, report));
    const look = async (records: readonly RailRecord[], hours: number): Promise<void> => {
      const at = new Date(noon.getTime() + hours * 3_600_000);
      const from = new Date(noon.getTime() - 3_600_000);
      const begun = await beginLook(suite.db, { rail: 'card', from, until: at, listedUntil: at }, at);
      await takePage(suite.db, begun, records, at);
      await finishLook(suite.db, begun, at);
    };
    await look([], 1);
    expect(await breaksOf(given)).toEqual([['freed', '1999', null]]);
    const record = { providerRef, payoutId: given.payout.id, captureRefs: [], amount: money(1999n, 'USD'), report };
    await look([{ ...record, at: noon, word: 'provider' }], 2);
    expect(await breaksOf(given)).toEqual([['freed', '1999', null]]);
    await look([], 3);
    expect(await breaksOf(given)).toEqual([['freed', '1999', 'gone']]);
  });
});

describe('by bank', () => {
  let bank: RunningBank;
  beforeAll(async () => {
    bank = await startBank();
  });
  afterAll(() => bank.close());

  const rail = () => createRail(createBankStore(suite.db), bank.drop);

  async function byBank(): Promise<Sent & { readonly endToEndId: string; readonly captureRef: string }> {
    const captureRef = await paidByTransfer(suite.db, bank, 1999n);
    const order = await anOrder(suite.db, [{ ...aTender(1999n), method: 'bank', currency: 'EUR', captureRef }]);
    const ticketId = await aReviewedTicket(suite.db, order);
    granted(await decideRefund(suite.db, ticketId, await aPerson(suite.db, 'agent'), 1999n, { currency: 'EUR' }));
    const given = await released(ticketId);
    const { key, id: payoutId } = given.payout;
    const report = await rail().send({ key, payoutId, captureRef, amount: money(1999n, 'EUR') });
    if (report.status !== 'sent') throw new Error('the bank was not told');
    granted(await tell(given, report));
    return { ...given, endToEndId: bankIdsOf(payoutId).endToEndId, captureRef };
  }

  /** What was taken reaches the ticket only later. */
  const take = async (bytes: Buffer) =>
    granted(
      await suite.db.transaction((trx) => takeBankFile(trx, ourIban, { bytes, source: 'drop', by: null, at: noon })),
    );

  async function deliver({ ticketId, payout }: Sent): Promise<void> {
    for (const { id: inputId, operation, body, recorded_at } of await readDueInputs(suite.db, ticketId)) {
      if (operation !== 'reportPayout' || recorded_at !== null) continue;
      const { report } = keptReportSchema.parse(body);
      granted(await recordReport(suite.db, { ticketId, payoutId: payout.id, inputId, report }, noon));
    }
  }

  const id = () => randomUUID().slice(0, 18);
  const rejected = (endToEndId: string) =>
    status({ id: id(), of: endToEndId.replace('RDE', 'RDM'), group: 'RJCT', groupReason: 'AC04' });
  const booked = (endToEndId: string) =>
    statement(entry({ amount: '19.99', direction: 'DBIT', details: details({ endToEndId, bankRef: id() }) }), {
      id: id(),
    });
  const back = (endToEndId: string) =>
    statement(
      entry({ amount: '19.99', direction: 'CRDT', details: details({ endToEndId, bankRef: id(), returned: 'AC04' }) }),
      { id: id() },
    );

  test('B3, B7: one that was refused and is booked after its money was rerouted is told, and the new way counts it', async () => {
    const given = await byBank();
    await take(rejected(given.endToEndId));
    await deliver(given);
    expect((await stands(given))[0]).toBe('failed');
    granted(await reroute(suite.db, { ticketId: given.ticketId, payoutId: given.payout.id, by: finance }));
    await take(booked(given.endToEndId));
    await deliver(given);
    expect(await told(given)).toEqual({ events: ['freed'], mailed: 1 });
    expect(await breaksOf(given)).toEqual([['freed', '1999', null]]);
    const [, next] = await readTicketPayouts(suite.db, given.ticketId);
    expect(await rail().readCapture(given.captureRef, [next?.id ?? ''])).toMatchObject({
      refundedElsewhere: money(1999n, 'EUR'),
    });
  });

  test('B7: refused, booked and come back in the end is owed again, and may go another way', async () => {
    const given = await byBank();
    for (const file of [rejected, booked, back]) {
      await take(file(given.endToEndId));
      await deliver(given);
    }
    expect(await stands(given)).toEqual(['failed', 'AC04']);
    granted(await reroute(suite.db, { ticketId: given.ticketId, payoutId: given.payout.id, by: finance }));
  });

  test('B7: booked twice is paid twice, which is told, counts against the capture, and is over once one came back', async () => {
    const given = await byBank();
    await take(booked(given.endToEndId));
    await deliver(given);
    expect(await told(given)).toEqual(nothing);
    await take(booked(given.endToEndId));
    await deliver(given);
    expect(await told(given)).toEqual({ events: ['double'], mailed: 1 });
    expect(await breaksOf(given)).toEqual([['double', '1999', null]]);
    const read = () => rail().readCapture(given.captureRef, [given.payout.id]);
    expect(await read()).toMatchObject({ refundedElsewhere: money(1999n, 'EUR') });
    await take(back(given.endToEndId));
    await deliver(given);
    expect((await stands(given))[0]).toBe('settled');
    expect(await read()).toMatchObject({ refundedElsewhere: money(0n, 'EUR') });
    await take(back(given.endToEndId));
    await deliver(given);
    expect((await stands(given))[0]).toBe('returned');
  });

  const credit = (endToEndId: string) =>
    statement(entry({ amount: '19.99', direction: 'CRDT', details: details({ endToEndId, bankRef: id() }) }), {
      id: id(),
    });
  const debitOf = (amount: string) => (endToEndId: string) =>
    statement(entry({ amount, direction: 'DBIT', details: details({ endToEndId, bankRef: id() }) }), { id: id() });

  test.each([
    ['a debit of another amount', debitOf('19.98'), ['amount', '1998', null], 'sent'],
    ['a credit that does not say that it is a return', credit, ['unexplained', '1999', null], 'sent'],
  ])(
    'B7: %s moves nothing and is a difference as soon as its file is read, once',
    async (_what, file, found, state) => {
      const given = await byBank();
      await take(file(given.endToEndId));
      await deliver(given);
      expect([await breaksOf(given), (await stands(given))[0]]).toEqual([[found], state]);
      const window = { rail: 'bank' as const, from: new Date(0), until: clock.now(), listedUntil: new Date(0) };
      const look = await beginLook(suite.db, { ...window, until: new Date(clock.now().getTime() + 1) }, noon);
      const list = rail().list?.({ from: window.from, until: new Date(clock.now().getTime() + 1) });
      if (!list) throw new Error('the bank has a list');
      for await (const page of list) await takePage(suite.db, look, page, noon);
      await finishLook(suite.db, look, noon);
      expect(await breaksOf(given)).toEqual([found]);
      expect(
        await suite.db('reconciliation_breaks').where({ payout_id: given.payout.id }).first('order_id', 'owner_id'),
      ).toEqual({
        order_id: given.payout.order_id,
        owner_id: null,
      });
    },
  );

  test('B7: a refusal and a booking that are taken at once leave what is booked booked, whichever is heard first', async () => {
    const given = await byBank();
    const booking = await suite.db.transaction();
    const as = { source: 'drop', by: null, at: noon } as const;
    granted(await takeBankFile(booking, ourIban, { ...as, bytes: booked(given.endToEndId) }));
    const refusing = take(rejected(given.endToEndId));
    await aLockIsWaitedFor(suite);
    await booking.commit();
    await refusing;
    const reports = (await readDueInputs(suite.db, given.ticketId))
      .filter(({ source }) => source === 'bank')
      .map(({ body }) => keptReportSchema.parse(body).report.status);
    expect(reports).toEqual(['settled', 'settled']);
  });
});
