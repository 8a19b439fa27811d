/** Files on a desk with a scanner, which is ClamAV's own daemon: what it finds, and what waits while it is gone (E2). */

import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { leaseIntake, refuseIntake, renewIntake, restartUpload } from '../../db/intake.ts';
import { findFreePort } from '../../dev/ports.ts';
import { until } from '../../dev/until.ts';
import type { EvidenceStore } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';
import { createClamd } from '../../providers/clamd.ts';
import { startIntakeSweep } from '../../runtime/intake-sweep.ts';
import { memberId } from '../../runtime/rendition-id.ts';
import { type ClamdForSuite, createClamdForSuite, eicar, eicarFound } from '../environment/clamd.ts';
import { zipOf } from '../providers/zip-builder.ts';
import { pdfOf } from './a-pdf.ts';
import { listIn } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { filesOf, handIn } from './handing-in.ts';
import { aNetworkContext, putOrdersOfOne } from './orders-and-tickets.ts';

let clamd: ClamdForSuite;
let desk: Desk;
let owner: Person;
let agent: Person;
let service: Person;

beforeAll(async () => {
  clamd = await createClamdForSuite();
  await clamd.start();
  desk = await startDesk({ scanner: createClamd({ address: { socket: clamd.socket } }) });
  [owner, agent, service] = [
    await desk.signedIn('customer'),
    await desk.signedIn('agent'),
    await desk.signedIn('service'),
  ];
});
afterAll(async () => {
  await desk.close();
  await clamd.close();
});

/** A ticket with what these builders hand in. */
async function ticketWith(files: readonly (readonly [name: string, content: Uint8Array | string])[]) {
  const [orderRef = ''] = await putOrdersOfOne(service, owner.email, 1);
  const handed = [];
  for (const [name, content] of files) handed.push(await handIn(owner, name, content, { orderRef }));
  const uploadIds = handed.map(({ id }) => id);
  const given = { networkContext: aNetworkContext, paymentMethod: 'card', description: 'Nothing connects.' };
  const answer = await owner.post('/v1/tickets', { orderRef, uploadIds, ...given });
  if (answer.status !== 201) throw new Error(`createTicket answered ${answer.status} ${answer.text}`);
  return { ticketId: answer.json.id, handed, base: `/v1/tickets/${answer.json.id}/evidence` };
}

/** The sweep as it goes in an API process, by a clock that is some minutes ahead: whatever is held is due. */
const sweepAhead = () =>
  startIntakeSweep({
    db: desk.db,
    intake: desk.intake,
    clock: { now: () => new Date(Date.now() + 3_600_000) },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });

/** What the timeline says of files that were not taken, to the customer and to staff. */
const refusalsOf = (ticketId: string) =>
  Promise.all(
    [owner, agent].map(async (viewer) => {
      const entries = listIn((await viewer.get(`/v1/tickets/${ticketId}/timeline`)).json, 'items');
      return entries.filter(({ kind }) => kind === 'evidenceRefused').map(({ data }) => data);
    }),
  );

const mailsOf = (ticketId: string) =>
  desk
    .db('notices')
    .where({ ticket_id: ticketId, template: 'file-not-taken', subject_id: owner.id })
    .pluck('parameters');

async function bytesInQuarantine(id: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of desk.evidence.readChunks(owner.id as SubjectId, id as UploadId)) parts.push(part);
  return Buffer.concat(parts).toString();
}

test('E2: what the scanner finds stays in quarantine, opens for nobody, and both sides see the verdict', async () => {
  const zip = zipOf([
    { name: 'eicar.txt', bytes: Buffer.from(`in a member ${eicar}`) },
    { name: 'app.log', bytes: Buffer.from('connect timed out') },
  ]);
  const { handed, ticketId, base } = await ticketWith([
    ['eicar.log', eicar],
    ['logs.zip', zip],
  ]);
  expect(handed.map(({ answer }) => [answer.status, answer.status === 204 || answer.json.id])).toEqual([
    [422, 'upload-infected'],
    // An archive that holds something harmful is harmful, whatever else is in it.
    [422, 'upload-infected'],
  ]);
  for (const viewer of [owner, agent]) {
    const files = await filesOf(viewer, ticketId);
    for (const name of ['eicar.log', 'logs.zip'])
      expect(files[name]).toMatchObject({ state: 'refused', reason: 'infected', finding: eicarFound, kind: null });
    expect(Object.keys(files)).toHaveLength(2);
    expect((await viewer.get(`${base}/${handed[0]?.id}`)).json.id).toBe('evidence-refused');
  }
  expect(await bytesInQuarantine(handed[0]?.id ?? '')).toBe(eicar);
  expect(await desk.evidence.get(owner.id as SubjectId, handed[0]?.id ?? '')).toBeNull();
});

