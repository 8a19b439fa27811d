/** RP-3.6: repeated refunds are signals for an agent: of an account, of its address, and of the instrument that paid. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readCase } from '../../db/cases.ts';
import { proveLedger } from '../../db/ledger-proof.ts';
import { ensureBuyer } from '../../db/members.ts';
import { lockTenders, readTenders, storeCaptures } from '../../db/orders.ts';
import { keepPastTicket } from '../../db/past-tickets.ts';
import { money } from '../../domain/money.ts';
import { aKeptInput, anOrder, aTender, aTicket, type BuiltOrder, noon } from './builders.ts';
import { firstDocument } from './life-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

const { refundsMax, withinDays } = firstDocument.parameters.abuse;

const daysBefore = (days: number): Date => new Date(noon.getTime() - days * 86_400_000);

type Buyer = Pick<BuiltOrder, 'accountId' | 'subjectId'>;

const aBuyer = (email: string): Promise<Buyer> =>
  suite.db.transaction((trx) => ensureBuyer(trx, { accountRef: `account-${randomUUID()}`, email, at: noon }));

/** As the provider reads it, with the instrument that paid. */
async function anOrderOf(buyer: Buyer, instrument?: string): Promise<BuiltOrder> {
  const order = await anOrder(suite.db, [aTender(1999n)], {
    ...buyer,
    plan: { key: randomUUID(), kind: 'metered', name: 'Plan' },
  });
  await suite.db.transaction(async (trx) => {
    const tenders = await lockTenders(trx, order.id);
    const amounts = { captured: money(1999n, 'USD'), refundedElsewhere: money(0n, 'USD'), disputeBars: false };
    const read = { ...amounts, ...(instrument === undefined ? {} : { instrument }) };
    await storeCaptures(trx, tenders, new Map(tenders.map(({ id }) => [id, read])), noon);
  });
  return order;
}

async function refundedBefore(buyer: Buyer, days: number, instrument?: string): Promise<void> {
  const ticketId = await aTicket(suite.db, await anOrderOf(buyer, instrument));
  const closed = { phase: 'closed', outcome: 'refunded', closed_at: daysBefore(days) };
  await suite.db('tickets').where({ id: ticketId }).update(closed);
}

/** As a file of a former desk tells it. */
async function refundedElsewhereBefore(buyer: Buyer, days: number, instrument?: string): Promise<BuiltOrder> {
  const order = await anOrderOf(buyer, instrument);
  const { ref = '' }: { ref?: string } = (await suite.db('orders').where({ id: order.id }).first('ref')) ?? {};
  const inputId = await aKeptInput(suite.db, { operation: 'importCsv', delivery: 'none' });
  const refund = { tender: 1, amount: money(500n, 'USD') };
  const told = { ref: randomUUID(), orderRef: ref, outcome: 'refunded', refunds: [refund] } as const;
  const times = { askedAt: daysBefore(days + 1), closedAt: daysBefore(days), at: noon };
  expect(await suite.db.transaction((trx) => keepPastTicket(trx, { ...told, ...times, inputId }))).toBeNull();
  return order;
}

async function signalsOf(buyer: Buyer, instrument?: string): Promise<readonly string[]> {
  const ticketId = await aTicket(suite.db, await anOrderOf(buyer, instrument));
  const kase = await readCase(suite.db, ticketId);
  if (kase === null) throw new Error('no policy is in force');
  return kase.facts.abuse.signals;
}

const times = async (count: number, body: () => Promise<void>): Promise<void> => {
  for (let done = 0; done < count; done += 1) await body();
};

const anAddress = (): string => `${randomUUID()}@example.com`;

