/** What becomes of a file between its last byte and whoever opens it, over HTTP, on a desk without a scanner (E1, E5, E6, E12). */

import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { uploadBytesMax } from '../../domain/limits.ts';
import { zipOf } from '../providers/zip-builder.ts';
import { pdfOf } from './a-pdf.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { filesOf, handIn } from './handing-in.ts';
import { aNetworkContext, createTicket, putOrdersOfOne } from './orders-and-tickets.ts';

let desk: Desk;
let owner: Person;
let agent: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  [owner, agent, service] = [
    await desk.signedIn('customer'),
    await desk.signedIn('agent'),
    await desk.signedIn('service'),
  ];
});
afterAll(() => desk.close());

const html = '<!doctype html><script>alert(document.cookie)</script>';
const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
const program = Buffer.concat([Buffer.from('MZ\u0090\u0000\u0003'), Buffer.from('cannot be run in DOS mode')]);
const capture = Buffer.concat([Buffer.from('d4c3b2a1', 'hex'), Buffer.alloc(64, 2)]);
const picture = () =>
  sharp({ create: { width: 40, height: 20, channels: 3, background: '#c02020' } })
    .png()
    .toBuffer();

/** A ticket that came with these uploads and no other. */
async function ticketWith(uploadIds: readonly string[], ref: { readonly orderRef: string }): Promise<string> {
  const body = { ...ref, paymentMethod: 'card', description: 'Nothing connects.', uploadIds };
  const answer = await owner.post('/v1/tickets', { networkContext: aNetworkContext, ...body });
  if (answer.status !== 201) throw new Error(`createTicket answered ${answer.status} ${answer.text}`);
  return answer.json.id;
}

/** An order that a ticket may be for, which tells the account that uploads are for. */
async function announced(): Promise<{ readonly orderRef: string }> {
  const [orderRef = ''] = await putOrdersOfOne(service, owner.email, 1);
  return { orderRef };
}

const notTaken = [
  ['page.png', html, 415, 'name'],
  ['drawing.png', svg, 415, 'name'],
  ['program.png', program, 415, 'type'],
  ['traffic.pcap', capture, 415, 'traffic-capture'],
  ['bomb.zip', zipOf([{ name: 'a.log', bytes: Buffer.alloc(30_000_000) }]), 422, 'archive-limit'],
  ['cut-off.har', '{"log": {"entries": [{', 422, 'undecodable'],
  ['none.zip', `PK\u0003\u0004${'x'.repeat(80)}`, 422, 'undecodable'],
] as const;

describe('E1: what is not taken', () => {
  test('is told to its sender at once, listed with its reason for both sides, no evidence, and never opens', async () => {
    const ref = await announced();
    const ids: string[] = [];
    for (const [name, content, status, reason] of notTaken) {
      const { id, answer, upload } = await handIn(owner, name, content, ref);
      expect([name, answer.status, answer.json.id]).toEqual([name, status, `upload-${reason}`]);
      expect(upload).toMatchObject({ state: 'refused', reason });
      // PV-2.1: the command that prints headers as text.
      expect(String(answer.json['title']).includes('tshark -r FILE')).toBe(reason === 'traffic-capture');
      ids.push(id);
    }
    const nothing = await handIn(owner, 'nothing.log', '', ref);
    expect([nothing.answer.status, nothing.upload['state'], nothing.upload['reason']]).toEqual([
      201,
      'refused',
      'empty',
    ]);
    const ticketId = await ticketWith([...ids, nothing.id], ref);
    for (const viewer of [owner, agent]) {
      // RP-4.1: the materials are not complete.
      expect((await viewer.get(`/v1/tickets/${ticketId}`)).json).toMatchObject({
        phase: 'gathering',
        missing: ['evidence'],
      });
      const files = await filesOf(viewer, ticketId);
      for (const [index, [name, , , reason]] of notTaken.entries()) {
        expect(files[name]).toMatchObject({ state: 'refused', reason, kind: null });
        const opened = await viewer.get(`/v1/tickets/${ticketId}/evidence/${ids[index]}`);
        expect([opened.status, opened.json.id, opened.json['facts']]).toEqual([409, 'evidence-refused', { reason }]);
      }
      expect(files['nothing.log']).toMatchObject({ state: 'refused', reason: 'empty', bytes: 0 });
    }
  });

  test('what a name promises to be too large is not sent first', async () => {
    const ref = await announced();
    const given = { sha256: 'a'.repeat(64), ...ref };
    for (const [name, bytes] of [
      ['shot.png', uploadBytesMax],
      ['log.txt', uploadBytesMax + 1],
    ] as const)
      expect((await owner.post('/v1/uploads', { name, bytes, ...given })).status).toBe(name === 'shot.png' ? 413 : 422);
    expect((await owner.post('/v1/uploads', { name: 'log.txt', bytes: uploadBytesMax, ...given })).status).toBe(201);
  });
});

