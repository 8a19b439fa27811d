/** Nobody of the staff handles a dispute or a difference of an account that shares an address or an instrument with them. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { storeDispute } from '../../db/disputes.ts';
import { openBreaks } from '../../db/reconciliations.ts';
import { dayMs } from '../../domain/clocks.ts';
import { money } from '../../domain/money.ts';
import type { RailRecord } from '../../domain/rail.ts';
import { anOrder, aTender, type BuiltOrder } from '../db/builders.ts';
import { type Answer, type Json, listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';

let desk: Desk;
let tied: Person;
let colleague: Person;
let admin: Person;

beforeAll(async () => {
  desk = await startDesk();
  tied = await desk.signedIn('finance');
  colleague = await desk.signedIn('finance');
  admin = await desk.signedIn('admin');
});
afterAll(() => desk.close());

const said = (answer: Answer) => [answer.status, answer.json['id']];
const refused = [403, 'own-claim'];

interface Paid {
  readonly order: BuiltOrder;
  readonly captureRef: string;
}

/** By an instrument that the one has declared. */
async function paidByOwn(): Promise<Paid> {
  const captureRef = `ch_${randomUUID()}`;
  const order = await anOrder(desk.db, [aTender(1999n, { captureRef })]);
  const instrument = `fp_${randomUUID()}`;
  await desk.db('order_tenders').where({ order_id: order.id }).update({ instrument });
  const declared = await admin.post(`/v1/staff/${tied.id}/ties`, { kind: 'instrument', value: instrument });
  expect(declared.status).toBe(200);
  return { order, captureRef };
}

const actionsIn = (json: Json, key: string, value: string): unknown =>
  listIn(json, 'items').find((item) => item[key] === value)?.['actions'];

test('of a dispute no evidence is submitted by whoever shares the instrument, nor offered to them', async () => {
  const { captureRef } = await paidByOwn();
  const providerRef = `dp_${randomUUID()}`;
  const evidenceDueAt = new Date(desk.now().getTime() + 10 * dayMs);
  const told = { provider: 'stripe', providerRef, method: 'card', captureRefs: [captureRef], state: 'open' } as const;
  const word = { ...told, amount: money(1999n, 'USD'), toldAt: desk.now(), evidenceDueAt };
  await desk.db.transaction((trx) => storeDispute(trx, word, desk.now()));
  const row: { id: string } = await desk.db('disputes').where({ provider_ref: providerRef }).first('id');
  const path = `/v1/disputes/${row.id}`;
  const listed = async (who: Person) =>
    actionsIn((await who.get('/v1/disputes?limit=100')).json, 'providerRef', providerRef);
  const offered = ['getDisputeEvidence', 'submitDisputeEvidence'];
  expect([await listed(tied), (await tied.get(path)).json['actions']]).toEqual([
    offered.slice(0, 1),
    offered.slice(0, 1),
  ]);
  expect([await listed(colleague), (await colleague.get(path)).json['actions']]).toEqual([offered, offered]);
  expect(said(await tied.post(`${path}/evidence`, {}))).toEqual(refused);
  expect(await desk.db('dispute_packets').where({ dispute_id: row.id })).toEqual([]);
  expect((await colleague.post(`${path}/evidence`, {})).status).toBe(200);
});

test('a difference is neither taken nor closed by whoever shares the instrument, nor offered to them', async () => {
  const { captureRef } = await paidByOwn();
  const providerRef = `re_${randomUUID()}`;
  const report = { status: 'settled', providerRef } as const;
  const given = { payoutId: null, captureRefs: [captureRef], amount: money(300n, 'USD'), at: desk.now() };
  const record: RailRecord = { ...given, providerRef, report, word: 'provider' };
  await desk.db.transaction((trx) => openBreaks(trx, 'card', [record], desk.now()));
  const row: { id: string } = await desk.db('reconciliation_breaks').where({ provider_ref: providerRef }).first('id');
  const path = `/v1/reconciliation/breaks/${row.id}`;
  const closing = { closedAs: 'made_elsewhere', ground: 'In the dashboard.' };
  const listed = async (who: Person) =>
    actionsIn((await who.get('/v1/reconciliation/breaks?limit=100')).json, 'providerRef', providerRef);
  expect([await listed(tied), await listed(colleague)]).toEqual([[], ['takeBreak', 'resolveBreak']]);
  expect(said(await tied.post(`${path}/take`, {}))).toEqual(refused);
  expect(said(await tied.post(`${path}/resolve`, closing))).toEqual(refused);
  const stands: unknown = await desk.db('reconciliation_breaks').where({ id: row.id }).first('owner_id', 'closed_at');
  expect(stands).toEqual({ owner_id: null, closed_at: null });
  expect((await colleague.post(`${path}/take`, {})).status).toBe(200);
  expect((await colleague.post(`${path}/resolve`, closing)).status).toBe(200);
});

test('a difference of no order that the desk knows is anybody’s of finance, and one that is none is not found', async () => {
  const providerRef = `entry_${randomUUID()}`;
  const report = { status: 'settled', providerRef } as const;
  const given = { payoutId: randomUUID(), captureRefs: [], amount: money(300n, 'USD'), at: desk.now() };
  const record: RailRecord = { ...given, providerRef, report, word: 'provider', concernsUs: true };
  await desk.db.transaction((trx) => openBreaks(trx, 'card', [record], desk.now()));
  const row: { id: string } = await desk.db('reconciliation_breaks').where({ provider_ref: providerRef }).first('id');
  expect((await tied.post(`/v1/reconciliation/breaks/${row.id}/take`, {})).json['owner']).toMatchObject({
    id: tied.id,
  });
  expect(said(await tied.post(`/v1/reconciliation/breaks/${randomUUID()}/take`, {}))).toEqual([404, 'not-found']);
});
