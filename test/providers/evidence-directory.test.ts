/** The evidence store on real files: nothing readable on disk, nothing mixed up, nothing left after erasure (E1, E7, E12). */

import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cleanName, EvidenceErased, type EvidenceStore, EvidenceTampered } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';
import { createEvidenceDirectory } from '../../providers/evidence-directory.ts';
import { kindOfFile, sniffKind } from '../../providers/evidence-kind.ts';

let root: string;
let directory: string;
let key: string;
let store: EvidenceStore;
let subject: SubjectId;
let uploadId: UploadId;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evidence-'));
});
beforeEach(() => {
  directory = join(root, randomUUID());
  key = randomBytes(32).toString('base64');
  store = createEvidenceDirectory({ directory, key });
  subject = randomUUID() as SubjectId;
  uploadId = randomUUID() as UploadId;
});
afterAll(() => rm(root, { recursive: true }));

const bytesOf = (text: string): Buffer => Buffer.from(text);
const allFiles = async (): Promise<string[]> =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const fileOf = (objectId: string): string => join(directory, 'subjects', subject, 'objects', objectId);

describe('objects', () => {
  test('what is put is got again, also by another process with the same key, with its hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        const objectId = randomUUID();
        const stored = await store.put(subject, objectId, bytes);
        expect(stored).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
        const got = await createEvidenceDirectory({ directory, key }).get(subject, objectId);
        expect(Buffer.from(got ?? 'nothing').equals(bytes)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test('nothing of it stands on disk in the clear, and nobody else may read the files', async () => {
    await store.put(subject, randomUUID(), bytesOf('gate.example.com refused us'));
    await store.putChunk(subject, uploadId, 0, bytesOf('gate.example.com refused us'));
    const files = await allFiles();
    expect(files).toHaveLength(3);
    for (const file of files) {
      expect((await readFile(file)).includes('gate.example')).toBe(false);
      expect((await stat(file)).mode & 0o077).toBe(0);
    }
  });

  test('an object that was never put is null, and so is someone else’s', async () => {
    const objectId = randomUUID();
    await store.put(subject, objectId, bytesOf('mine'));
    expect(await store.get(subject, randomUUID())).toBeNull();
    expect(await store.get(randomUUID() as SubjectId, objectId)).toBeNull();
  });

  test('a put that is repeated leaves one object and no drafts', async () => {
    const objectId = randomUUID();
    await Promise.all([1, 2, 3].map(() => store.put(subject, objectId, bytesOf('same'))));
    expect(new Set((await allFiles()).map((file) => file.split('/').at(-1)))).toEqual(new Set([objectId, 'key.json']));
    expect(await allFiles()).toHaveLength(2);
    expect(await store.get(subject, objectId)).toEqual(bytesOf('same'));
  });

  test.each(['../../etc/passwd', '..', '', 'A1B2', `${'0'.repeat(8)}-0000-0000-0000-00000000000/`])(
    'the id %j never becomes a file’s name (E1)',
    async (id) => {
      await expect(store.put(id as SubjectId, randomUUID(), bytesOf('x'))).rejects.toThrow('UUID');
      await expect(store.put(subject, id, bytesOf('x'))).rejects.toThrow('UUID');
      await expect(store.putChunk(subject, id as UploadId, 0, bytesOf('x'))).rejects.toThrow('UUID');
      await expect(store.get(subject, id)).rejects.toThrow('UUID');
      await expect(store.eraseSubject(id as SubjectId)).rejects.toThrow('UUID');
    },
  );
});

describe('tampering', () => {
  test('a changed bit, a shorter file and a swapped file are told by name', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await store.put(subject, one, bytesOf('first'));
    await store.put(subject, other, bytesOf('second'));
    const sealed = await readFile(fileOf(one));
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await writeFile(fileOf(one), changed);
      await expect(store.get(subject, one)).rejects.toBeInstanceOf(EvidenceTampered);
    }
    await writeFile(fileOf(one), sealed.subarray(0, 20));
    await expect(store.get(subject, one)).rejects.toBeInstanceOf(EvidenceTampered);
    await cp(fileOf(other), fileOf(one));
    await expect(store.get(subject, one)).rejects.toBeInstanceOf(EvidenceTampered);
  });

  test('a chunk moved to another offset is told', async () => {
    await store.putChunk(subject, uploadId, 0, bytesOf('abc'));
    await store.putChunk(subject, uploadId, 3, bytesOf('def'));
    const folder = join(directory, 'subjects', subject, 'uploads', uploadId);
    await cp(join(folder, '3'), join(folder, '0'));
    await expect(store.readChunks(subject, uploadId)).rejects.toBeInstanceOf(EvidenceTampered);
  });

  test('another master key, a broken or a borrowed subject key open nothing', async () => {
    const objectId = randomUUID();
    await store.put(subject, objectId, bytesOf('x'));
    const foreign = createEvidenceDirectory({ directory, key: randomBytes(32).toString('base64') });
    await expect(foreign.get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
    const keyPath = join(directory, 'subjects', subject, 'key.json');
    const other = randomUUID() as SubjectId;
    await store.put(other, randomUUID(), bytesOf('y'));
    await cp(join(directory, 'subjects', other, 'key.json'), keyPath);
    await expect(store.get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
    await writeFile(keyPath, 'not a key');
    await expect(store.get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
  });

  test('a master key of the wrong length is refused at once', () => {
    expect(() => createEvidenceDirectory({ directory, key: 'c2hvcnQ=' })).toThrow('32 bytes');
  });
});

describe('uploads', () => {
  test('chunks come back in order, in whatever order and however often they were put', async () => {
    const whole = randomBytes(50_000);
    const offsets = [0, 1, 1_000, 1_999, 30_000, 49_999];
    const chunks = offsets.map((offset, index) => [offset, whole.subarray(offset, offsets[index + 1])] as const);
    for (const [offset, chunk] of [...chunks].reverse()) await store.putChunk(subject, uploadId, offset, chunk);
    for (const [offset, chunk] of chunks) await store.putChunk(subject, uploadId, offset, chunk);
    expect(whole.equals(await store.readChunks(subject, uploadId))).toBe(true);
  });

  test('a gap ends what is read, and a chunk that was never acknowledged is replaced', async () => {
    await store.putChunk(subject, uploadId, 0, bytesOf('abcdef'));
    await store.putChunk(subject, uploadId, 0, bytesOf('abc'));
    await store.putChunk(subject, uploadId, 9, bytesOf('xyz'));
    expect(await store.readChunks(subject, uploadId)).toEqual(bytesOf('abc'));
  });

  test('discarded chunks are gone, and discarding may be repeated', async () => {
    await store.putChunk(subject, uploadId, 0, bytesOf('abc'));
    await store.discardChunks(subject, uploadId);
    await store.discardChunks(subject, uploadId);
    expect(await store.readChunks(subject, uploadId)).toEqual(Buffer.alloc(0));
    expect((await allFiles()).map((file) => file.split('/').at(-1))).toEqual(['key.json']);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 60])('the offset %d is refused', async (offset) => {
    await expect(store.putChunk(subject, uploadId, offset, bytesOf('x'))).rejects.toThrow('whole number');
  });
});

describe('erasure (E7)', () => {
  test('after it nothing is there, others’ evidence is untouched, and it may be repeated', async () => {
    const [objectId, other] = [randomUUID(), randomUUID() as SubjectId];
    await store.put(subject, objectId, bytesOf('mine'));
    await store.putChunk(subject, uploadId, 0, bytesOf('mine'));
    await store.put(other, objectId, bytesOf('theirs'));
    await store.eraseSubject(subject);
    await store.eraseSubject(subject);
    expect(await store.get(subject, objectId)).toBeNull();
    expect(await store.readChunks(subject, uploadId)).toEqual(Buffer.alloc(0));
    expect((await allFiles()).filter((file) => file.includes(subject))).toEqual([]);
    expect(await store.get(other, objectId)).toEqual(bytesOf('theirs'));
  });

  test('a copy of the files without the key stays closed, also under a new key of the same person', async () => {
    const objectId = randomUUID();
    await store.put(subject, objectId, bytesOf('mine'));
    const copy = await readFile(fileOf(objectId));
    await store.eraseSubject(subject);
    await store.put(subject, randomUUID(), bytesOf('new'));
    await writeFile(fileOf(objectId), copy);
    await expect(store.get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
  });

  test('storing while being erased either keeps what can be read or says that it did not', async () => {
    for (let round = 0; round < 20; round += 1) {
      const objectId = randomUUID();
      await store.put(subject, randomUUID(), bytesOf('before'));
      const [put] = await Promise.allSettled([
        store.put(subject, objectId, bytesOf('during')),
        store.eraseSubject(subject),
      ]);
      const got = await store.get(subject, objectId);
      const kept = got === null ? null : Buffer.from(got).toString();
      const said =
        put.status === 'fulfilled' ? 'kept' : put.reason instanceof EvidenceErased ? 'erased' : 'another fault';
      // Kept and then erased is as good an order of the two as any.
      expect([
        ['kept', 'during'],
        ['kept', null],
        ['erased', null],
      ]).toContainEqual([said, kept]);
    }
  });
});

describe('several processes', () => {
  test('two that make a person’s key at once agree on one', async () => {
    const script = `
      import { createEvidenceDirectory } from ${JSON.stringify(new URL('../../providers/evidence-directory.ts', import.meta.url).href)};
      const [directory, key, subject, ...objects] = process.argv.slice(2);
      const store = createEvidenceDirectory({ directory, key });
      process.stdout.write('ready\\n');
      for await (const _ of process.stdin) break;
      await Promise.all(objects.map((object) => store.put(subject, object, Buffer.from(object))));
    `;
    const file = join(root, `${randomUUID()}.mts`);
    await writeFile(file, script);
    const objects = Array.from({ length: 8 }, () => randomUUID());
    const halves = [objects.slice(0, 4), objects.slice(4)];
    const children = halves.map((half) =>
      spawn(process.execPath, ['--import', 'tsx', file, directory, key, subject, ...half], {
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    const errors = children.map((child) => readAll(child.stderr));
    const exits = children.map((child) => once(child, 'exit'));
    for (const child of children) child.stdin.end('go');
    expect(await Promise.all(exits)).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(await Promise.all(errors)).toEqual(['', '']);
    for (const object of objects) expect(await store.get(subject, object)).toEqual(bytesOf(object));
  }, 30_000);

  test('many stores in one process agree as well', async () => {
    const stores = Array.from({ length: 12 }, () => createEvidenceDirectory({ directory, key }));
    const objects = stores.map(() => randomUUID());
    await Promise.all(stores.map((each, index) => each.put(subject, objects[index] ?? '', bytesOf(`${index}`))));
    for (const [index, object] of objects.entries())
      expect(await store.get(subject, object)).toEqual(bytesOf(`${index}`));
  });
});

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const webp = Buffer.from('UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=', 'base64');
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const pe = Buffer.concat([
  bytesOf('MZ'),
  Buffer.from([0x90, 0, 3, 0, 0, 0]),
  bytesOf('This program cannot be run in DOS mode'),
]);

describe('kinds by bytes (E1, E12)', () => {
  test('images and text are told', async () => {
    expect(await Promise.all([png, jpeg, webp].map(sniffKind))).toEqual(['png', 'jpeg', 'webp']);
    for (const text of [
      '407 Proxy Authentication Required\r\n\tretry',
      'BM is my name',
      'MZ',
      '\ufeffжурнал',
      '{"log":[]}',
    ])
      expect(await sniffKind(bytesOf(text))).toBe('text');
  });

  test('programs, archives, moving images, nothing at all and broken text have no kind', async () => {
    const refused = [
      pe,
      gif,
      bytesOf(''),
      bytesOf('a\0b'),
      bytesOf('\u001b[2Jgone'),
      bytesOf('a\u0085b'),
      bytesOf('a\u007fb'),
    ];
    refused.push(
      Buffer.from([0xff, 0xfe, 0x41, 0x00]),
      Buffer.from([0x61, 0xc3, 0x28]),
      Buffer.from('PK\u0003\u0004rest'),
    );
    for (const bytes of refused) expect(await sniffKind(bytes)).toBeNull();
  });

  test('HTML, SVG or a program named as an image is refused; HTML named as text is text', async () => {
    const html = bytesOf('<!doctype html><script>alert(1)</script>');
    const svg = bytesOf('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    for (const bytes of [html, svg, pe]) expect(await kindOfFile('shot.png', bytes)).toBeNull();
    for (const name of ['shot.PNG', 'a.jpeg', 'a.webp', 'a.gif']) expect(await kindOfFile(name, html)).toBeNull();
    expect(await kindOfFile('answer.txt', html)).toBe('text');
    expect(await kindOfFile('block-page.html', svg)).toBe('text');
    expect(await kindOfFile('photo.jpg', png)).toBe('png');
    expect(await kindOfFile('log.txt', png)).toBe('png');
  });
});

describe('names of files (E1)', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\shot.png', 'shot.png'],
    ['invoice\u202egnp.exe', 'invoicegnp.exe'],
    ['a\u0000b\r\nc.txt', 'abc.txt'],
    ['..', 'file'],
    ['   ', 'file'],
    ['.bashrc', 'bashrc'],
    ['a"b<c>.txt', 'a_b_c_.txt'],
    ['снимок экрана 1.png', 'снимок экрана 1.png'],
  ])('%j becomes %j', (name, clean) => {
    expect(cleanName(name)).toBe(clean);
  });

  test('a long name keeps its extension and cuts no character in two', () => {
    expect(cleanName(`${'x'.repeat(400)}.png`)).toBe(`${'x'.repeat(196)}.png`);
    expect(cleanName('😀'.repeat(200))).toBe('😀'.repeat(100));
  });

  test('any name becomes one that is safe, and stays as it is then', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 })), (name) => {
        const clean = cleanName(name);
        expect(clean).not.toMatch(/[/\\\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
        expect(clean.length).toBeGreaterThan(0);
        expect(clean.length).toBeLessThanOrEqual(200);
        expect(cleanName(clean)).toBe(clean);
      }),
      { numRuns: 500 },
    );
  });
});
