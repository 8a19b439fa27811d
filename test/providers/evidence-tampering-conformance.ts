/** What was changed behind the evidence store's back is told by name, and what was kept by earlier versions still opens. */

import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type EvidenceStore, EvidenceTampered } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';
import { bytesOf, type EvidenceBench, inPieces, mib, newKey, newSubject, newUpload } from './evidence-bench.ts';

/** Of a full frame as it is kept: version, mark of its writing, nonce, content, tag. */
const keptFrameBytes = 1 + 16 + 12 + mib + 16;

/** Kept by the desk before there were frames. */
const former = {
  key: Buffer.alloc(32, 7).toString('base64'),
  subject: '0b1f6a52-8a3e-4c57-9d0e-2f64c1a7b930' as SubjectId,
  objectId: '5c2d9e10-7f4b-4a86-b3c1-98e0d4f2a671',
  uploadId: 'e7a40c3b-19d8-4f62-8b75-6c0f3d2e91a4' as UploadId,
  keyRecord:
    'eyJ2ZXJzaW9uIjoxLCJ3cmFwcGVkIjoiQWFpRllka3Q1aERNYUxUeHo2L0J0TW1oNEhZN0Z1V2ZXODJaQmh3RUNrcUN5L1pQc3VHRzBpbThqeE9lUVdjM3l6dkRvamF0cGYzUUdEWTJudz09In0=',
  object: 'AZrFIACz5ZmJZFM9l1YqokE37H+/ZwPqxREjMc6vvPy2kpy9GwEhpffy9oF3owHhCQ3XXrFsf71Pvg==',
  chunk: 'AfMBTXsJpVc0SwcywgyFGBHbIZOf8sHgskiri1CaMvH3WfXla0Z6f9TWSA==',
} as const;

