/**
 * What every place of the evidence store must do: nothing readable in it, nothing mixed up, nothing half-written, nothing
 * left after erasure (E1, E7, E12). A place passes it by handing in a bench on which what it keeps can be seen and changed.
 */

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EvidenceErased, type EvidenceStore } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';
import {
  bytesOf,
  type EvidenceBench,
  inPieces,
  mib,
  newKey,
  newSubject,
  newUpload,
  readAll,
} from './evidence-bench.ts';
import { describeTampering } from './evidence-tampering-conformance.ts';

/** Runs the suite; the bench is opened once, and every test has a subject of its own. */
export function describeEvidenceStore(name: string, openBench: () => Promise<EvidenceBench>): void {
  describe(`${name} as an evidence store`, () => {
    let bench: EvidenceBench;
    beforeAll(async () => {
      bench = await openBench();
    });
    afterAll(() => bench.close());
    const open = (key: string): EvidenceStore => bench.open(key);
    describeObjects(open, () => bench);
    describeStreams(open, () => bench);
    describeUploads(open, () => bench);
    describeErasure(open, () => bench);
    describeTampering(() => bench);
  });
}

type Open = (key: string) => EvidenceStore;
type Bench = () => EvidenceBench;

function describeObjects(open: Open, bench: Bench): void {
  describe('objects', () => {
    const key = newKey();
    let store: EvidenceStore;
    let subject: SubjectId;
    beforeEach(() => {
      store = open(key);
      subject = newSubject();
    });

    test('what is put is got again, also by another process with the same key, with its hash', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
          const objectId = randomUUID();
          const stored = await store.put(subject, objectId, bytes);
          expect(stored).toEqual({ bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
          const got = await open(key).get(subject, objectId);
          expect(Buffer.from(got ?? 'nothing').equals(bytes)).toBe(true);
        }),
        { numRuns: 15 },
      );
    });

    test('nothing of it is kept in the clear', async () => {
      await store.put(subject, randomUUID(), bytesOf('gate.example.com refused us'));
      await store.putChunk(subject, newUpload(), 0, bytesOf('gate.example.com refused us'));
      const names = await bench().list(subject);
      expect(names).toHaveLength(3);
      for (const each of names) expect((await bench().readRaw(subject, each)).includes('gate.example')).toBe(false);
    });

    test('an object that was never put is null, and so is someone else’s', async () => {
      const objectId = randomUUID();
      await store.put(subject, objectId, bytesOf('mine'));
      for (const [owner, id] of [
        [subject, randomUUID()],
        [newSubject(), objectId],
      ] as const) {
        expect(await store.get(owner, id)).toBeNull();
        expect(await store.read(owner, id)).toBeNull();
      }
    });

    test('a put that is repeated leaves one object and no drafts, and one that is removed leaves none', async () => {
      const objectId = randomUUID();
      await Promise.all([1, 2, 3].map(() => store.put(subject, objectId, bytesOf('same'))));
      expect(await bench().list(subject)).toEqual(['key.json', `objects/${objectId}`]);
      expect(await store.get(subject, objectId)).toEqual(bytesOf('same'));
      await store.remove(subject, objectId);
      await store.remove(subject, objectId);
      expect(await store.get(subject, objectId)).toBeNull();
      expect(await bench().list(subject)).toEqual(['key.json']);
    });

    test.each(['../../etc/passwd', '..', '', 'A1B2', `${'0'.repeat(8)}-0000-0000-0000-00000000000/`])(
      'the id %j never becomes a file’s name (E1)',
      async (id) => {
        const answers: readonly Promise<unknown>[] = [
          store.put(id as SubjectId, randomUUID(), bytesOf('x')),
          store.put(subject, id, bytesOf('x')),
          store.putChunk(subject, id as UploadId, 0, bytesOf('x')),
          store.get(subject, id),
          store.read(subject, id),
          store.remove(subject, id),
          store.eraseSubject(id as SubjectId),
        ];
        const ends = await Promise.allSettled(answers);
        expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : 'done'))).toEqual(
          answers.map(() => 'TypeError: the evidence store names things by UUIDs only'),
        );
      },
    );

    test('many that make a person’s key at once agree on one', async () => {
      const stores = Array.from({ length: 12 }, () => open(key));
      const objects = stores.map(() => randomUUID());
      await Promise.all(stores.map((each, index) => each.put(subject, objects[index] ?? '', bytesOf(`${index}`))));
      for (const [index, object] of objects.entries())
        expect(await store.get(subject, object)).toEqual(bytesOf(`${index}`));
    });
  });
}

