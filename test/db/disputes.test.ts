/** Disputes and the orders that they are about, whichever comes first and by whichever name what was captured is known. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { storeDispute, type ToldDispute, unmatched } from '../../db/disputes.ts';
import { keepInput } from '../../db/inputs.ts';
import { putOrder } from '../../db/order-reports.ts';
import type { OrderId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { anInput, anOrder, anOrderReport, aTender, aTicket, type BuiltOrder, granted, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite(20);

const aDispute = (captureRefs: readonly string[], given: Partial<ToldDispute> = {}): ToldDispute => ({
  provider: 'stripe',
  providerRef: `du_${randomUUID()}`,
  method: 'card',
  captureRefs,
  state: 'open',
  amount: money(1999n, 'USD'),
  toldAt: noon,
  ...given,
});

/** As the inbox keeps an event: where the dispute belongs to no order yet, it waits with the event. */
const tell = (told: ToldDispute) =>
  suite.db.transaction(async (trx) => {
    const stored = await storeDispute(trx, told, noon);
    const body = stored === null ? unmatched(told) : {};
    await keepInput(trx, anInput({ source: 'stripe', operation: 'noteEvent', body, delivery: 'none' }));
    return stored;
  });

const disputesOf = (orderId: OrderId) =>
  suite.db('disputes').where({ order_id: orderId }).orderBy('id').select('provider_ref', 'state');

const report = async (order: Omit<BuiltOrder, 'id'>, captureRef: string) => {
  const told = anOrderReport(order, { tenders: [aTender(1999n, { captureRef })] });
  return granted(await suite.db.transaction((trx) => putOrder(trx, told)));
};

test('RP-3.8: of an order captured by a payment intent, a dispute that names its charge as well is the order’s', async () => {
  const intent = `pi_${randomUUID()}`;
  const order = await anOrder(suite.db, [aTender(1999n, { captureRef: intent })]);
  const told = aDispute([`ch_${randomUUID()}`, intent]);
  expect(await tell(told)).toEqual({ isNews: true, ticketId: null, state: 'open' });
  expect(await disputesOf(order.id)).toEqual([{ provider_ref: told.providerRef, state: 'open' }]);
});

test('W10, RP-3.8: told before its order, it waits and is the order’s from the order’s first report, by its newest word', async () => {
  const captureRef = `ch_${randomUUID()}`;
  const told = aDispute([captureRef]);
  expect(await tell(told)).toBeNull();
  const lost = { ...told, state: 'lost' as const, toldAt: new Date(noon.getTime() + 1000) };
  expect(await tell(lost)).toBeNull();
  await tell(aDispute([`ch_${randomUUID()}`]));
  const order = await anOrder(suite.db, [aTender(1999n, { captureRef })]);
  expect(await disputesOf(order.id)).toEqual([{ provider_ref: told.providerRef, state: 'lost' }]);
});

test('RP-3.8: a reference that is put right brings the dispute to the open claim, which hears of it once', async () => {
  const captureRef = `ch_${randomUUID()}`;
  const buyer = await anOrder(suite.db);
  const ref = `order-${randomUUID()}`;
  const order = { ...buyer, ref, id: await report({ ...buyer, ref }, `ch_${randomUUID()}`) };
  const ticketId = await aTicket(suite.db, order);
  const told = aDispute([captureRef]);
  expect(await tell(told)).toBeNull();
  for (let times = 0; times < 2; times += 1) await report(order, captureRef);
  expect(await disputesOf(order.id)).toEqual([{ provider_ref: told.providerRef, state: 'open' }]);
  const heard = suite.db('inputs').where({ ticket_id: ticketId, operation: 'noteDispute' });
  expect(await heard.select('body', 'delivery')).toEqual([
    { body: { dispute: { ref: told.providerRef, state: 'open' } }, delivery: 'due' },
  ]);
});

test('RP-3.8: an order and its dispute that come in the same moment find each other', async () => {
  for (let round = 0; round < 20; round += 1) {
    const captureRef = `ch_${randomUUID()}`;
    const told = aDispute([captureRef]);
    const [order] = await Promise.all([anOrder(suite.db, [aTender(1999n, { captureRef })]), tell(told)]);
    expect(await disputesOf(order.id)).toEqual([{ provider_ref: told.providerRef, state: 'open' }]);
  }
});