test('E2: a PDF that was scanned is served as its text and pictures of its pages, with what is masked painted over', async () => {
  // What is another kind of file as well is served as pictures and text all the same.
  const tail = [zipOf([{ name: 'tail.log', bytes: Buffer.from('hidden') }]), Buffer.from('<script>tail()</script>')];
  const pdf = Buffer.concat([await pdfOf(['My card is 4242 4242 4242 4242 here.', 'The second page.']), ...tail]);
  const { handed, ticketId, base } = await ticketWith([['invoice.pdf', pdf]]);
  expect(handed[0]?.answer.status).toBe(204);
  expect((await filesOf(agent, ticketId))['invoice.pdf']).toMatchObject({ kind: 'pdf', pages: 2, masked: { card: 1 } });
  const text = await agent.get(`${base}/${handed[0]?.id}`);
  expect(text.text).toBe('My card is [card …4242] here.\fThe second page.');
  expect(text.headers.get('content-disposition')).toBe('attachment; filename=invoice.pdf.txt');
  const pages = [
    await agent.get(`${base}/${handed[0]?.id}/pages/1`),
    await agent.get(`${base}/${handed[0]?.id}/pages/2`),
  ];
  const black = await Promise.all(pages.map(({ bytes }) => blackPixels(bytes)));
  // A box as wide as the number's digits, where the other page has thin letters only.
  expect(black[0]).toBeGreaterThan(1_500);
  expect(black[1]).toBeLessThan(800);
  for (const { bytes } of [text, ...pages])
    for (const never of ['Carol', 'tail', 'PK']) expect(Buffer.from(bytes).includes(never)).toBe(false);
  expect((await agent.get(`${base}/${handed[0]?.id}/pages/3`)).status).toBe(404);
  expect((await sharp((await agent.get(`${base}/${handed[0]?.id}/thumbnail`)).bytes).metadata()).format).toBe('webp');
});

async function blackPixels(bytes: Uint8Array): Promise<number> {
  const { data } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  return data.filter((value) => value < 40).length;
}

