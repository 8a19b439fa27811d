/**
 * The evidence store over any place that keeps files. Each person's files are encrypted under a key of their own, which
 * is itself wrapped by the master key: destroying that one small file destroys all of theirs. Several processes may use
 * the same place at once.
 */

import { createHash, type Hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { EvidenceErased, type EvidenceStore, EvidenceTampered } from '../domain/evidence.ts';
import { isUuid } from '../domain/ids.ts';
import { keyBytes, openStream, openWhole, sealStream, sealWhole } from './evidence-seal.ts';

/** Where sealed files are kept, by names parted with slashes. `EvidenceFull` where there is no room. */
export interface EvidenceFiles {
  /** As a stream, opened when it is first read; `null` where there is no such file. `EvidenceErased` where it goes in between. */
  read(path: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** All or nothing; `EvidenceErased` where its folder was removed meanwhile and the place notices. */
  replace(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Unless there is one already, which then stays; also among several processes. */
  create(path: string, bytes: Buffer): Promise<void>;
  /** Once it returns, the file is gone for good. May be repeated. */
  remove(path: string): Promise<void>;
  /** All files whose names begin with the folder's. May be repeated. */
  removeFolder(folder: string): Promise<void>;
}

/** `key` is the master key: 32 bytes in base64. */
export function createEvidenceStore(files: EvidenceFiles, key: string): EvidenceStore {
  const masterKey = Buffer.from(key, 'base64');
  if (masterKey.length !== keyBytes) throw new TypeError('the evidence key must be 32 bytes in base64');
  const { seal, open, openChunks } = createSealed(files, createKeys(files, masterKey));
  return {
    async putChunk(subject, uploadId, offset, bytes) {
      await seal(chunkAt(subject, uploadId, offset), once(bytes));
    },
    readChunks: openChunks,
    async discardChunks(subject, uploadId) {
      await files.removeFolder(uploadFolder(subject, uploadId));
    },
    async put(subject, objectId, bytes) {
      const counted = { hash: createHash('sha256'), bytes: 0 };
      await seal(objectAt(subject, objectId), counting(bytes instanceof Uint8Array ? once(bytes) : bytes, counted));
      return { sha256: counted.hash.digest('hex'), bytes: counted.bytes };
    },
    async get(subject, objectId) {
      return wholeOf(await open(objectAt(subject, objectId)));
    },
    async read(subject, objectId) {
      return open(objectAt(subject, objectId));
    },
    async remove(subject, objectId) {
      await files.remove(objectAt(subject, objectId).path);
    },
    async eraseSubject(subject) {
      // The key first: from here on nothing can be read, however far the rest gets.
      await files.remove(keyPath(subject));
      await files.removeFolder(folderOf(subject));
    },
  };
}

/** Where a thing is kept, and what is sealed into it, whatever its place is called. */
interface Kept {
  readonly subject: string;
  readonly path: string;
  readonly name: string;
}

function createSealed(files: EvidenceFiles, keys: ReturnType<typeof createKeys>) {
  /** Seals under the subject's key and writes; an erasure meanwhile undoes it. */
  async function seal({ subject, path, name }: Kept, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      const dataKey = (await keys.read(subject)) ?? (await keys.create(subject));
      await files.replace(path, sealStream(dataKey, name, bytes));
      const keyNow = await keys.read(subject);
      if (keyNow?.equals(dataKey)) return;
    } catch (error) {
      if (!(error instanceof EvidenceErased)) throw error;
    }
    await files.remove(path);
    throw new EvidenceErased();
  }

  /** `null` where the file or the key is gone. */
  async function open({ subject, path, name }: Kept): Promise<AsyncIterable<Uint8Array> | null> {
    const dataKey = await keys.read(subject);
    const sealed = dataKey && (await files.read(path));
    return sealed ? openStream(dataKey, name, sealed) : null;
  }

  async function* openChunks(subject: string, uploadId: string): AsyncGenerator<Uint8Array, void> {
    const dataKey = await keys.read(subject);
    for (let offset = 0; dataKey !== null; ) {
      const { path, name } = chunkAt(subject, uploadId, offset);
      const sealed = await files.read(path);
      const chunk = sealed && (await collect(openStream(dataKey, name, sealed)));
      if (chunk === null || chunk.length === 0) return;
      yield chunk;
      offset += chunk.length;
    }
  }

  return { seal, open, openChunks };
}

const folderOf = (subject: string): string => `subjects/${named(subject)}`;
const keyPath = (subject: string): string => `${folderOf(subject)}/key.json`;
const keyName = (subject: string): string => `key/${subject}`;
const uploadFolder = (subject: string, uploadId: string): string => `${folderOf(subject)}/uploads/${named(uploadId)}`;

const objectAt = (subject: string, objectId: string): Kept => ({
  subject,
  path: `${folderOf(subject)}/objects/${named(objectId)}`,
  name: `object/${subject}/${objectId}`,
});
const chunkAt = (subject: string, uploadId: string, offset: number): Kept => ({
  subject,
  path: `${uploadFolder(subject, uploadId)}/${wholeNumber(offset)}`,
  name: `chunk/${subject}/${uploadId}/${offset}`,
});

/** Only UUIDs become names of files, so that no name leads elsewhere. */
function named(id: string): string {
  if (!isUuid(id)) throw new TypeError('the evidence store names things by UUIDs only');
  return id;
}

function wholeNumber(offset: number): string {
  if (!Number.isSafeInteger(offset) || offset < 0) throw new TypeError('an offset is a whole number of bytes');
  return String(offset);
}

const keyRecord = z.strictObject({ version: z.literal(1), wrapped: z.base64() });

/** Each subject's key, as it is kept: wrapped by the master key. */
function createKeys(files: EvidenceFiles, masterKey: Buffer) {
  async function read(subject: string): Promise<Buffer | null> {
    const bytes = await wholeOf(await files.read(keyPath(subject)));
    if (bytes === null) return null;
    const record = keyRecord.safeParse(asJson(bytes));
    if (!record.success) throw new EvidenceTampered('key');
    const key = openWhole(masterKey, keyName(subject), Buffer.from(record.data.wrapped, 'base64'));
    if (key.length !== keyBytes) throw new EvidenceTampered('key');
    return key;
  }

  /** Makes the subject's key, or takes the one that another process made at the same moment. */
  async function create(subject: string): Promise<Buffer> {
    const wrapped = sealWhole(masterKey, keyName(subject), randomBytes(keyBytes)).toString('base64');
    await files.create(keyPath(subject), Buffer.from(JSON.stringify({ version: 1, wrapped })));
    const key = await read(subject);
    if (key === null) throw new EvidenceErased();
    return key;
  }

  return { read, create };
}

/** `null` where it is not there, or goes before it is read. */
async function wholeOf(stream: AsyncIterable<Uint8Array> | null): Promise<Buffer | null> {
  try {
    return stream && (await collect(stream));
  } catch (error) {
    if (error instanceof EvidenceErased) return null;
    throw error;
  }
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

async function* counting(
  stream: AsyncIterable<Uint8Array>,
  counted: { readonly hash: Hash; bytes: number },
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of stream) {
    counted.hash.update(piece);
    counted.bytes += piece.length;
    yield piece;
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
