/** Facts that reach a ticket: disputes in any number and order, and what is known before anybody looks at it. */

import { describe, expect, test } from '@jest/globals';
import { recordFact } from '../../db/case-notes.ts';
import { recordInformationRequest } from '../../db/information.ts';
import { recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { openRun } from '../../db/runs.ts';
import type { TicketId } from '../../domain/ids.ts';
import {
  aDecidedClaim,
  aKeptInput,
  aMessage,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  aTicket,
  decideLess,
  decideRefund,
  granted,
  noon,
  step,
} from './builders.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold, type Told } from './told-disputes.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

const openHolds = (ticketId: TicketId) =>
  suite.db('holds').where({ ticket_id: ticketId }).whereNull('released_at').select('kind');

const templates = async (ticketId: TicketId): Promise<string[]> =>
  suite.db('notices').where({ ticket_id: ticketId }).orderBy('id').pluck('template');

describe('RP-3.8: several disputes of one order', () => {
  async function twoTenders() {
    const order = await anOrder(suite.db, [aTender(1000n), aTender(500n)]);
    const ticketId = await aReviewedTicket(suite.db, order);
    const [first, second] = order.tenders;
    if (!first || !second) throw new Error('the order has two tenders');
    return { order, ticketId, first, second };
  }
  const told = (ref: string, state: Told['state'], hours: number): Told => ({ ref, state, at: after(hours) });

  test('hold it once, and until the last of them has ended', async () => {
    const { ticketId, first, second } = await twoTenders();
    const [one, other] = [`du_1${ticketId}`, `du_2${ticketId}`];
    const noted = async (tender: typeof first, word: Told) => {
      await storeTold(suite.db, tender, word);
      return noteTold(suite.db, ticketId, word);
    };
    await noted(first, told(one, 'open', 1));
    await noted(second, told(other, 'open', 2));
    expect(await openHolds(ticketId)).toEqual([{ kind: 'dispute' }]);
    await noted(first, told(one, 'won', 3));
    expect(await openHolds(ticketId)).toEqual([{ kind: 'dispute' }]);
    await noted(second, told(other, 'closed', 4));
    expect(await openHolds(ticketId)).toEqual([]);
    expect((await templates(ticketId)).filter((template) => template.startsWith('dispute'))).toEqual([
      'dispute-opened',
      'dispute-ended',
    ]);
  });

  test('opened at once by two deliveries hold it once, and leave one word to the customer', async () => {
    const { ticketId, first, second } = await twoTenders();
    const words = [told(`du_1${ticketId}`, 'open', 1), told(`du_2${ticketId}`, 'open', 1)] as const;
    await Promise.all([storeTold(suite.db, first, words[0]), storeTold(suite.db, second, words[1])]);
    await Promise.all(words.map((word) => noteTold(suite.db, ticketId, word)));
    expect(await openHolds(ticketId)).toEqual([{ kind: 'dispute' }]);
    expect((await templates(ticketId)).filter((template) => template === 'dispute-opened')).toHaveLength(1);
  });

  test('one lost ends the ticket, whatever becomes of the other', async () => {
    const { ticketId, first, second } = await twoTenders();
    const [one, other] = [`du_1${ticketId}`, `du_2${ticketId}`];
    await storeTold(suite.db, first, told(one, 'open', 1));
    await storeTold(suite.db, second, told(other, 'lost', 1));
    expect(await noteTold(suite.db, ticketId, told(one, 'open', 2))).toMatchObject({
      phase: 'closed',
      outcome: 'charged_back',
    });
    expect(await openHolds(ticketId)).toEqual([]);
  });
});

describe('RP-3.8, D3: under an inquiry', () => {
  async function inquired() {
    const order = await anOrder(suite.db, [aTender(1999n)]);
    const ticketId = await aReviewedTicket(suite.db, order);
    const [tender] = order.tenders;
    if (!tender) throw new Error('the order has no tender');
    const word: Told = { ref: `du_${ticketId}`, state: 'inquiry', at: after(1) };
    await storeTold(suite.db, tender, word);
    await noteTold(suite.db, ticketId, word);
    return ticketId;
  }

  test('all of it may go back, which resolves the inquiry, and nothing holds it', async () => {
    const ticketId = await inquired();
    expect(await openHolds(ticketId)).toEqual([]);
    const decided = granted(await decideRefund(suite.db, ticketId, await aPerson(suite.db, 'agent'), 1999n));
    expect(decided).toMatchObject({ phase: 'settling', payouts: [{ state: 'granted' }] });
  });

  test('a part of it may not, by whatever exception', async () => {
    const ticketId = await inquired();
    expect(await decideRefund(suite.db, ticketId, await aPerson(suite.db, 'agent'), 900n)).toMatchObject({
      refused: 'against-proposal',
    });
    expect(await decideLess(suite.db, ticketId, await aPerson(suite.db, 'agent'), 900n)).toMatchObject({
      refused: 'payouts-held',
    });
  });

  test('a part that was granted before is held until the inquiry ends', async () => {
    const { ticketId, order, payouts } = await aDecidedClaim(suite.db, 900n, [aTender(1999n)]);
    const [[tender], [payout]] = [order.tenders, payouts];
    if (!tender || !payout) throw new Error('the claim has no payout');
    const word = (state: Told['state'], hours: number): Told => ({ ref: `du_${ticketId}`, state, at: after(hours) });
    await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance'));
    await storeTold(suite.db, tender, word('inquiry', 1));
    await noteTold(suite.db, ticketId, word('inquiry', 1));
    expect(await openHolds(ticketId)).toEqual([{ kind: 'dispute' }]);
    const begin = (hours: number) => beginSending(suite.db, payout, { dryRun: false }, after(hours));
    expect([await begin(2), await begin(3)]).toEqual(['held', 'held']);
    await storeTold(suite.db, tender, word('closed', 4));
    await noteTold(suite.db, ticketId, word('closed', 4));
    expect(await begin(5)).toBe('send');
  });

  test('a part is held at its gate too, where the ticket has not heard of the inquiry, and shows why', async () => {
    const { ticketId, order, payouts } = await aDecidedClaim(suite.db, 900n, [aTender(1999n)]);
    const [[tender], [payout]] = [order.tenders, payouts];
    if (!tender || !payout) throw new Error('the claim has no payout');
    await approve(suite.db, ticketId, payout.id, await aPerson(suite.db, 'finance'));
    await storeTold(suite.db, tender, { ref: `du_${ticketId}`, state: 'inquiry', at: after(1) });
    expect(await beginSending(suite.db, payout, { dryRun: false }, after(2))).toBe('held');
    expect(await suite.db('payouts').where({ id: payout.id }).pluck('reason')).toEqual(['inquiry']);
    const held = suite.db('ticket_events').where({ ticket_id: ticketId, kind: 'payoutHeld' });
    expect(await held.select('data')).toMatchObject([{ data: { reason: 'inquiry' } }]);
  });

  test('all that was granted goes, but not what is left of it once finance declined a part', async () => {
    const tenders = [aTender(1000n), aTender(500n, { method: 'store_balance' })];
    const claim = await aDecidedClaim(suite.db, 1500n, tenders);
    const [card, balance] = claim.payouts;
    const [tender] = claim.order.tenders;
    if (!card || !balance || !tender) throw new Error('the claim has two payouts');
    const word: Told = { ref: `du_${claim.ticketId}`, state: 'inquiry', at: after(1) };
    await storeTold(suite.db, tender, word);
    await noteTold(suite.db, claim.ticketId, word);
    const finance = await aPerson(suite.db, 'finance');
    for (const payout of [card, balance])
      if (payout.state === 'granted') await approve(suite.db, claim.ticketId, payout.id, finance);
    expect(await beginSending(suite.db, balance, { dryRun: false }, after(2))).toBe('send');
    const inputId = await aKeptInput(suite.db, {
      operation: 'declinePayout',
      ticketId: claim.ticketId,
      payoutId: balance.id,
    });
    const report = { status: 'failed', providerRef: 'shop_1', reason: 'closed' } as const;
    granted(
      await recordReport(suite.db, { ticketId: claim.ticketId, payoutId: balance.id, inputId, report }, after(3)),
    );
    expect(await beginSending(suite.db, card, { dryRun: false }, after(4))).toBe('held');
  });

  test('an offer is held, and the refund in full that is decided in its place is free', async () => {
    const { ticketId, order } = await aDecidedClaim(suite.db, 900n, [aTender(1999n)]);
    const [tender] = order.tenders;
    if (!tender) throw new Error('the order has no tender');
    await suite
      .db('payouts')
      .where({ ticket_id: ticketId })
      .update({ state: 'cancelled', reason: 'declined', ended_at: noon });
    await suite.db('tickets').where({ id: ticketId }).update({ phase: 'offering' });
    const word: Told = { ref: `du_${ticketId}`, state: 'inquiry', at: after(-1) };
    await storeTold(suite.db, tender, word);
    expect(await noteTold(suite.db, ticketId, word)).toMatchObject({ phase: 'offering', held: true });
    await suite.db('tickets').where({ id: ticketId }).update({ phase: 'deciding' });
    const decided = granted(await decideRefund(suite.db, ticketId, await aPerson(suite.db, 'agent'), 1999n));
    expect(decided.phase).toBe('settling');
    expect(decided.held).toBeUndefined();
  });
});

describe('what is known before anybody looks at it', () => {
  test('RP-3.8: a claim for money that the bank has taken back already ends with its first step', async () => {
    const order = await anOrder(suite.db, [aTender(1999n)]);
    const [tender] = order.tenders;
    if (!tender) throw new Error('the order has no tender');
    await storeTold(suite.db, tender, { ref: `du_${order.id}`, state: 'lost', at: noon });
    const ticketId = await aTicket(suite.db, order);
    expect(await openRun(suite.db, { ticketId, run: 1 }, noon)).toMatchObject({
      phase: 'closed',
      outcome: 'charged_back',
    });
    expect(await templates(ticketId)).toEqual(['ticket-received', 'charged-back']);
    const kept = await suite.db('assessments').where({ ticket_id: ticketId }).select('occasion');
    expect(kept).toEqual([{ occasion: 'closing' }]);
  });

  test('RP-4.2, RP-3.5: a breach that settles a case under review ends its open question, and what that held', async () => {
    const ticketId = await aTicket(suite.db, await anOrder(suite.db, [aTender(1999n)]));
    granted(
      await step(suite.db, ticketId, {
        move: 'materialsCompleted',
        events: [{ kind: 'materialsCompleted', data: {} }],
      }),
    );
    const by = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
    const question = { materials: ['evidence'], question: 'Which exits?' };
    granted(
      await recordInformationRequest(
        suite.db,
        await aMessage(suite.db, ticketId, by, 'requestInformation', question),
        after(1),
      ),
    );
    expect(await openHolds(ticketId)).toEqual([{ kind: 'customer' }]);
    const fact = { fact: 'breach', value: 'true', ground: 'Resold to others.' };
    const settled = await recordFact(suite.db, await aMessage(suite.db, ticketId, by, 'recordFact', fact), after(2));
    expect(granted(settled)).toMatchObject({ phase: 'deciding' });
    expect(await openHolds(ticketId)).toEqual([]);
    expect(await suite.db('information_requests').where({ ticket_id: ticketId }).select('result')).toEqual([
      { result: 'superseded' },
    ]);
    expect(await suite.db('clock_pauses').where({ ticket_id: ticketId }).whereNull('ended_at')).toEqual([]);
  });
});

test('D13, RP-3.8: a refund that was decided waits at its gate while a dispute is open', async () => {
  const { ticketId, order } = await aDecidedClaim(suite.db, 1999n);
  const [tender] = order.tenders;
  if (!tender) throw new Error('the order has no tender');
  const word: Told = { ref: `du_${ticketId}`, state: 'open', at: after(1) };
  await storeTold(suite.db, tender, word);
  expect(await noteTold(suite.db, ticketId, word)).toMatchObject({ phase: 'settling', held: true });
});