describe('E2: while the scanner is gone', () => {
  test('files are held, count as handed in, and pass or not once it is back', async () => {
    await clamd.stop();
    const { handed, ticketId, base } = await ticketWith([
      ['app.log', 'connect timed out while the scanner is away'],
      ['bad.log', `${eicar} while the scanner is away`],
    ]);
    expect(handed.map(({ answer, upload }) => [answer.status, upload['state'], upload['reason']])).toEqual([
      [204, 'held', 'scanner-away'],
      [204, 'held', 'scanner-away'],
    ]);
    expect((await agent.get(`/v1/tickets/${ticketId}`)).json['phase']).not.toBe('gathering');
    expect((await agent.get(`${base}/${handed[0]?.id}`)).json.id).toBe('evidence-held');
    const sweep = sweepAhead();
    await clamd.start();
    const settled = async () => {
      const files = await filesOf(agent, ticketId);
      return files['app.log']?.['state'] === 'complete' && files['bad.log']?.['state'] === 'refused';
    };
    expect(await until(settled, { withinMs: 20_000 })).toBe(true);
    await sweep.stop();
    expect((await agent.get(`${base}/${handed[0]?.id}`)).text).toContain('connect timed out');
    expect((await filesOf(owner, ticketId))['bad.log']).toMatchObject({ reason: 'infected', finding: eicarFound });
    // It was refused after the ticket had it: both sides hear of it, and the customer by mail.
    const refused = { uploadId: handed[1]?.id, reason: 'infected', inArchive: false };
    expect(await refusalsOf(ticketId)).toEqual([[refused], [refused]]);
    expect(await mailsOf(ticketId)).toEqual([{ file: 'bad.log', why: 'infected', inArchive: false }]);
  });

  test('E1: of an archive whose files were not taken after its ticket had it both sides are told once', async () => {
    await clamd.stop();
    const names = ['a.exe', 'b.exe', 'c.log'];
    const bytes = [
      Buffer.from('MZ\0\u0090 a'),
      Buffer.from('MZ\0\u0090 b'),
      Buffer.from('connection reset in an archive'),
    ];
    const zip = zipOf(names.map((name, at) => ({ name, bytes: bytes[at] ?? Buffer.alloc(0) })));
    const { handed, ticketId } = await ticketWith([['late.zip', zip]]);
    await clamd.start();
    const [first, second] = [handed[0]?.id as UploadId, desk.anotherIntake()];
    expect(await second.inspect(first)).toEqual({ state: 'complete' });
    for (let times = 0; times < 2; times += 1) expect(await desk.intake.inspect(first)).toEqual({ state: 'complete' });
    const files = await filesOf(owner, ticketId);
    expect(names.map((name) => files[name]?.['state'])).toEqual(['refused', 'refused', 'complete']);
    const refused = { uploadId: first, reason: 'type', inArchive: true };
    expect(await refusalsOf(ticketId)).toEqual([[refused], [refused]]);
    expect(await mailsOf(ticketId)).toEqual([{ file: 'late.zip', why: 'type', inArchive: true }]);
  });

  test('E1: what an archive lost before a ticket had it is told by its upload, and to both sides once it is handed in', async () => {
    const members = [
      { name: 'page.png', bytes: Buffer.from('<!doctype html><script>alert(1)</script>') },
      { name: 'traffic.pcap', bytes: Buffer.concat([Buffer.from('d4c3b2a1', 'hex'), Buffer.alloc(64, 2)]) },
      { name: 'drawing.png', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
      { name: 'app.log', bytes: Buffer.from('connect timed out, and its archive lost some') },
    ];
    const [orderRef = ''] = await putOrdersOfOne(service, owner.email, 1);
    const { id, answer, upload } = await handIn(owner, 'lossy.zip', zipOf(members), { orderRef });
    expect([answer.status, answer.headers.get('upload-refused-files')]).toEqual([204, '3']);
    const refusedMembers = [
      { reason: 'name', files: 2 },
      { reason: 'traffic-capture', files: 1 },
    ];
    expect(upload).toMatchObject({ state: 'complete', refusedMembers });
    const given = { networkContext: aNetworkContext, paymentMethod: 'card', description: 'Nothing connects.' };
    const claimed = await owner.post('/v1/tickets', { orderRef, uploadIds: [id], ...given });
    const ticketId = String(claimed.json['id']);
    for (let times = 0; times < 2; times += 1) {
      const sweep = sweepAhead();
      expect(await until(async () => (await refusalsOf(ticketId))[0]?.length === 1, { withinMs: 20_000 })).toBe(true);
      await sweep.stop();
    }
    const refused = { uploadId: id, reason: 'name', inArchive: true };
    expect(await refusalsOf(ticketId)).toEqual([[refused], [refused]]);
    expect(await mailsOf(ticketId)).toEqual([{ file: 'lossy.zip', why: 'name', inArchive: true }]);
    expect((await owner.get(`/v1/uploads/${id}`)).json).toMatchObject({ state: 'attached', refusedMembers });
  });

  test('a file that is larger than it takes is held by that name', async () => {
    const { handed } = await ticketWith([['long.log', 'a long line of a log\n'.repeat(130_000)]]);
    expect(handed[0]?.upload).toMatchObject({ state: 'held', reason: 'scanner-limit' });
  });
});

/** Takes every connection and says nothing. */
async function startSilentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined).resume()));
  const port = await findFreePort();
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port,
    isAsked: () => sockets.size > 0,
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