export function describeTampering(bench: () => EvidenceBench): void {
  describe('tampering', () => {
    const key = newKey();
    let store: EvidenceStore;
    let subject: SubjectId;
    const nameOf = (objectId: string): string => `objects/${objectId}`;
    beforeEach(() => {
      [store, subject] = [bench().open(key), newSubject()];
    });

    test('what was kept before there were frames still opens, and is proved as well', async () => {
      const old = bench().open(former.key);
      await bench().writeRaw(former.subject, 'key.json', Buffer.from(former.keyRecord, 'base64'));
      await bench().writeRaw(former.subject, nameOf(former.objectId), Buffer.from(former.object, 'base64'));
      await bench().writeRaw(former.subject, `uploads/${former.uploadId}/0`, Buffer.from(former.chunk, 'base64'));
      expect(await old.get(former.subject, former.objectId)).toEqual(bytesOf('kept before there were frames'));
      expect(await buffer(old.readChunks(former.subject, former.uploadId))).toEqual(bytesOf('a part of then'));
      const changed = Buffer.from(former.object, 'base64');
      changed[20] = (changed[20] ?? 0) ^ 1;
      await bench().writeRaw(former.subject, nameOf(former.objectId), changed);
      await expect(old.get(former.subject, former.objectId)).rejects.toBeInstanceOf(EvidenceTampered);
    });

    test('a changed bit, a shorter file and a swapped file are told by name', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await store.put(subject, one, bytesOf('first'));
      await store.put(subject, other, bytesOf('second'));
      const sealed = await bench().readRaw(subject, nameOf(one));
      for (let index = 0; index < sealed.length; index += 1) {
        const changed = Buffer.from(sealed);
        changed[index] = (changed[index] ?? 0) ^ 1;
        await bench().writeRaw(subject, nameOf(one), changed);
        await expect(store.get(subject, one)).rejects.toBeInstanceOf(EvidenceTampered);
      }
      for (const changed of [
        sealed.subarray(0, 20),
        Buffer.alloc(0),
        Buffer.concat([sealed, Buffer.from([0])]),
        await bench().readRaw(subject, nameOf(other)),
      ]) {
        await bench().writeRaw(subject, nameOf(one), changed);
        await expect(store.get(subject, one)).rejects.toBeInstanceOf(EvidenceTampered);
      }
    });

    describe('in a file of several frames', () => {
      const objectId = randomUUID();
      const bytes = randomBytes(3 * mib + 5);
      let frames: Buffer[];
      const framesOf = (sealed: Buffer): Buffer[] =>
        [0, 1, 2, 3].map((number) => sealed.subarray(number * keptFrameBytes, (number + 1) * keptFrameBytes));
      beforeEach(async () => {
        await store.put(subject, objectId, inPieces(bytes, mib));
        frames = framesOf(await bench().readRaw(subject, nameOf(objectId)));
      });

      /** What was given out before the fault was told; only ever what was put. */
      async function givenOut(kept: readonly (Buffer | undefined)[]): Promise<number> {
        await bench().writeRaw(subject, nameOf(objectId), Buffer.concat(kept.map((frame) => frame ?? Buffer.alloc(0))));
        let length = 0;
        const reading = async (): Promise<void> => {
          for await (const piece of (await store.read(subject, objectId)) ?? []) {
            expect(bytes.subarray(length, length + piece.length).equals(piece)).toBe(true);
            length += piece.length;
          }
        };
        await expect(reading()).rejects.toBeInstanceOf(EvidenceTampered);
        return length;
      }

      test('one that is cut off, left out, doubled or out of order is told before anything of it is given out', async () => {
        const [a, b, c, d] = frames;
        // Behind the last whole frame nothing shows that there was another, but that it was not sealed as the last.
        expect(await givenOut([a, b, c])).toBe(2 * mib);
        expect(await givenOut([a])).toBe(0);
        expect(await givenOut([a, b, c?.subarray(0, 1_000)])).toBe(2 * mib);
        expect(await givenOut([a, b, c, d?.subarray(0, 3)])).toBe(3 * mib);
        expect(await givenOut([a, c, b, d])).toBe(mib);
        expect(await givenOut([b, a, c, d])).toBe(0);
        expect(await givenOut([a, b, d])).toBe(2 * mib);
        expect(await givenOut([a, a, b, c, d])).toBe(mib);
        expect(await givenOut([d])).toBe(0);
      });

      test('one of an earlier writing of the same file is told', async () => {
        const [a, b, c, d] = frames;
        await store.put(subject, objectId, inPieces(bytes, mib));
        const [, other] = framesOf(await bench().readRaw(subject, nameOf(objectId)));
        expect(await givenOut([a, other, c, d])).toBe(mib);
        expect(await givenOut([a, b, c, d?.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) as Buffer])).toBe(
          3 * mib,
        );
      });
    });

    test('a chunk moved to another offset is told', async () => {
      const uploadId = newUpload();
      await store.putChunk(subject, uploadId, 0, bytesOf('abc'));
      await store.putChunk(subject, uploadId, 3, bytesOf('def'));
      await bench().writeRaw(subject, `uploads/${uploadId}/0`, await bench().readRaw(subject, `uploads/${uploadId}/3`));
      await expect(buffer(store.readChunks(subject, uploadId))).rejects.toBeInstanceOf(EvidenceTampered);
    });

    test('another master key, a broken or a borrowed subject key open nothing', async () => {
      const [objectId, other] = [randomUUID(), newSubject()];
      await store.put(subject, objectId, bytesOf('x'));
      await expect(bench().open(newKey()).get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
      await store.put(other, randomUUID(), bytesOf('y'));
      await bench().writeRaw(subject, 'key.json', await bench().readRaw(other, 'key.json'));
      await expect(store.get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
      await bench().writeRaw(subject, 'key.json', bytesOf('not a key'));
      await expect(store.get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
    });

    test('E7: a copy of the files without the key stays closed, also under a new key of the same person', async () => {
      const objectId = randomUUID();
      await store.put(subject, objectId, bytesOf('mine'));
      const copy = await bench().readRaw(subject, nameOf(objectId));
      await store.eraseSubject(subject);
      await store.put(subject, randomUUID(), bytesOf('new'));
      await bench().writeRaw(subject, nameOf(objectId), copy);
      await expect(store.get(subject, objectId)).rejects.toBeInstanceOf(EvidenceTampered);
    });

    test('a master key of the wrong length is refused at once', () => {
      expect(() => bench().open('c2hvcnQ=')).toThrow('32 bytes');
    });
  });
}
