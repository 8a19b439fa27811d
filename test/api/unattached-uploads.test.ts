/** What is handed in and given to no ticket is removed after a stated time, from store and database, and never from under a ticket. */

import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { leaseIntake } from '../../db/intake.ts';
import { markUnattached } from '../../db/unattached-uploads.ts';
import type { EvidenceStore } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';
import { memberId } from '../../runtime/rendition-id.ts';
import { removeUnattached } from '../../runtime/unattached-sweep.ts';
import { aLockIsWaitedFor } from '../db/suite.ts';
import { zipOf } from '../providers/zip-builder.ts';
import { startCutOffRelay } from './cut-off-relay.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { filesOf, handIn } from './handing-in.ts';
import { aNetworkContext, putOrdersOfOne } from './orders-and-tickets.ts';

let desk: Desk;
let owner: Person;
let orderRef: string;

beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(async () => {
  owner = await desk.signedIn('customer');
  [orderRef = ''] = await putOrdersOfOne(await desk.signedIn('service'), owner.email, 1);
});
afterAll(() => desk.close());

const dayMs = 86_400_000;
const afterDays = (days: number): Date => new Date(desk.now().getTime() + days * dayMs);
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const sweep = (days: number, evidence = desk.evidence) =>
  removeUnattached({ db: desk.db, evidence, clock: { now: () => afterDays(days) }, log, daysKept: 14 });

const handed = async (name: string, content: Uint8Array | string): Promise<UploadId> =>
  (await handIn(owner, name, content, { orderRef })).id as UploadId;

const claim = (uploadIds: readonly string[]) =>
  owner.post('/v1/tickets', {
    orderRef,
    uploadIds,
    networkContext: aNetworkContext,
    paymentMethod: 'card',
    description: 'Nothing connects.',
  });

/** What the store holds of the person, but for their key. */
async function kept(): Promise<string[]> {
  const files = await readdir(desk.evidenceDirectory, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.parentPath.includes(owner.id) && file.name !== 'key.json')
    .map(({ name }) => name);
}

const rows = (): Promise<UploadId[]> => desk.db('evidence_files').where({ subject_id: owner.id }).pluck('id');

test('after its days an upload goes with all that was made of it, and what a ticket has stays', async () => {
  const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#c02020' } })
    .png()
    .toBuffer();
  const zip = zipOf(['a.log', 'b.log'].map((name) => ({ name, bytes: Buffer.from(`connect timed out in ${name}`) })));
  const stays = await handed('kept.log', 'read tcp: connection reset by peer');
  expect((await claim([stays])).status).toBe(201);
  const standing = await kept();
  for (const [name, content] of [
    ['shot.png', picture],
    ['logs.zip', zip],
    ['page.exe', 'MZ\u0000\u0001'],
    ['nothing.log', ''],
  ] as const)
    await handed(name, content);
  const half = await owner.post('/v1/uploads', { name: 'half.log', bytes: 9, sha256: 'a'.repeat(64), orderRef });
  const path = `/v1/uploads/${String(half.json['uploadId'])}`;
  const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': '0' };
  expect((await owner.send('PATCH', path, { raw: Buffer.from('half'), headers })).status).toBe(204);
  expect((await rows()).length).toBe(8);
  await sweep(13);
  expect((await rows()).length).toBe(8);
  await sweep(15);
  expect([await rows(), await kept()]).toEqual([[stays], standing]);
  expect((await owner.get(path)).status).toBe(404);
  await sweep(15);
  expect([await rows(), await kept()]).toEqual([[stays], standing]);
});

test('what is being attached at that moment stays, and what is being removed is attached by nobody', async () => {
  const [first, second] = [await handed('first.log', 'dial tcp: i/o timeout'), await handed('second.log', 'EOF')];
  // Attached, and not committed yet.
  await desk.db.transaction(async (trx) => {
    await trx('evidence_files').where({ id: first }).forUpdate().first('id');
    await sweep(15);
  });
  expect(await rows()).toEqual([first]);
  let claimed: ReturnType<typeof claim> | undefined;
  await desk.db.transaction(async (trx) => {
    const marked = await markUnattached(trx, { at: afterDays(15), before: afterDays(1), limit: 20 });
    expect(marked.map(({ id }) => id)).toContain(first);
    claimed = claim([first]);
    await aLockIsWaitedFor({ db: desk.db, url: '' });
  });
  expect(await claimed).toMatchObject({ status: 404, json: { id: 'not-found' } });
  expect([await desk.intake.inspect(first), await desk.intake.inspect(second)]).toEqual([
    { state: 'complete' },
    { state: 'open' },
  ]);
  // Begun, and left by whoever died over it.
  await sweep(16);
  expect([await rows(), await kept()]).toEqual([[], []]);
});

