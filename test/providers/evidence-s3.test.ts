/** The evidence store in a bucket, against a real server: with and without versions, and where it cannot be reached. */

import { randomBytes, randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SubjectId } from '../../domain/ids.ts';
import { createEvidenceS3 } from '../../providers/evidence-s3.ts';
import { readConfig } from '../../runtime/config.ts';
import { createEvidence } from '../../runtime/evidence.ts';
import { anEnvironment } from '../runtime/environment.ts';
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
import { describeEvidenceStore } from './evidence-store-conformance.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
  // Where it was not provided by `npm test`, it is built first.
}, 600_000);
afterAll(() => server.close());

async function benchIn(versions: boolean): Promise<EvidenceBench & { readonly bucket: string }> {
  const bucket = `evidence-${randomUUID()}`;
  await server.makeBucket(bucket, { versions });
  const keyOf = (subject: SubjectId, name: string): string => `subjects/${subject}/${name}`;
  const { client, credentials, endpoint, region } = server;
  return {
    bucket,
    open: (key) => createEvidenceS3({ bucket, region, endpoint, pathStyle: true, credentials, key }),
    async list(subject) {
      const Prefix = keyOf(subject, '');
      const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix }));
      const kept = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
      return kept.map(({ Key }) => (Key ?? '').slice(Prefix.length)).sort();
    },
    async readRaw(subject, name) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(subject, name) }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async writeRaw(subject, name, bytes) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(subject, name), Body: bytes }));
    },
    close: async () => undefined,
  };
}

describeEvidenceStore('a bucket', () => benchIn(false));

test('E7: erasure reaches every version that a bucket keeps, the key’s as well', async () => {
  const bench = await benchIn(true);
  const [store, subject, objectId] = [bench.open(newKey()), newSubject(), randomUUID()];
  await store.put(subject, objectId, bytesOf('first'));
  await store.put(subject, objectId, bytesOf('second'));
  await store.putChunk(subject, newUpload(), 0, bytesOf('part'));
  await store.remove(subject, objectId);
  expect((await bench.list(subject)).filter((name) => name.startsWith('objects/'))).toEqual([]);
  await store.put(subject, objectId, bytesOf('third'));
  await store.eraseSubject(subject);
  expect(await bench.list(subject)).toEqual([]);
  expect(await store.get(subject, objectId)).toBeNull();
});

test('a file of several parts appears as a whole, and one that breaks off in a later part leaves nothing', async () => {
  const bench = await benchIn(false);
  const [store, subject, objectId] = [bench.open(newKey()), newSubject(), randomUUID()];
  const bytes = randomBytes(20 * mib + 3);
  await store.put(subject, objectId, inPieces(bytes, mib));
  expect((await readAll(store, subject, objectId))?.equals(bytes)).toBe(true);
  async function* breaking(): AsyncGenerator<Uint8Array, void> {
    yield* inPieces(bytes, mib);
    throw new RangeError('the source broke off');
  }
  await expect(store.put(subject, objectId, breaking())).rejects.toThrow('the source broke off');
  const unfinished = await server.client.send(new ListMultipartUploadsCommand({ Bucket: bench.bucket }));
  expect(unfinished.Uploads ?? []).toEqual([]);
  expect((await readAll(store, subject, objectId))?.equals(bytes)).toBe(true);
});

test('another bucket’s or a wrong key’s refusal is a fault, never taken for nothing there', async () => {
  const { endpoint, region } = server;
  const parts = { region, endpoint, pathStyle: true, key: newKey() } as const;
  const missing = createEvidenceS3({ ...parts, bucket: 'nowhere', credentials: server.credentials });
  await expect(missing.put(newSubject(), randomUUID(), bytesOf('x'))).rejects.toMatchObject({ name: 'NoSuchBucket' });
  const bench = await benchIn(false);
  const wrong = { accessKeyId: 'desk', secretAccessKey: 'another' } as const;
  const foreign = createEvidenceS3({ ...parts, bucket: bench.bucket, credentials: wrong });
  await expect(foreign.get(newSubject(), randomUUID())).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test('the bucket that the configuration names is where the desk keeps its evidence', async () => {
  const bench = await benchIn(false);
  const [subject, objectId, key] = [newSubject(), randomUUID(), newKey()];
  const environment = anEnvironment({
    EVIDENCE_KEY: key,
    EVIDENCE_S3_BUCKET: bench.bucket,
    EVIDENCE_S3_REGION: server.region,
    EVIDENCE_S3_ENDPOINT: server.endpoint,
    EVIDENCE_S3_PATH_STYLE: 'true',
    EVIDENCE_S3_ACCESS_KEY_ID: server.credentials.accessKeyId,
    EVIDENCE_S3_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  });
  await createEvidence(readConfig(environment)).put(subject, objectId, bytesOf('mine'));
  expect(await bench.list(subject)).toEqual(['key.json', `objects/${objectId}`]);
  expect(await bench.open(key).get(subject, objectId)).toEqual(bytesOf('mine'));
});
