/** Evidence of a dispute in Postgres: kept as it is, submitted once, and asked for again. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { beginSubmitting, keepPacket, recordSubmission } from '../../db/dispute-packets.ts';
import { readDisputeSnapshot } from '../../db/dispute-steps.ts';
import { readDisputeDetail } from '../../db/dispute-views.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { DisputeId, PacketId } from '../../domain/ids.ts';
import { aKeptInput, aPerson } from './builders.ts';
import { after, aWord, dueAt, openDisputes } from './dispute-bench.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const { aDispute, noticesOf, tell } = openDisputes(suite);

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
