/** What went back elsewhere and a dispute of the same capture, told at the same moment: each sees the other, and neither waits in a ring. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { recordCaptures, recordOrderCaptures, withPayouts } from '../../db/captures.ts';
import type { Database } from '../../db/database.ts';
import { storeDispute, type ToldDispute, unmatched } from '../../db/disputes.ts';
import { readBalances } from '../../db/ledger.ts';
import { proveLedger } from '../../db/ledger-proof.ts';
import { putOrder } from '../../db/order-reports.ts';
import { lockTenders, readTenders } from '../../db/orders.ts';
import { takeStep } from '../../db/ticket-step.ts';
import type { TicketId } from '../../domain/ids.ts';
import { type Money, money } from '../../domain/money.ts';
import type { CaptureState } from '../../domain/rail.ts';
import { theDesk } from '../../domain/ticket.ts';
import {
  aDecidedClaim,
  aKeptInput,
  anOrder,
  anOrderReport,
  aReviewedTicket,
  aTender,
  aTicket,
  type BuiltOrder,
  granted,
  noon,
} from './builders.ts';
import { aLockIsWaitedFor, openSuite } from './suite.ts';

const suite = openSuite();
const usd = (minor: bigint): Money => money(minor, 'USD');

const bought = () => anOrder(suite.db, [aTender(1999n, { method: 'paypal', captureRef: `PP-${randomUUID()}` })]);

const refsOf = ({ tenders }: BuiltOrder) => tenders.flatMap(({ capture_ref }) => capture_ref ?? []);

/** The case has ended for the customer, by what the seller gave back or by the provider's hand. */
const resolved = (captureRefs: readonly string[]): ToldDispute => ({
  provider: 'paypal',
  providerRef: `PP-D-${randomUUID()}`,
  method: 'paypal',
  captureRefs,
  state: 'lost',
  amount: usd(1999n),
  returned: usd(1999n),
  includesRefunds: true,
  toldAt: noon,
});

const askedOf = async ({ id }: BuiltOrder) => withPayouts(suite.db, await readTenders(suite.db, [id]));

const readOf = (asked: Awaited<ReturnType<typeof askedOf>>, elsewhere: bigint) => {
  const read: CaptureState = { captured: usd(1999n), refundedElsewhere: usd(elsewhere), disputeBars: false };
  return { asked, captures: new Map(asked.map(({ id }) => [id, read])) };
};

/** The job, in a transaction of its own or within one that goes on. */
const takeOver = async (db: Database, order: BuiltOrder, elsewhere = 1999n) =>
  recordOrderCaptures(db, { orderId: order.id, ...readOf(await askedOf(order), elsewhere) }, noon);

/** The second waits for what the first, which has not committed, has taken; then both end. */
async function meet<Second>(
  first: (trx: Database) => Promise<unknown>,
  second: () => Promise<Second>,
): Promise<Second> {
  let waiting: Promise<Second> | undefined;
  await suite.db.transaction(async (trx) => {
    await first(trx);
    waiting = second();
    await aLockIsWaitedFor(suite);
  });
  if (!waiting) throw new Error('the second did not begin');
  return waiting;
}

const storeIn = (db: Database, told: ToldDispute) => db.transaction((trx) => storeDispute(trx, told, noon));

async function stands({ id, ref }: BuiltOrder) {
  const dispute: unknown = await suite.db('disputes').where({ order_id: id }).first('state', 'taken_minor');
  const balances = await readBalances(suite.db, id);
  const lost = balances.filter(({ account, minor }) => account === 'losses:disputes' && minor !== 0n);
  const wrong = (await proveLedger(suite.db)).filter(({ orderRef }) => orderRef === ref);
  return { dispute, lost, wrong };
}

const goneOnce = { dispute: { state: 'closed', taken_minor: '0' }, lost: [], wrong: [] };

