/** What a provider is shown of a disputed payment is all that went back, by whomever, and no more of its usage than tells. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { compileEvidence } from '../../db/dispute-evidence.ts';
import { storeDispute } from '../../db/disputes.ts';
import { reportUsage } from '../../db/order-reports.ts';
import { lockTenders, storeCaptures } from '../../db/orders.ts';
import { keepPastTicket } from '../../db/past-tickets.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { DisputeId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { createPacketPrinter } from '../../providers/evidence-packet.ts';
import { pdfText } from '../providers/pdf-text.ts';
import { aKeptInput, aMeasurement, anOrder, type BuiltOrder, granted, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const usd = (minor: bigint) => money(minor, 'USD');
const before = (days: number): Date => new Date(noon.getTime() - days * dayMs);

async function disputed(order: BuiltOrder): Promise<DisputeId> {
  const providerRef = `dp_${randomUUID()}`;
  const captureRefs = order.tenders.flatMap(({ capture_ref }) => capture_ref ?? []);
  await suite.db.transaction((trx) =>
    storeDispute(
      trx,
      { provider: 'stripe', providerRef, method: 'card', captureRefs, state: 'open', amount: usd(1999n), toldAt: noon },
      noon,
    ),
  );
  const row: { id: DisputeId } | undefined = await suite
    .db('disputes')
    .where({ provider_ref: providerRef })
    .first('id');
  return row?.id as DisputeId;
}

const packetOf = async (disputeId: DisputeId) => granted(await compileEvidence(suite.db, disputeId, noon));
const textOf = async (packet: Awaited<ReturnType<typeof packetOf>>) =>
  pdfText(await createPacketPrinter().print(packet));

test('D4: what went back elsewhere, and what a former desk closed, stands in the packet', async () => {
  const order = await anOrder(suite.db);
  const refunds = [{ tender: 1, amount: usd(500n) }];
  const closed = { orderRef: order.ref, askedAt: before(3), closedAt: before(2), at: noon };
  await suite.db.transaction(async (trx) => {
    const inputId = await aKeptInput(suite.db, { delivery: 'none' });
    granted(await keepPastTicket(trx, { ...closed, ref: 'OLD-7', outcome: 'refunded', refunds, inputId }));
  });
  await suite.db.transaction(async (trx) => {
    const tenders = await lockTenders(trx, order.id);
    const read = { captured: usd(1999n), refundedElsewhere: usd(700n), disputeBars: false };
    await storeCaptures(trx, tenders, new Map(tenders.map(({ id }) => [id, read])), noon);
  });
  const packet = await packetOf(await disputed(order));
  expect(packet.order.payments).toMatchObject([{ amount: '19.99 USD', paidBackElsewhere: '7.00 USD' }]);
  expect(packet.pastTickets).toEqual([
    {
      reference: 'OLD-7',
      askedAt: before(3).toISOString(),
      closedAt: before(2).toISOString(),
      outcome: 'refunded',
      refunds: ['5.00 USD'],
    },
  ]);
  const text = await textOf(packet);
  expect(text).toMatch(/Refunds made\s+7\.00 USD/);
  expect(text).toContain('the seller paid back 7.00 USD by other means');
  expect(text).toMatch(/OLD-7, asked for on .*:\s+refunded, 5\.00 USD/);
});

test('D4: with nothing paid back it says none, and each day is told by its last measurement alone', async () => {
  const order = await anOrder(suite.db);
  await suite.db.transaction(async (trx) => {
    for (let hours = 1; hours <= 24 * 120; hours += 6) {
      const at = new Date(noon.getTime() - hours * 3_600_000);
      await reportUsage(trx, aMeasurement(order.id, { at, usedBytes: String(5_000_000 - hours) }));
    }
  });
  const packet = await packetOf(await disputed(order));
  const days = packet.usage.map(({ measuredAt }) => measuredAt.slice(0, 10));
  expect(days).toHaveLength(100);
  expect(days).toEqual([...new Set(days)].sort());
  expect(packet.usage.at(-1)).toMatchObject({ measuredAt: noon.toISOString(), bytes: '1000' });
  expect(packet.usage.at(-2)).toMatchObject({ measuredAt: '2026-11-21T23:00:00.000Z' });
  expect(await textOf(packet)).toMatch(/Refunds made\s+none/);
});