describe('E1: an archive', () => {
  test('is its files, each looked through for itself and told where it came from', async () => {
    const inner = zipOf([{ name: 'deep.log', bytes: Buffer.from('deep') }]);
    const log = Buffer.from('proxy http://user77:hunter2-swordfish@gate.proxy.example:8080 timed out\n');
    const zip = zipOf([
      { name: '../../etc/app.log', bytes: log },
      { name: 'copy/app-2.log', bytes: log },
      { name: 'invoice\u202egnp.exe', bytes: Buffer.from('plain words') },
      { name: 'shot.png', bytes: await picture() },
      { name: 'page.png', bytes: Buffer.from(html) },
      { name: 'inner.zip', bytes: inner },
      { name: 'empty.log', bytes: Buffer.alloc(0) },
      { name: 'link', bytes: Buffer.from('/etc/passwd'), mode: 0o120_777 },
    ]);
    const ref = await announced();
    const { id, answer } = await handIn(owner, 'logs.zip', zip, ref);
    expect(answer.status).toBe(204);
    const ticketId = await ticketWith([id], ref);
    const files = await filesOf(agent, ticketId);
    const told = Object.keys(files).sort();
    expect(
      told.map((name) => [name, files[name]?.['state'], files[name]?.['reason'] ?? files[name]?.['kind']]),
    ).toEqual([
      ['app.log', 'complete', 'text'],
      ['empty.log', 'refused', 'empty'],
      ['inner.zip', 'refused', 'archive-nested'],
      ['invoicegnp.exe', 'complete', 'text'],
      ['link', 'refused', 'archive-entry'],
      ['logs.zip', 'complete', 'archive'],
      ['page.png', 'refused', 'name'],
      ['shot.png', 'complete', 'png'],
    ]);
    expect(files['app.log']).toMatchObject({ originId: id, masked: { proxy: 1 } });
    const file = await agent.get(`/v1/tickets/${ticketId}/evidence/${files['app.log']?.id}`);
    expect(file.text).toBe('proxy http://[masked]@gate.proxy.example:8080 timed out\n');
    const list = await agent.get(`/v1/tickets/${ticketId}/evidence/${id}`);
    expect(list.headers.get('content-disposition')).toBe('attachment; filename=logs.zip.txt');
    expect(list.text).toContain('the same as app.log');
    expect(list.text).not.toContain('PK');
    const diagnosis = await agent.get(`/v1/tickets/${ticketId}/evidence/${files['app.log']?.id}/diagnosis`);
    expect(diagnosis.json).toMatchObject({ format: 'plain' });
  });

  test('a gzip is the file that it holds, also where it comes to a ticket that is there', async () => {
    const ticket = await createTicket(owner, (await announced()).orderRef);
    const { id } = await handIn(owner, 'app.log.gz', gzipSync('read tcp: connection reset by peer'), {
      ticketId: ticket.id,
    });
    expect((await owner.post(`/v1/tickets/${ticket.id}/evidence`, { uploadIds: [id] })).status).toBe(200);
    expect((await filesOf(owner, ticket.id))['app.log']).toMatchObject({ state: 'complete', originId: id });
  });
});

test('the same file twice is one: the first stands for the second, and both may be named again', async () => {
  const ref = await announced();
  const first = await handIn(owner, 'a.log', 'the very same words', ref);
  const ticketId = await ticketWith([first.id], ref);
  const again = await handIn(owner, 'b.log', 'the very same words', ref);
  const other = await handIn(owner, 'c.log', 'other words', ref);
  for (let time = 0; time < 2; time += 1) {
    const uploadIds = [again.id, other.id];
    expect((await owner.post(`/v1/tickets/${ticketId}/evidence`, { uploadIds })).status).toBe(200);
    expect(Object.keys(await filesOf(owner, ticketId)).sort()).toEqual(['a.log', 'c.log']);
  }
  expect((await owner.get(`/v1/uploads/${again.id}`)).json).toMatchObject({ state: 'attached', sameAs: first.id });
});