function describeStreams(open: Open, bench: Bench): void {
  const store = (): EvidenceStore => open(streamKey);
  const streamKey = newKey();

  test.each([0, 1, mib - 1, mib, mib + 1, 2 * mib, 2 * mib + 77])(
    'a stream of %d bytes is read as it was put, however it was cut',
    async (length) => {
      const [subject, objectId, bytes] = [newSubject(), randomUUID(), randomBytes(length)];
      for (const piece of [700_001, mib]) {
        const stored = await store().put(subject, objectId, inPieces(bytes, piece));
        expect(stored).toEqual({ bytes: length, sha256: createHash('sha256').update(bytes).digest('hex') });
      }
      expect((await readAll(store(), subject, objectId))?.equals(bytes)).toBe(true);
      expect(Buffer.from((await store().get(subject, objectId)) ?? 'nothing').equals(bytes)).toBe(true);
    },
  );

  test('a source that breaks off leaves what was there before, and no drafts', async () => {
    const [subject, objectId] = [newSubject(), randomUUID()];
    await store().put(subject, objectId, bytesOf('before'));
    async function* breaking(): AsyncGenerator<Uint8Array, void> {
      yield* inPieces(randomBytes(6 * mib), mib);
      throw new RangeError('the source broke off');
    }
    await expect(store().put(subject, objectId, breaking())).rejects.toThrow('the source broke off');
    expect(await store().get(subject, objectId)).toEqual(bytesOf('before'));
    expect(await bench().list(subject)).toEqual(['key.json', `objects/${objectId}`]);
  });

  test('a stream may be left in the middle and read again', async () => {
    const [subject, objectId, bytes] = [newSubject(), randomUUID(), randomBytes(3 * mib)];
    await store().put(subject, objectId, bytes);
    for await (const piece of (await store().read(subject, objectId)) ?? []) {
      expect(bytes.subarray(0, piece.length).equals(piece)).toBe(true);
      break;
    }
    expect((await readAll(store(), subject, objectId))?.equals(bytes)).toBe(true);
  });
}

function describeUploads(open: Open, bench: Bench): void {
  const key = newKey();
  let store: EvidenceStore;
  let subject: SubjectId;
  let uploadId: UploadId;
  beforeEach(() => {
    [store, subject, uploadId] = [open(key), newSubject(), newUpload()];
  });
  const whole = (): Promise<Buffer> => buffer(store.readChunks(subject, uploadId));

  test('chunks come back in order, in whatever order and however often they were put', async () => {
    const bytes = randomBytes(50_000);
    const offsets = [0, 1, 1_000, 1_999, 30_000, 49_999];
    const chunks = offsets.map((offset, index) => [offset, bytes.subarray(offset, offsets[index + 1])] as const);
    for (const [offset, chunk] of [...chunks].reverse()) await store.putChunk(subject, uploadId, offset, chunk);
    for (const [offset, chunk] of chunks) await store.putChunk(subject, uploadId, offset, chunk);
    expect(bytes.equals(await whole())).toBe(true);
    await store.put(subject, uploadId, store.readChunks(subject, uploadId));
    expect(bytes.equals((await store.get(subject, uploadId)) ?? bytesOf(''))).toBe(true);
  });

  test('a gap ends what is read, and a chunk that was never acknowledged is replaced', async () => {
    await store.putChunk(subject, uploadId, 0, bytesOf('abcdef'));
    await store.putChunk(subject, uploadId, 0, bytesOf('abc'));
    await store.putChunk(subject, uploadId, 9, bytesOf('xyz'));
    expect(await whole()).toEqual(bytesOf('abc'));
  });

  test('discarded chunks are gone, and discarding may be repeated', async () => {
    await store.putChunk(subject, uploadId, 0, bytesOf('abc'));
    await store.discardChunks(subject, uploadId);
    await store.discardChunks(subject, uploadId);
    expect(await whole()).toEqual(Buffer.alloc(0));
    expect(await bench().list(subject)).toEqual(['key.json']);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 60])('the offset %d is refused', async (offset) => {
    await expect(store.putChunk(subject, uploadId, offset, bytesOf('x'))).rejects.toThrow('whole number');
  });
}

function describeErasure(open: Open, bench: Bench): void {
  const key = newKey();
  let store: EvidenceStore;
  let subject: SubjectId;
  beforeEach(() => {
    [store, subject] = [open(key), newSubject()];
  });

  test('E7: after it nothing is there, others’ evidence is untouched, and it may be repeated', async () => {
    const [objectId, uploadId, other] = [randomUUID(), newUpload(), newSubject()];
    await store.put(subject, objectId, bytesOf('mine'));
    await store.putChunk(subject, uploadId, 0, bytesOf('mine'));
    await store.put(other, objectId, bytesOf('theirs'));
    await store.eraseSubject(subject);
    await store.eraseSubject(subject);
    expect(await store.get(subject, objectId)).toBeNull();
    expect(await buffer(store.readChunks(subject, uploadId))).toEqual(Buffer.alloc(0));
    expect(await bench().list(subject)).toEqual([]);
    expect(await store.get(other, objectId)).toEqual(bytesOf('theirs'));
  });

  test('E7: what is being streamed in while its subject is erased is not kept, and is said not to be', async () => {
    const objectId = randomUUID();
    async function* erasing(): AsyncGenerator<Uint8Array, void> {
      yield* inPieces(randomBytes(6 * mib), mib);
      await store.eraseSubject(subject);
      yield bytesOf('the rest');
    }
    await expect(store.put(subject, objectId, erasing())).rejects.toBeInstanceOf(EvidenceErased);
    expect(await store.get(subject, objectId)).toBeNull();
    expect(await bench().list(subject)).toEqual([]);
  });

  test('E7: a stream that was handed out before its subject was erased gives out nothing of it', async () => {
    const objectId = randomUUID();
    await store.put(subject, objectId, bytesOf('mine'));
    const stream = await store.read(subject, objectId);
    await store.eraseSubject(subject);
    if (stream === null) throw new Error('there was no stream');
    await expect(buffer(stream)).rejects.toBeInstanceOf(EvidenceErased);
  });

  test('E7: storing while being erased either keeps what can be read or says that it did not', async () => {
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
}
