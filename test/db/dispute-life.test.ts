/** Disputes in Postgres: what their words, what is due and what is submitted make of them, and what finance reads of it. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { beginSubmitting, keepPacket, recordSubmission } from '../../db/dispute-packets.ts';
import { readDisputeSnapshot, recordDisputeDue } from '../../db/dispute-steps.ts';
import { readDisputeDetail } from '../../db/dispute-views.ts';
import { freeDisputed, storeDispute, type ToldDispute } from '../../db/disputes.ts';
import { dayMs } from '../../domain/clocks.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { DisputeId, PacketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { aKeptInput, anOrder, aPerson, aTicket, type BuiltOrder, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const after = (days: number): Date => new Date(noon.getTime() + days * dayMs);
const dueAt = after(10);

const aWord = (order: BuiltOrder, given: Partial<ToldDispute> = {}): ToldDispute => ({
  provider: 'stripe',
  providerRef: `dp_${randomUUID()}`,
  method: 'card',
  captureRefs: [order.tenders[0]?.capture_ref ?? ''],
  state: 'open',
  amount: money(1999n, 'USD'),
  toldAt: noon,
  cause: 'charge.dispute.created',
  kind: 'chargeback',
  reason: 'fraudulent',
  networkReason: '10.4',
  evidenceDueAt: dueAt,
  ...given,
});

const tell = (told: ToldDispute, at = noon) => suite.db.transaction((trx) => storeDispute(trx, told, at));

async function idOf({ providerRef }: ToldDispute): Promise<DisputeId> {
  const rows: { id: DisputeId }[] = await suite.db('disputes').where({ provider_ref: providerRef }).select('id');
  return rows[0]?.id as DisputeId;
}

async function aDispute(given: Partial<ToldDispute> = {}) {
  const order = await anOrder(suite.db);
  const told = aWord(order, given);
  await tell(told);
  return { order, told, id: await idOf(told) };
}

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

const noticesOf = async (disputeId: DisputeId): Promise<string[]> =>
  suite.db('notices').where({ dispute_id: disputeId }).distinct('template').orderBy('template').pluck('template');

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
    expect(await tell(warning)).toEqual({ isNews: false, ticketId });
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

describe('evidence', () => {
  const keep = async (disputeId: DisputeId, at = after(1)) => {
    const by = await aPerson(suite.db, 'finance');
    const inputId = await aKeptInput(suite.db, { operation: 'submitDisputeEvidence', delivery: 'none', subjectId: by });
    const bytes = Buffer.from(`%PDF ${randomUUID()}`);
    return suite.db.transaction((trx) => keepPacket(trx, { disputeId, inputId, by, bytes, at }));
  };
  const packetOf = async (disputeId: DisputeId): Promise<PacketId> => {
    const ids: PacketId[] = await suite
      .db('dispute_packets')
      .where({ dispute_id: disputeId })
      .orderBy('kept_at', 'desc')
      .pluck('id');
    return ids[0] as PacketId;
  };

  test('two clicks at once keep one packet, and who was second is refused', async () => {
    const { id } = await aDispute();
    const ends = await Promise.all([keep(id), keep(id)]);
    expect(ends.filter((end) => end === null)).toHaveLength(1);
    expect(ends.filter(isRefusal)).toEqual([{ refused: 'evidence-submitted' }]);
    const packetId = await packetOf(id);
    expect(await readDisputeSnapshot(suite.db, id)).toMatchObject({ packetId });
    await expect(
      suite
        .db('dispute_packets')
        .where({ id: packetId })
        .update({ bytes: Buffer.from('x') }),
    ).rejects.toThrow('kept as it was');
  });

  test('it is refused late, and for a dispute that has ended', async () => {
    const { id } = await aDispute();
    expect(await keep(id, dueAt)).toMatchObject({ refused: 'evidence-late' });
    const ended = await aDispute({ state: 'lost' });
    expect(await keep(ended.id)).toEqual({ refused: 'dispute-ended', facts: { state: 'lost' } });
  });

  test('R3: after an unclear answer it is looked up, and counts as submitted once, by who clicked', async () => {
    const { id } = await aDispute();
    await keep(id);
    const packetId = await packetOf(id);
    expect(await beginSubmitting(suite.db, packetId, after(1))).toBe('submit');
    await recordSubmission(suite.db, packetId, { status: 'unknown', reason: 'timeout' }, after(1));
    expect(await beginSubmitting(suite.db, packetId, after(1))).toBe('look-up');
    const snapshot = await recordSubmission(suite.db, packetId, { status: 'submitted' }, after(1));
    expect(snapshot.packetId).toBeUndefined();
    expect(await beginSubmitting(suite.db, packetId, after(1))).toBe('done');
    expect(await readDisputeDetail(suite.db, id)).toMatchObject({
      submittedAt: after(1),
      submittedBy: { id: expect.any(String) },
      packet: { state: 'submitted' },
    });
    expect(await keep(id)).toEqual({ refused: 'evidence-submitted' });
  });

  test('what the provider did not take is told, and leaves room for another in time', async () => {
    await aPerson(suite.db, 'finance');
    const { id } = await aDispute();
    await keep(id);
    const packetId = await packetOf(id);
    await beginSubmitting(suite.db, packetId, after(1));
    await recordSubmission(suite.db, packetId, { status: 'refused', reason: 'file_too_large' }, after(1));
    expect(await noticesOf(id)).toContain('evidence-refused');
    expect(await keep(id, after(2))).toBeNull();
  });

  describe('D11: PayPal may ask again', () => {
    const aCase = () => aDispute({ provider: 'paypal', kind: 'paypal_claim', cause: 'CUSTOMER.DISPUTE.CREATED' });
    const answer = async (id: DisputeId, days: number): Promise<void> => {
      expect(await keep(id, after(days))).toBeNull();
      const packetId = await packetOf(id);
      await beginSubmitting(suite.db, packetId, after(days));
      await recordSubmission(suite.db, packetId, { status: 'submitted' }, after(days));
    };

    test('what was shown before is no answer: it is reminded of anew, and answered anew', async () => {
      const { order, told, id } = await aCase();
      await answer(id, 1);
      const more = { ...aWord(order), ...told, cause: 'CUSTOMER.DISPUTE.UPDATED' };
      await tell({ ...more, toldAt: after(2), evidenceDueAt: null, submissions: 1 }, after(2));
      expect(await readDisputeDetail(suite.db, id)).toMatchObject({ submittedAt: after(1) });
      await tell({ ...more, toldAt: after(12), evidenceDueAt: after(22), submissions: 1 }, after(12));
      expect(await readDisputeDetail(suite.db, id)).toMatchObject({ submittedAt: null, submittedBy: null });
      expect(await readDisputeSnapshot(suite.db, id)).toMatchObject({
        due: { kind: 'reminder', at: after(15).toISOString() },
      });
      await answer(id, 13);
      expect(await readDisputeDetail(suite.db, id)).toMatchObject({ submittedAt: after(13) });
      expect(await keep(id, after(14))).toEqual({ refused: 'evidence-submitted' });
      // W10: an old word that comes late asks for nothing.
      await tell({ ...more, toldAt: after(0.5), evidenceDueAt: dueAt }, after(14));
      expect(await readDisputeDetail(suite.db, id)).toMatchObject({ submittedAt: after(13) });
    });

    test('R3: what is known to be there only after it asked again answers what was asked before', async () => {
      const { order, told, id } = await aCase();
      await keep(id);
      const packetId = await packetOf(id);
      await beginSubmitting(suite.db, packetId, after(1));
      await recordSubmission(suite.db, packetId, { status: 'unknown', reason: 'timeout' }, after(1));
      const asked = { ...aWord(order), ...told, toldAt: after(2), evidenceDueAt: after(22) };
      await tell({ ...asked, cause: 'CUSTOMER.DISPUTE.UPDATED' }, after(2));
      await recordSubmission(suite.db, packetId, { status: 'submitted' }, after(3));
      expect(await readDisputeDetail(suite.db, id)).toMatchObject({ submittedAt: null });
      await answer(id, 4);
    });
  });

  test('what ended before anything was sent is not answered', async () => {
    const { order, told, id } = await aDispute();
    await keep(id);
    await tell(
      aWord(order, { providerRef: told.providerRef, state: 'won', toldAt: after(2), cause: 'charge.dispute.closed' }),
    );
    const packetId = await packetOf(id);
    expect(await beginSubmitting(suite.db, packetId, after(2))).toBe('done');
    expect((await readDisputeDetail(suite.db, id))?.packet).toEqual({ state: 'void', reason: null });
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