describe('E5: before anybody can read it', () => {
  test.each([
    ['site.har', ''],
    // By its bytes alone, and its log stands behind more than its beginning.
    ['export.json', 'x'.repeat(100_000)],
  ])(
    '%s has lost bodies, post data, cookies and the values of queries (PV-2.1), and is read as before',
    async (name, comment) => {
      const secrets = ['hunter2', 'sess-4711', 'q-secret', 'body-secret', 'post-secret'];
      const har = JSON.stringify({
        ...(comment === '' ? {} : { comment }),
        log: { version: '1.2', creator: { name: 'Chromium', version: '1' }, entries: [entryWith()] },
      });
      for (const secret of secrets) expect(har).toContain(secret);
      const ref = await announced();
      const { id } = await handIn(owner, name, har, ref);
      const ticketId = await ticketWith([id], ref);
      const kept = await agent.get(`/v1/tickets/${ticketId}/evidence/${id}`);
      for (const secret of secrets) expect(kept.text).not.toContain(secret);
      expect(kept.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const { json } = await agent.get(`/v1/tickets/${ticketId}/evidence/${id}/diagnosis`);
      expect(json).toMatchObject({
        format: 'har',
        attempts: 1,
        classes: [{ class: 'target_challenge', vendor: 'Cloudflare' }],
      });
    },
  );
});

const entryWith = () => ({
  startedDateTime: '2026-11-20T10:00:00Z',
  time: 12,
  request: {
    method: 'POST',
    url: 'https://shop.example.com/login?token=q-secret',
    queryString: [{ name: 'token', value: 'q-secret' }],
    cookies: [{ name: 'sid', value: 'sess-4711' }],
    headers: [
      { name: 'Cookie', value: 'sid=sess-4711' },
      { name: 'Referer', value: 'https://shop.example.com/?a=q-secret' },
    ],
    postData: { text: 'password=hunter2&x=post-secret' },
  },
  response: {
    status: 403,
    statusText: 'Forbidden',
    headers: [{ name: 'server', value: 'nginx' }],
    content: { size: 60, mimeType: 'text/html', text: '<title>Just a moment...</title>body-secret' },
  },
});

describe('E6, E12: a file is handed out to those who may see it, as a thing to save', () => {
  test('a page is saved as text, a picture has a thumbnail, and neither opens from a forwarded address', async () => {
    const ref = await announced();
    const page = await handIn(owner, 'block-page.html', html, ref);
    const zip = zipOf([{ name: 'tail.log', bytes: Buffer.from('hidden') }]);
    const shot = await handIn(owner, 'shot.png', Buffer.concat([await picture(), Buffer.from(html), zip]), ref);
    const ticketId = await ticketWith([page.id, shot.id], ref);
    const base = `/v1/tickets/${ticketId}/evidence`;
    const text = await agent.get(`${base}/${page.id}`);
    expect(text.text).toBe(html);
    expect(text.headers.get('content-disposition')).toBe('attachment; filename=block-page.html.txt');
    const image = await agent.get(`${base}/${shot.id}`);
    // What hung behind its end is gone: it is a picture, and neither a page nor an archive besides.
    expect([image.status, Object.keys(await filesOf(owner, ticketId)).length]).toEqual([200, 2]);
    for (const never of ['<script>', 'tail.log']) expect(Buffer.from(image.bytes).includes(never)).toBe(false);
    const small = await owner.get(`${base}/${shot.id}/thumbnail`);
    for (const answer of [text, image, small]) {
      expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; /);
    }
    expect((await agent.get(`${base}/${page.id}/thumbnail`)).status).toBe(404);
    const [other, finance] = [await desk.signedIn('customer'), await desk.signedIn('finance')];
    for (const path of [`${base}/${shot.id}`, `${base}/${shot.id}/thumbnail`, `${base}/${shot.id}/pages/1`]) {
      expect((await desk.stranger.get(path)).status).toBe(401);
      expect((await other.get(path)).status).toBe(404);
      expect((await finance.get(path)).status).toBe(403);
    }
    const looks: unknown[] = await desk.db('access_log').where({ viewer_id: agent.id, ticket_id: ticketId });
    expect(looks).toHaveLength(2);
  });
});

test('E2: without a scanner a PDF is held, counts as handed in, and opens for nobody', async () => {
  const ref = await announced();
  const { id, answer, upload } = await handIn(owner, 'invoice.pdf', await pdfOf(['An invoice.']), ref);
  expect([answer.status, upload['state'], upload['reason']]).toEqual([204, 'held', 'scanner-missing']);
  const ticketId = await ticketWith([id], ref);
  expect((await agent.get(`/v1/tickets/${ticketId}`)).json).toMatchObject({
    phase: 'reviewing',
    evidence: [{ id, state: 'held' }],
  });
  const opened = await agent.get(`/v1/tickets/${ticketId}/evidence/${id}`);
  expect([opened.status, opened.json.id]).toEqual([409, 'evidence-held']);
});
