/** Refunds of a former desk on a provider's list: those that a past ticket tells of are explained, each once, and no others. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { keepPastTicket } from '../../db/past-tickets.ts';
import { listBreaks } from '../../db/reconciliation-views.ts';
import { beginLook, finishLook, takePage } from '../../db/reconciliations.ts';
import { money } from '../../domain/money.ts';
import type { RailRecord } from '../../domain/rail.ts';
import { aKeptInput, anOrder, aTender, type BuiltOrder, granted, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const hours = (count: number): Date => new Date(noon.getTime() + count * 3_600_000);

const bought = () => anOrder(suite.db, [aTender(1999n, { captureRef: `ch_${randomUUID()}` })]);

/** Told of at noon. */
async function refundedBefore({ ref }: BuiltOrder, minor = 500n): Promise<void> {
  const inputId = await aKeptInput(suite.db, { operation: 'importCsv', delivery: 'none' });
  const refunds = [{ tender: 1, amount: money(minor, 'USD') }];
  const past = {
    ref: randomUUID(),
    orderRef: ref,
    outcome: 'refunded',
    askedAt: hours(-40),
    closedAt: hours(-30),
  } as const;
  granted(await suite.db.transaction((trx) => keepPastTicket(trx, { ...past, refunds, inputId, at: noon })));
}

const listed = ({ tenders }: BuiltOrder, given: { minor?: bigint; at?: Date } = {}): RailRecord => {
  const providerRef = `re_${randomUUID()}`;
  const { minor = 500n, at = hours(-30) } = given;
  return {
    providerRef,
    payoutId: null,
    captureRefs: tenders.flatMap(({ capture_ref }) => capture_ref ?? []),
    amount: money(minor, 'USD'),
    report: { status: 'settled', providerRef },
    at,
    word: 'provider',
  };
};

/** Each page in a transaction of its own; answers with what is open of these records. */
async function lookAt(at: Date, ...pages: RailRecord[][]): Promise<(string | null)[]> {
  const look = await beginLook(suite.db, { rail: 'card', from: hours(-48), until: at, listedUntil: hours(-1) }, at);
  for (const page of pages) await takePage(suite.db, look, page, at);
  await finishLook(suite.db, look, at);
  const { items } = granted(await listBreaks(suite.db, { state: 'open' }, { limit: 100, cursor: null }));
  const refs = pages.flat().map(({ providerRef }) => providerRef);
  return items.map(({ providerRef }) => providerRef).filter((ref) => ref !== null && refs.includes(ref));
}

test('R10: a refund that a past ticket tells of is no break, in whatever look it is listed again', async () => {
  const order = await bought();
  const own = listed(order);
  expect(await lookAt(hours(-2), [own])).toEqual([own.providerRef]);
  await refundedBefore(order);
  expect(await lookAt(hours(1), [own])).toEqual([]);
  expect(await lookAt(hours(2), [own])).toEqual([]);
});

test('R10: each past ticket explains one refund: a second one, another amount and one made since are breaks', async () => {
  const [order, other] = [await bought(), await bought()];
  await refundedBefore(order);
  await refundedBefore(order);
  await refundedBefore(other);
  const [first, second, third] = [listed(order), listed(order, { at: hours(-29) }), listed(order, { at: hours(-28) })];
  const more = listed(other, { minor: 501n });
  const since = listed(other, { at: hours(1) });
  const open = await lookAt(hours(3), [second, first], [third, more, since]);
  expect(new Set(open)).toEqual(new Set([third.providerRef, more.providerRef, since.providerRef]));
});
