/** Disputes in Postgres: what their words, what is due and what is submitted make of them, and what finance reads of it. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readDisputeSnapshot, recordDisputeDue } from '../../db/dispute-steps.ts';
import { readDisputeDetail } from '../../db/dispute-views.ts';
import { freeDisputed, type ToldDispute } from '../../db/disputes.ts';
import type { DisputeId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { anOrder, aPerson, aTicket, type BuiltOrder, noon } from './builders.ts';
import { after, aWord, dueAt, openDisputes } from './dispute-bench.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const { aDispute, idOf, noticesOf, tell } = openDisputes(suite);

const aWarning = (order: BuiltOrder, given: Partial<ToldDispute> = {}): ToldDispute =>
  aWord(order, {
    providerRef: `issfr_${randomUUID()}`,
    kind: 'early_fraud_warning',
    state: 'warned',
    amount: null,
    actionable: true,
    evidenceDueAt: null,
    cause: 'radar.early_fraud_warning.created',
    ...given,
  });

const wakings = (disputeId: DisputeId) =>
  suite.db('inputs').where({ dispute_id: disputeId, operation: 'hearDispute', delivery: 'due' });

describe('words', () => {
  test('W1: the same word twice, also at once, is one word, and wakes the workflow once', async () => {
    const order = await anOrder(suite.db);
    const told = aWord(order);
    await Promise.all([tell(told), tell(told), tell(told)]);
    await tell(told);
    const id = await idOf(told);
    expect(await suite.db('dispute_events').where({ dispute_id: id })).toHaveLength(1);
    expect(await wakings(id)).toHaveLength(1);
  });

  test('W2, W10: words in either order leave the same row', async () => {
    const told: Partial<ToldDispute>[] = [
      {},
      { cause: 'charge.dispute.funds_withdrawn', fee: money(1500n, 'USD') },
      { cause: 'charge.dispute.updated', toldAt: after(1), submissions: 1 },
      { cause: 'charge.dispute.closed', toldAt: after(2), state: 'won', evidenceDueAt: null },
    ];
    const rows: unknown[] = [];
    for (const order of [told, told.toReversed()]) {
      const { order: built, told: first, id } = await aDispute(order[0]);
      for (const word of order.slice(1)) await tell(aWord(built, { ...word, providerRef: first.providerRef }));
      const row: unknown = await suite
        .db('disputes')
        .where({ id })
        .first(
          'kind',
          'state',
          'fee_minor',
          'submissions',
          'evidence_due_at',
          'evidence_submitted_at',
          'told_at',
          'network_reason',
        );
      rows.push(row);
    }
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]).toMatchObject({ state: 'won', fee_minor: '1500', submissions: 1, evidence_due_at: dueAt });
  });

  test('finance hears of a dispute once, and its words cannot be changed', async () => {
    await aPerson(suite.db, 'finance');
    const { order, told, id } = await aDispute();
    await tell(aWord(order, { providerRef: told.providerRef, toldAt: after(1), cause: 'charge.dispute.updated' }));
    expect(await noticesOf(id)).toEqual(['dispute-told']);
    await expect(suite.db('dispute_events').where({ dispute_id: id }).update({ kind: 'deadline' })).rejects.toThrow(
      /append|refuse|change/i,
    );
  });
});

describe('D8: an early fraud warning', () => {
  test('tells whoever works on the order’s ticket, holds nothing, and names no amount', async () => {
    const agent = await aPerson(suite.db, 'agent');
    const order = await anOrder(suite.db);
    const ticketId = await aTicket(suite.db, order);
    const warning = aWarning(order);
    expect(await tell(warning)).toEqual({ isNews: false, ticketId, state: 'warned' });
    const id = await idOf(warning);
    expect(await readDisputeDetail(suite.db, id)).toMatchObject({ state: 'warned', amount: null, actionable: true });
    expect(await wakings(id)).toEqual([]);
    expect(await suite.db('notices').where({ ticket_id: ticketId, subject_id: agent }).pluck('template')).toContain(
      'fraud-warned',
    );
  });

  test.each(['before', 'after'])('is not counted twice with the dispute that is told %s it', async (when) => {
    const order = await anOrder(suite.db);
    const warning = aWarning(order);
    const dispute = aWord(order);
    for (const word of when === 'before' ? [dispute, warning] : [warning, dispute]) await tell(word);
    const states = await suite.db('disputes').where({ order_id: order.id }).orderBy('kind').select('kind', 'state');
    expect(states).toEqual([
      { kind: 'chargeback', state: 'open' },
      { kind: 'early_fraud_warning', state: 'closed' },
    ]);
  });
});

describe('what is due', () => {
  const fire = async (disputeId: DisputeId, at: Date) => {
    const { due } = await readDisputeSnapshot(suite.db, disputeId);
    if (!due) throw new Error('nothing is due');
    return recordDisputeDue(suite.db, { disputeId, due }, at);
  };

  test('reminders go to finance, the last day to a lead as well, and the deadline passes once', async () => {
    for (const role of ['finance', 'lead'] as const) await aPerson(suite.db, role);
    const { id } = await aDispute();
    for (const days of [3, 7, 9, 10]) await fire(id, after(days));
    const kinds = await suite.db('dispute_events').where({ dispute_id: id }).orderBy('at').pluck('kind');
    expect(kinds).toEqual(['told', 'reminder', 'reminder', 'escalation', 'deadline']);
    expect(await noticesOf(id)).toEqual(['dispute-due', 'dispute-lapsed', 'dispute-told']);
    expect(await suite.db('disputes').where({ id }).first()).toMatchObject({ lapsed_at: after(10) });
    expect((await readDisputeSnapshot(suite.db, id)).due).toBeUndefined();
  });

  test('I7: an instant that no longer stands changes nothing, also where it is handed over twice', async () => {
    const { id } = await aDispute();
    const { due } = await readDisputeSnapshot(suite.db, id);
    if (!due) throw new Error('nothing is due');
    const first = await recordDisputeDue(suite.db, { disputeId: id, due }, noon);
    expect(await recordDisputeDue(suite.db, { disputeId: id, due }, noon)).toEqual(first);
    expect(await suite.db('dispute_events').where({ dispute_id: id, kind: 'reminder' })).toHaveLength(1);
  });

  test('on one that is told late only the gravest is told', async () => {
    await aPerson(suite.db, 'lead');
    const { id } = await aDispute();
    await fire(id, after(9.5));
    expect(await suite.db('dispute_events').where({ dispute_id: id }).pluck('kind')).toHaveLength(4);
    const told = await suite.db('notices').where({ dispute_id: id, template: 'dispute-due' }).pluck('parameters');
    expect(told.every((parameters: { escalated: boolean }) => parameters.escalated)).toBe(true);
  });
});

test('D6: won, what it took is refundable again', async () => {
  const { order, told, id } = await aDispute();
  await suite.db('order_tenders').where({ order_id: order.id }).update({ disputed_minor: 1999 });
  expect((await readDisputeDetail(suite.db, id))?.tenders).toMatchObject([{ refundable: money(0n, 'USD') }]);
  await tell(
    aWord(order, { providerRef: told.providerRef, state: 'won', toldAt: after(2), cause: 'charge.dispute.closed' }),
  );
  await suite.db.transaction((trx) => freeDisputed(trx, order.id));
  expect((await readDisputeDetail(suite.db, id))?.tenders).toMatchObject([{ refundable: money(1999n, 'USD') }]);
});
