/** R3: evidence of which nobody knows whether its provider has it lets no deadline pass unseen. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { beginSubmitting, keepPacket, recordSubmission } from '../../db/dispute-packets.ts';
import { readDisputeSnapshot, recordDisputeDue } from '../../db/dispute-steps.ts';
import { readDisputeDetail } from '../../db/dispute-views.ts';
import { storeDispute } from '../../db/disputes.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { DisputeId, PacketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { aKeptInput, anOrder, aPerson, noon } from './builders.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const after = (days: number): Date => new Date(noon.getTime() + days * dayMs);
const dueAt = after(10);

/** A dispute whose evidence somebody has submitted here. */
async function anAnswered(): Promise<{ id: DisputeId; packetId: PacketId }> {
  const { tenders } = await anOrder(suite.db);
  const providerRef = `dp_${randomUUID()}`;
  const told = { provider: 'stripe', providerRef, method: 'card', state: 'open', toldAt: noon } as const;
  const of = { captureRefs: [tenders[0]?.capture_ref ?? ''], amount: money(1999n, 'USD'), evidenceDueAt: dueAt };
  await suite.db.transaction((trx) => storeDispute(trx, { ...told, ...of }, noon));
  const ids: DisputeId[] = await suite.db('disputes').where({ provider_ref: providerRef }).pluck('id');
  const [id] = ids;
  if (!id) throw new Error('the dispute is not there');
  const inputId = await aKeptInput(suite.db, { operation: 'submitDisputeEvidence', delivery: 'none' });
  const by = await aPerson(suite.db, 'finance');
  const packet = { disputeId: id, inputId, by, bytes: Buffer.from('%PDF-'), at: after(1) };
  expect(await suite.db.transaction((trx) => keepPacket(trx, packet))).toBeNull();
  const packets: PacketId[] = await suite.db('dispute_packets').where({ dispute_id: id }).pluck('id');
  const [packetId] = packets;
  if (!packetId) throw new Error('the packet is not there');
  return { id, packetId };
}

test('what nobody knows to be there is reminded of like any other, to its deadline, and is no lapse once it is found', async () => {
  const { id, packetId } = await anAnswered();
  const dueAgain = async () => (await readDisputeSnapshot(suite.db, id)).due;
  expect(await dueAgain()).toMatchObject({ kind: 'reminder' });
  await beginSubmitting(suite.db, packetId, after(1));
  await recordSubmission(suite.db, packetId, { status: 'unknown', reason: 'timeout' }, after(1));
  for (const kind of ['reminder', 'reminder', 'escalation', 'deadline']) {
    const due = await dueAgain();
    if (due?.kind !== kind) throw new Error(`${kind} is not due`);
    await recordDisputeDue(suite.db, { disputeId: id, due }, new Date(due.at));
  }
  const told: unknown[] = await suite
    .db('notices')
    .where({ dispute_id: id })
    .whereIn('template', ['dispute-due', 'dispute-lapsed'])
    .distinct('template', suite.db.raw(`parameters ->> 'unclear' as unclear`))
    .orderBy('template');
  expect(told).toEqual([
    { template: 'dispute-due', unclear: 'true' },
    { template: 'dispute-lapsed', unclear: 'true' },
  ]);
  expect((await readDisputeDetail(suite.db, id))?.lapsedAt).toEqual(dueAt);
  await recordSubmission(suite.db, packetId, { status: 'submitted' }, after(11));
  expect(await readDisputeDetail(suite.db, id)).toMatchObject({ submittedAt: after(11), lapsedAt: null });
  expect(await dueAgain()).toBeUndefined();
});