describe('what dies in the middle', () => {
  /** What stands once the last byte was taken and whoever took it died: the bytes, and the row that says so. */
  async function leftBehind(name: string, content: Uint8Array | string): Promise<UploadId> {
    const [orderRef = ''] = await putOrdersOfOne(service, owner.email, 1);
    const bytes = Buffer.from(content);
    const sha256 = createHash('sha256').update(bytes);
    const announcement = { name, bytes: bytes.length, sha256: sha256.digest('hex'), orderRef };
    const id = String((await owner.post('/v1/uploads', announcement)).json['uploadId']) as UploadId;
    await desk.evidence.putChunk(owner.id as SubjectId, id, 0, bytes);
    const whole = { state: 'complete', received_bytes: bytes.length, completed_at: new Date(), intake: 'quarantined' };
    await desk
      .db('evidence_files')
      .where({ id })
      .update({ ...whole, intake_due_at: new Date() });
    return id;
  }

  test('a file whose looker died between its last byte and the look is looked through by the sweep', async () => {
    const id = await leftBehind('left.log', 'proxy http://user77:hunter2-swordfish@gate.proxy.example:8080 died');
    expect((await owner.get(`/v1/uploads/${id}`)).json['state']).toBe('quarantined');
    const sweep = sweepAhead();
    const isComplete = async () => (await owner.get(`/v1/uploads/${id}`)).json['state'] === 'complete';
    expect(await until(isComplete, { withinMs: 20_000 })).toBe(true);
    await sweep.stop();
    expect(String(await desk.evidence.get(owner.id as SubjectId, id))).toBe(
      'proxy http://[masked]@gate.proxy.example:8080 died',
    );
    expect(await bytesInQuarantine(id)).toBe('');
  });

  test('E2: of an archive that is refused at a later look nothing is left but itself, however far the first one came', async () => {
    const names = ['a.log', 'b.log'];
    const id = await leftBehind(
      'bad.zip',
      zipOf(names.map((name) => ({ name, bytes: Buffer.from(`${name} ${eicar}`) }))),
    );
    await new Promise<void>((resolve) => {
      const evidence: EvidenceStore = {
        ...desk.evidence,
        async putChunk(subject, uploadId, offset, bytes) {
          await desk.evidence.putChunk(subject, uploadId, offset, bytes);
          if (uploadId !== memberId(id, 2)) return;
          resolve();
          await new Promise(() => undefined);
        },
      };
      void desk.anotherIntake({ evidence, scanner: null }).inspect(id);
    });
    expect(await bytesInQuarantine(memberId(id, 1))).toContain(eicar);
    const later = desk.anotherIntake({ clock: { now: () => new Date(Date.now() + 60_000) } });
    expect(await later.inspect(id)).toEqual({ state: 'refused', reason: 'infected' });
    for (const number of [1, 2]) expect(await bytesInQuarantine(memberId(id, number))).toBe('');
    expect(await bytesInQuarantine(id)).not.toBe('');
  });

  test('two processes that look at once, and one that looks again, change nothing', async () => {
    const zip = zipOf([{ name: 'a.log', bytes: Buffer.from('read tcp: connection reset by peer') }]);
    const id = await leftBehind('left.zip', zip);
    const looks = await Promise.all([desk.intake, desk.intake, desk.anotherIntake()].map((each) => each.inspect(id)));
    // Whoever takes it first looks through it, for both who asked of that process; the other leaves it alone.
    const states = looks.map(({ state }) => state);
    expect(states[0]).toBe(states[1]);
    expect(new Set(states)).toEqual(new Set(['complete', states[0] === 'complete' ? states[2] : 'open']));
    expect(states[2]).toMatch(/complete|open/);
    const standing = () => desk.db('evidence_files').where({ id }).orWhere({ origin_id: id }).orderBy('id');
    const before: unknown[] = await standing();
    expect(before).toHaveLength(2);
    for (const each of [desk.intake, desk.anotherIntake()])
      expect(await each.inspect(id)).toEqual({ state: 'complete' });
    expect(await standing()).toEqual(before);
  });

  test('a scanner that takes a file and says nothing holds no transaction open, and the file is its looker’s alone', async () => {
    const id = await leftBehind('silent.log', 'connect timed out, and so did the scanner');
    const silent = await startSilentServer();
    const looks = desk.anotherIntake({ scanner: createClamd({ address: { host: '127.0.0.1', port: silent.port } }) });
    const look = looks.inspect(id);
    expect(await until(() => silent.isAsked(), { withinMs: 10_000 })).toBe(true);
    const { rows } = await desk.db.raw<{ rows: unknown[] }>(
      `select state from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    expect(rows).toEqual([]);
    expect(await desk.intake.inspect(id)).toEqual({ state: 'open' });
    // Asked whether it is well, and not waited for as long as for a verdict.
    expect(await look).toEqual({ state: 'held', reason: 'scanner-away' });
    await silent.close();
  });

  test('a looker whose lease ran out while it was stopped settles nothing, and takes nothing from the next', async () => {
    const id = await leftBehind('late.log', 'connect timed out while its looker stood still');
    const row = await leaseIntake(desk.db, id, { at: new Date(0), until: new Date(1), retries: [new Date(1)] });
    if (row === null) throw new Error('nobody else has it');
    const next = await leaseIntake(desk.db, id, { at: new Date(2), until: new Date(3), retries: [new Date(3)] });
    expect(next?.intake_lease).not.toBe(row.intake_lease);
    const late = { reason: 'type', finding: null, at: new Date() } as const;
    expect(await desk.db.transaction((trx) => refuseIntake(trx, row, late))).toBe(false);
    expect(await desk.db.transaction((trx) => restartUpload(trx, row, new Date()))).toBeNull();
    expect(await renewIntake(desk.db, row, new Date())).toBe(false);
    expect(await desk.intake.inspect(id)).toEqual({ state: 'complete' });
  });
});
