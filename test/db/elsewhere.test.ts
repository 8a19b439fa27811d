/** What went back elsewhere, from the word of it to the order's balance: due to be read in the word's own transaction, and proven. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { recordOrderCaptures, withPayouts } from '../../db/captures.ts';
import { recordOrderNote } from '../../db/case-notes.ts';
import { takeOverElsewhere } from '../../db/elsewhere.ts';
import { readDueInputs } from '../../db/inputs.ts';
import { type LedgerDifference, proveBooks } from '../../db/ledger-proof.ts';
import { readTenders } from '../../db/orders.ts';
import { listBreaks, resolveBreak } from '../../db/reconciliation-views.ts';
import { beginLook, finishLook, takePage } from '../../db/reconciliations.ts';
import type { TicketId } from '../../domain/ids.ts';
import { type Money, money } from '../../domain/money.ts';
import type { CaptureState, RailRecord } from '../../domain/rail.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';
import {
  aDecidedClaim,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  type BuiltOrder,
  granted,
  noon,
} from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);
const usd = (minor: bigint): Money => money(minor, 'USD');

const bought = () => anOrder(suite.db, [aTender(1999n, { captureRef: `ch_${randomUUID()}` })]);

const listed = ({ tenders }: BuiltOrder, minor: bigint): RailRecord => {
  const providerRef = `re_${randomUUID()}`;
  return {
    providerRef,
    payoutId: null,
    captureRefs: tenders.flatMap(({ capture_ref }) => capture_ref ?? []),
    amount: usd(minor),
    report: { status: 'settled', providerRef },
    at: noon,
    word: 'provider',
  };
};

async function lookAt(records: readonly RailRecord[], hours: number): Promise<void> {
  const window = { rail: 'card' as const, from: after(-1), until: after(hours), listedUntil: after(hours - 1) };
  const look = await beginLook(suite.db, window, after(hours));
  await takePage(suite.db, look, records, after(hours));
  await finishLook(suite.db, look, after(hours));
}

/** Takes away what is due to be read; whether this order was. */
async function isDue({ id }: BuiltOrder): Promise<boolean> {
  const key = `read_captures/${id}`;
  const due: unknown[] = await suite.db('graphile_worker.jobs').where({ key, task_identifier: 'read_captures' });
  await suite.db.raw('select graphile_worker.remove_job(?)', [key]);
  expect(due.length).toBeLessThan(2);
  return due.length === 1;
}

/** What the provider has, read just now and taken over. */
async function takeOver(order: BuiltOrder, elsewhere: bigint, hours = 2): Promise<'stored' | 'moved'> {
  const asked = await withPayouts(suite.db, await readTenders(suite.db, [order.id]));
  return store(order, asked, elsewhere, hours);
}

const store = (order: BuiltOrder, asked: Awaited<ReturnType<typeof withPayouts>>, elsewhere: bigint, hours = 2) => {
  const read: CaptureState = { captured: usd(1999n), refundedElsewhere: usd(elsewhere), disputeBars: false };
  const given = { orderId: order.id, asked, captures: new Map(asked.map(({ id }) => [id, read])) };
  return recordOrderCaptures(suite.db, given, after(hours));
};

const elsewhereOf = async ({ id }: BuiltOrder) => (await readTenders(suite.db, [id]))[0]?.elsewhere_minor;

const differing = async ({ ref }: BuiltOrder) =>
  (await proveBooks(suite.db)).differences
    .filter(({ orderRef }: LedgerDifference) => orderRef === ref)
    .map(({ what, account, expected, booked }) => [what, account, expected, booked]);

test('R10: an order that a list tells of is due to be read once, whatever was refunded, and again only where it is short', async () => {
  const order = await bought();
  const [first, second] = [listed(order, 300n), listed(order, 200n)];
  await lookAt([first, second], 2);
  expect(await isDue(order)).toBe(true);
  expect(await differing(order)).toEqual([['provider', 'provider:card', 500n, 0n]]);
  // The provider did not show all of it yet.
  await takeOver(order, 300n);
  await lookAt([first, second], 3);
  expect(await isDue(order)).toBe(true);
  expect(await differing(order)).toEqual([['provider', 'provider:card', 500n, 300n]]);
  await takeOver(order, 500n);
  await lookAt([first, second], 4);
  expect(await isDue(order)).toBe(false);
  expect(await differing(order)).toEqual([]);
});

