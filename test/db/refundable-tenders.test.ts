/** RP-2.2, RP-3.7: money goes back over the tenders that the version lets it go back to, and over no other. */

import { beforeAll, expect, test } from '@jest/globals';
import { readTicketPayouts } from '../../db/payouts.ts';
import { anOrder, aPerson, aReviewedTicket, aTender, decideRefund, granted } from './builders.ts';
import { aPolicyVersion, firstDocument } from './life-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

beforeAll(async () => {
  const { parameters } = firstDocument;
  const methods = { ...parameters.methods, bank: 'never' as const };
  await aPolicyVersion(suite.db, { ...firstDocument, parameters: { ...parameters, methods } });
});

test('RP-3.7: a method of which the version pays nothing back gets nothing, and the others all of theirs', async () => {
  const order = await anOrder(suite.db, [aTender(6000n), aTender(4000n, { method: 'bank' })]);
  const ticketId = await aReviewedTicket(suite.db, order);
  granted(await decideRefund(suite.db, ticketId, await aPerson(suite.db, 'agent'), 6000n));
  const payouts = await readTicketPayouts(suite.db, ticketId);
  expect(payouts.map(({ method, amount_minor }) => [method, amount_minor])).toEqual([['card', 6000n]]);
});