describe('R2, D5: a refund in the dashboard that ends a case is gone once, not refunded and lost', () => {
  const standings = [
    ['no ticket', async (_order: BuiltOrder) => undefined],
    ['a ticket', async (order: BuiltOrder) => void (await aReviewedTicket(suite.db, order))],
  ] as const;

  test.each(standings)('where the look at the capture comes first, with %s on the order', async (_what, stand) => {
    const order = await bought();
    await stand(order);
    await meet(
      (trx) => takeOver(trx, order),
      () => storeIn(suite.db, resolved(refsOf(order))),
    );
    expect(await stands(order)).toEqual(goneOnce);
  });

  test.each(standings)('where the word on the case comes first, with %s on the order', async (_what, stand) => {
    const order = await bought();
    await stand(order);
    const answer = await meet(
      (trx) => storeIn(trx, resolved(refsOf(order))),
      () => takeOver(suite.db, order),
    );
    expect(answer).toBe('stored');
    expect(await stands(order)).toEqual(goneOnce);
  });
});

describe('no two of what an order has told of it wait for each other', () => {
  test('W6: looks at the capture and words on the case, many times over', async () => {
    const order = await bought();
    await aReviewedTicket(suite.db, order);
    const told = resolved(refsOf(order));
    for (let round = 0; round < 20; round += 1) {
      const toldAt = new Date(noon.getTime() + round * 1000);
      const elsewhere = round % 2 === 0 ? 1999n : 0n;
      await Promise.all([takeOver(suite.db, order, elsewhere), storeIn(suite.db, { ...told, toldAt })]);
    }
    await takeOver(suite.db, order);
    expect(await stands(order)).toEqual(goneOnce);
  });

  test('W10: a report that brings a dispute to its order, and a step of its ticket', async () => {
    const { subjectId, accountId } = await bought();
    const ref = `order-${randomUUID()}`;
    const report = (captureRef: string) =>
      suite.db.transaction((trx) => {
        const tenders = [aTender(1999n, { method: 'paypal', captureRef })];
        return putOrder(trx, anOrderReport({ ref, accountId, subjectId }, { tenders }));
      });
    const id = granted(await report(`PP-${randomUUID()}`));
    const ticketId = await aTicket(suite.db, { id, ref, accountId, subjectId, tenders: [] });
    const captureRef = `PP-${randomUUID()}`;
    const body = unmatched(resolved([captureRef]));
    await aKeptInput(suite.db, { source: 'paypal', operation: 'noteEvent', body, delivery: 'none' });
    let reported: ReturnType<typeof report> | undefined;
    await takeStep(suite.db, { ticketId, inputId: null, actor: theDesk, at: noon }, async (trx) => {
      reported = report(captureRef);
      await aLockIsWaitedFor(suite);
      await lockTenders(trx, id);
      return null;
    });
    expect(await reported).toBe(id);
    expect(await suite.db('disputes').where({ order_id: id }).pluck('state')).toEqual(['lost']);
  });
});

describe('R2: of the ticket’s own looks at its captures', () => {
  const record = (ticketId: TicketId, read: ReturnType<typeof readOf>) =>
    recordCaptures(suite.db, { ticketId, ...read }, noon);

  const elsewhereOf = async ({ id }: BuiltOrder) => (await readTenders(suite.db, [id]))[0]?.elsewhere_minor;

  test('one that began before a newer word was stored takes nothing of it back', async () => {
    const order = await bought();
    const ticketId = await aReviewedTicket(suite.db, order);
    const older = readOf(await askedOf(order), 0n);
    expect(await takeOver(suite.db, order, 100n)).toBe('stored');
    expect(await record(ticketId, older)).toBe('moved');
    expect(await elsewhereOf(order)).toBe(100n);
    expect(await record(ticketId, readOf(await askedOf(order), 300n))).toMatchObject({ phase: 'deciding' });
    expect(await elsewhereOf(order)).toBe(300n);
  });

  test('one that did not know a payout counts it not as gone elsewhere', async () => {
    const { order, ticketId } = await aDecidedClaim(suite.db, 500n, [aTender(1999n, { method: 'paypal' })]);
    const ungranted = (await askedOf(order)).map((tender) => ({ ...tender, payoutIds: [] }));
    expect(await record(ticketId, readOf(ungranted, 500n))).toBe('moved');
    expect(await elsewhereOf(order)).toBe(0n);
  });
});