test('R10: what was taken over before the lists go back so far hides no new refund', async () => {
  const order = await bought();
  await takeOver(order, 900n);
  await lookAt([listed(order, 300n)], 2);
  expect(await isDue(order)).toBe(true);
});

/** Finance says of the order's break what it was. */
async function close({ id }: BuiltOrder): Promise<void> {
  const { items } = granted(await listBreaks(suite.db, { state: 'open' }, { limit: 100, cursor: null }));
  const found = items.find(({ orderId }) => orderId === id);
  if (!found) throw new Error('there is no break');
  const by = await aPerson(suite.db, 'finance');
  const closing = { breakId: found.id, by, closedAs: 'made_elsewhere' as const, ground: 'By phone.', at: after(2) };
  granted(await suite.db.transaction((trx) => resolveBreak(trx, closing)));
}

test.each(['open', 'closed as made elsewhere'])(
  'R11: a refund elsewhere that is not listed any more is read anew, its break being %s',
  async (state) => {
    const order = await bought();
    await lookAt([listed(order, 300n)], 2);
    await takeOver(order, 300n);
    await isDue(order);
    if (state !== 'open') await close(order);
    expect(await isDue(order)).toBe(false);
    await lookAt([], 3);
    expect(await isDue(order)).toBe(true);
    await takeOver(order, 0n, 3);
    expect([await elsewhereOf(order), await differing(order)]).toEqual([0n, []]);
  },
);

test('W6: what a webhook tells is due with the word that is kept, or not at all', async () => {
  const order = await bought();
  const refs = order.tenders.flatMap(({ capture_ref }) => capture_ref ?? []);
  const fails = suite.db.transaction(async (trx) => {
    await takeOverElsewhere(trx, 'card', refs);
    throw new Error('the process died');
  });
  await expect(fails).rejects.toThrow('the process died');
  expect(await isDue(order)).toBe(false);
  for (const rail of ['paypal', 'card', 'card'] as const)
    await suite.db.transaction((trx) => takeOverElsewhere(trx, rail, [...refs, `ch_${randomUUID()}`]));
  expect(await isDue(order)).toBe(true);
});

test('R2: what was read before a payout was granted, or before a newer word, is not stored', async () => {
  const { order } = await aDecidedClaim(suite.db, 500n, [aTender(1999n, { captureRef: `ch_${randomUUID()}` })]);
  const asked = await withPayouts(suite.db, await readTenders(suite.db, [order.id]));
  const ungranted = asked.map((tender) => ({ ...tender, payoutIds: [] }));
  expect(await store(order, ungranted, 500n)).toBe('moved');
  expect(await takeOver(order, 700n)).toBe('stored');
  expect(await store(order, asked, 0n)).toBe('moved');
  expect(await elsewhereOf(order)).toBe(700n);
});

/** What the ticket is due to hear of its order, heard. */
async function hear(ticketId: TicketId, hours: number): Promise<TicketSnapshot[]> {
  const answers: TicketSnapshot[] = [];
  for (const { id, operation, recorded_at } of await readDueInputs(suite.db, ticketId))
    if (operation === 'noteOrder' && recorded_at === null)
      answers.push(granted(await recordOrderNote(suite.db, { ticketId, inputId: id }, after(hours))));
  return answers;
}

test('R10: the ticket that stands on the order hears of each change once, also when it is closed', async () => {
  const order = await bought();
  const ticketId = await aReviewedTicket(suite.db, order);
  for (const minor of [700n, 700n, 0n]) await takeOver(order, minor);
  expect((await hear(ticketId, 2)).map(({ phase }) => phase)).toEqual(['deciding', 'deciding']);
  await suite.db('tickets').where({ id: ticketId }).update({ phase: 'closed', outcome: 'refunded', closed_at: noon });
  await takeOver(order, 100n);
  expect((await hear(ticketId, 3)).map(({ phase }) => phase)).toEqual(['closed']);
  const told: { data: unknown }[] = await suite
    .db('ticket_events')
    .where({ ticket_id: ticketId, kind: 'refundedElsewhere' })
    .orderBy('number');
  expect(told.map(({ data }) => data)).toEqual(
    ['700', '0', '100'].map((minor) => ({ minor, currency: 'USD', method: 'card' })),
  );
});
