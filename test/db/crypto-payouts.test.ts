/** RP-2.2: crypto goes back only where the version names the law's exception, by hand, and by two people throughout. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { splitOverTenders } from '../../db/grants.ts';
import { readTicket } from '../../db/tickets.ts';
import { readToldCapture, tellCapture } from '../../db/told-captures.ts';
import { refuse } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { anOrder, aPerson, aReviewedTicket, aTender, decideRefund, everyRail, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
let finance: SubjectId;
let second: SubjectId;

beforeAll(async () => {
  finance = await aPerson(suite.db, 'finance');
  second = await aPerson(suite.db, 'finance');
});

async function paidByCrypto() {
  const order = await anOrder(suite.db, [aTender(1999n, { method: 'crypto' })]);
  const ticketId = await aReviewedTicket(suite.db, order);
  return { ticketId, captureRef: order.tenders[0]?.capture_ref ?? '' };
}

type Paid = Awaited<ReturnType<typeof paidByCrypto>>;

const tell = (paid: Paid, by: SubjectId, minor = 1999n, more: { captureRef?: string; currency?: 'EUR' } = {}) =>
  suite.db.transaction((trx) =>
    tellCapture(trx, {
      ticketId: paid.ticketId,
      captureRef: more.captureRef ?? paid.captureRef,
      amount: money(minor, more.currency ?? 'USD'),
      reference: '0xabc',
      by,
      at: noon,
    }),
  );

describe('what came in', () => {
  test('R10: counts once a second person has told the same', async () => {
    const paid = await paidByCrypto();
    expect(await tell(paid, finance)).toEqual({ confirmed: false });
    expect(await readToldCapture(suite.db, paid.captureRef)).toBeNull();
    expect(await tell(paid, finance)).toEqual(refuse('not-second-person'));
    expect(await tell(paid, second, 2000n)).toEqual(refuse('capture-differs'));
    expect(await tell(paid, second)).toEqual({ confirmed: true });
    expect(await readToldCapture(suite.db, paid.captureRef)).toEqual(money(1999n, 'USD'));
    expect(await tell(paid, finance)).toEqual({ confirmed: true });
  });

  test('told by two at once in the same words counts, and no one person can tell it twice', async () => {
    const paid = await paidByCrypto();
    const answers = await Promise.all([tell(paid, finance), tell(paid, second)]);
    expect(answers).toContainEqual({ confirmed: true });
    const row = suite.db('told_captures').whereNotNull('confirmed_by');
    await expect(row.update({ amount_minor: 1 })).rejects.toThrow('stands');
  });

  test('is refused for a payment that is none of the order’s crypto, and in another currency', async () => {
    const paid = await paidByCrypto();
    expect(await tell(paid, finance, 1999n, { captureRef: 'another' })).toEqual(refuse('capture-not-told'));
    expect(await tell(paid, finance, 1999n, { currency: 'EUR' })).toEqual(
      refuse('currency-mismatch', { currency: 'USD' }),
    );
  });
});

describe('what goes back', () => {
  const split = async (paid: Paid, refundable: readonly string[]) =>
    suite.db.transaction(async (trx) => {
      const ticket = await readTicket(trx, paid.ticketId);
      if (!ticket) throw new Error('the ticket is not there');
      return splitOverTenders(trx, ticket, money(1999n, 'USD'), refundable, everyRail);
    });

  test('is nothing where the law names no exception, also as goodwill', async () => {
    const paid = await paidByCrypto();
    expect(await split(paid, [])).toEqual(refuse('rail-unavailable', { method: 'crypto' }));
    const agent = await aPerson(suite.db, 'agent');
    expect(await decideRefund(suite.db, paid.ticketId, agent, 1999n, { exception: 'goodwill' })).toMatchObject({
      refused: expect.stringMatching(/rail-unavailable|over-goodwill|against-proposal/),
    });
  });

  test('is the crypto where it does', async () => {
    const paid = await paidByCrypto();
    const ids: string[] = await suite.db('order_tenders').where({ capture_ref: paid.captureRef }).pluck('id');
    expect(await split(paid, ids)).toMatchObject({ shares: [{ method: 'crypto' }] });
  });

  test('a hand at the database cannot have it go without finance', async () => {
    const constraints: string[] = await suite
      .db('pg_constraint')
      .where({ conname: 'payouts_crypto_needs_finance' })
      .pluck('conname');
    expect(constraints).toHaveLength(1);
  });
});