describe('RP-3.6: a signal', () => {
  test('comes with the version’s number of refunds of the account, and not with one less', async () => {
    const buyer = await aBuyer(anAddress());
    await times(refundsMax - 1, () => refundedBefore(buyer, 1));
    expect(await signalsOf(buyer)).toEqual([]);
    await refundedBefore(buyer, withinDays - 1);
    expect(await signalsOf(buyer)).toEqual(['repeated_refunds']);
  });

  test('counts what one request asked for once, and not against the orders that it asked for besides', async () => {
    const buyer = await aBuyer(anAddress());
    const request = await aKeptInput(suite.db, { operation: 'createTicket', delivery: 'none' });
    await times(refundsMax, () => refundedBefore(buyer, 1));
    const together = { request_id: request };
    await suite.db('tickets').where({ account_id: buyer.accountId }).update(together);
    expect(await signalsOf(buyer)).toEqual([]);
    await times(refundsMax - 1, () => refundedBefore(buyer, 1));
    expect(await signalsOf(buyer)).toEqual(['repeated_refunds']);
    const ticketId = await aTicket(suite.db, await anOrderOf(buyer));
    await suite.db('tickets').where({ id: ticketId }).update(together);
    expect((await readCase(suite.db, ticketId))?.facts.abuse.signals).toEqual([]);
  });

  test('counts nothing that is older than the version’s days', async () => {
    const buyer = await aBuyer(anAddress());
    await times(refundsMax, () => refundedBefore(buyer, withinDays));
    expect(await signalsOf(buyer)).toEqual([]);
  });

  test('comes with refunds of other accounts behind the same address, written otherwise', async () => {
    const name = randomUUID();
    const other = await aBuyer(`${name}+shop@example.com`);
    await times(refundsMax, () => refundedBefore(other, 1));
    expect(await signalsOf(await aBuyer(`${name.toUpperCase()}@Example.com`))).toEqual(['shared_email']);
    expect(await signalsOf(await aBuyer(anAddress()))).toEqual([]);
  });

  test('comes with refunds of other accounts that were paid by the same instrument, and with no other', async () => {
    const card = `fp_${randomUUID()}`;
    const other = await aBuyer(anAddress());
    await times(refundsMax, () => refundedBefore(other, 1, card));
    expect(await signalsOf(await aBuyer(anAddress()), card)).toEqual(['shared_instrument']);
    expect(await signalsOf(await aBuyer(anAddress()), `fp_${randomUUID()}`)).toEqual([]);
    expect(await signalsOf(await aBuyer(anAddress()))).toEqual([]);
  });

  test('comes with refunds of a former desk as with our own: of the account, its address and its instrument', async () => {
    const [card, name] = [`fp_${randomUUID()}`, randomUUID()];
    const buyer = await aBuyer(`${name}@example.com`);
    await times(refundsMax - 1, async () => void (await refundedElsewhereBefore(buyer, 1, card)));
    await refundedElsewhereBefore(buyer, withinDays + 1, card);
    expect(await signalsOf(buyer)).toEqual([]);
    await refundedBefore(buyer, 1, card);
    expect(await signalsOf(buyer)).toEqual(['repeated_refunds']);
    expect(await signalsOf(await aBuyer(`${name}+b@example.com`))).toEqual(['shared_email']);
    expect(await signalsOf(await aBuyer(anAddress()), card)).toEqual(['shared_instrument']);
  });

  test('R2: what a former desk refunded stays gone, also where the provider never hears of it', async () => {
    const order = await refundedElsewhereBefore(await aBuyer(anAddress()), 1);
    const elsewhere = async () => (await readTenders(suite.db, [order.id]))[0]?.elsewhere_minor;
    expect(await elsewhere()).toBe(500n);
    for (const [told, counted] of [
      [0n, 500n],
      [700n, 700n],
      [100n, 500n],
    ] as const) {
      await suite.db.transaction(async (trx) => {
        const amounts = { captured: money(1999n, 'USD'), refundedElsewhere: money(told, 'USD'), disputeBars: false };
        const tenders = await lockTenders(trx, order.id);
        await storeCaptures(trx, tenders, new Map(tenders.map(({ id }) => [id, amounts])), noon);
      });
      expect(await elsewhere()).toBe(counted);
    }
    const differences = await proveLedger(suite.db);
    expect(differences.filter((one) => one.orderRef !== null)).toEqual([]);
  });

  test('knows what is of the account itself from what is of others', async () => {
    const card = `fp_${randomUUID()}`;
    const buyer = await aBuyer(anAddress());
    await times(refundsMax, () => refundedBefore(buyer, 1, card));
    expect(await signalsOf(buyer, card)).toEqual(['repeated_refunds']);
  });
});