test('what is looked through at that moment, or named by what its ticket has not taken yet, stays for now', async () => {
  const [looked, named] = [await handed('looked.log', 'ECONNRESET'), await handed('named.log', 'ETIMEDOUT')];
  await desk.db('evidence_files').where({ id: looked }).update({ intake_due_at: desk.now() });
  const [at, until] = [afterDays(15), afterDays(15.5)];
  expect((await leaseIntake(desk.db, looked, { at, until, retries: [until] }))?.id).toBe(looked);
  const other = await handed('ticket.log', 'refused');
  const ticketId = String((await claim([other])).json['id']);
  await owner.post(`/v1/tickets/${ticketId}/evidence`, { uploadIds: [named] });
  // As if the workflow had not taken it yet.
  await desk
    .db('evidence_files')
    .where({ id: named })
    .update({ state: 'complete', ticket_id: null, attached_at: null });
  await desk
    .db('inputs')
    .where({ ticket_id: ticketId, operation: 'addEvidence' })
    .update({ delivery: 'due', delivered_at: null });
  await sweep(15.2);
  expect((await rows()).sort()).toEqual([looked, named, other].sort());
  await desk.db('inputs').where({ ticket_id: ticketId, operation: 'addEvidence' }).update({ delivery: 'none' });
  await sweep(16);
  expect(await rows()).toEqual([other]);
  expect(Object.keys(await filesOf(owner, ticketId))).toEqual(['ticket.log']);
});

test('E1: what came out of an archive before its looker died goes with it, though no row tells of it', async () => {
  const zip = zipOf(['a.log', 'b.log'].map((name) => ({ name, bytes: Buffer.from(`connect timed out in ${name}`) })));
  const id = await inQuarantine('logs.zip', zip);
  await dyingOverSecondMember(id);
  expect(await rows()).toEqual([id]);
  expect((await kept()).length).toBe(2);
  await sweep(15);
  expect([await rows(), await kept()]).toEqual([[], []]);
});

/** Whole in quarantine, with nobody who looks through it yet. */
async function inQuarantine(name: string, bytes: Buffer): Promise<UploadId> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const announced = await owner.post('/v1/uploads', { name, bytes: bytes.length, sha256, orderRef });
  const id = String(announced.json['uploadId']) as UploadId;
  await desk.evidence.putChunk(owner.id as SubjectId, id, 0, bytes);
  const whole = { state: 'complete', received_bytes: bytes.length, completed_at: desk.now(), intake: 'quarantined' };
  await desk
    .db('evidence_files')
    .where({ id })
    .update({ ...whole, intake_due_at: desk.now() });
  return id;
}

/** Comes as far as the second file that comes out of it, and no further. */
async function dyingOverSecondMember(id: UploadId): Promise<void> {
  await new Promise<void>((resolve) => {
    const evidence: EvidenceStore = {
      ...desk.evidence,
      async putChunk(subject, uploadId, offset, bytes) {
        if (uploadId === memberId(id, 1)) return desk.evidence.putChunk(subject, uploadId, offset, bytes);
        resolve();
        return new Promise(() => undefined);
      },
    };
    void desk.anotherIntake({ evidence }).inspect(id);
  });
}

test('a file of an archive that somebody begins to look through at that moment keeps the archive for now', async () => {
  const zip = zipOf([{ name: 'a.log', bytes: Buffer.from('connect timed out in an archive') }]);
  const id = await handed('logs.zip', zip);
  const member = memberId(id, 1);
  await desk.db('evidence_files').where({ id: member }).update({ intake_due_at: desk.now() });
  const [at, until] = [afterDays(15), afterDays(15.5)];
  let marked: ReturnType<typeof markUnattached> | undefined;
  await desk.db.transaction(async (trx) => {
    await leaseIntake(trx, member, { at, until, retries: [until] });
    marked = markUnattached(desk.db, { at, before: afterDays(1), limit: 20 });
    void marked.catch(() => undefined);
    await aLockIsWaitedFor({ db: desk.db, url: '' });
  });
  expect(await marked).toEqual([]);
  await sweep(16);
  expect([await rows(), await kept()]).toEqual([[], []]);
});

test('E1: a client that is cut off in the middle of a chunk left nothing, and goes on from where the upload stood', async () => {
  const content = Buffer.from('connect timed out\n'.repeat(20_000));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const announced = await owner.post('/v1/uploads', { name: 'app.log', bytes: content.length, sha256, orderRef });
  const path = `/v1/uploads/${String(announced.json['uploadId'])}`;
  const append = (to: string, from: number, until: number) => {
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(from) };
    return owner.send('PATCH', to, { raw: content.subarray(from, until), headers });
  };
  expect((await append(path, 0, 50_000)).status).toBe(204);
  const standing = await kept();
  const relay = await startCutOffRelay(desk.url, 100_000);
  await expect(append(`${relay.url}${path}`, 50_000, content.length)).rejects.toThrow('fetch failed');
  await relay.isCut();
  await relay.close();
  const stands = { state: 'receiving', offset: 50_000, bytes: content.length };
  expect((await owner.get(path)).json).toMatchObject(stands);
  expect(await kept()).toEqual(standing);
  const early = await claim([String(announced.json['uploadId'])]);
  expect([early.status, early.json.id]).toEqual([409, 'upload-incomplete']);
  expect((await append(path, 50_000, content.length)).status).toBe(204);
  const ticketId = String((await claim([String(announced.json['uploadId'])])).json['id']);
  const files = await filesOf(owner, ticketId);
  expect(files['app.log']).toMatchObject({ state: 'complete', sha256 });
  expect((await kept()).length).toBe(1);
});

test('what the store does not give up stays marked with its row, and goes at a later look', async () => {
  const id = await handed('stuck.log', 'no route to host');
  const stuck = { ...desk.evidence, remove: () => Promise.reject(new Error('the store is away')) };
  await sweep(15, stuck);
  expect(await rows()).toEqual([id]);
  expect((await claim([id])).status).toBe(404);
  await sweep(15);
  expect([await rows(), await kept()]).toEqual([[], []]);
});
