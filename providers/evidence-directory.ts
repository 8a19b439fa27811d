/**
 * The evidence store in a directory. Each person's files are encrypted under a key of their own, which is itself wrapped
 * by the master key: destroying that one small file destroys all of theirs. Several processes may use it at once.
 */

import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { promises as disk } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { EvidenceErased, type EvidenceStore, EvidenceTampered } from '../domain/evidence.ts';
import { isUuid } from '../domain/ids.ts';

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** First byte of everything sealed, so that the way of sealing can change. */
const sealVersion = 1;

interface DirectoryOptions {
  readonly directory: string;
  /** The master key: 32 bytes in base64. */
  readonly key: string;
}

export function createEvidenceDirectory({ directory, key }: DirectoryOptions): EvidenceStore {
  const masterKey = Buffer.from(key, 'base64');
  if (masterKey.length !== keyBytes) throw new TypeError('the evidence key must be 32 bytes in base64');
  const root = resolve(directory);
  const folderOf = (subject: string): string => join(root, 'subjects', named(subject));
  const uploadOf = (subject: string, uploadId: string): string => join(folderOf(subject), 'uploads', named(uploadId));

  /** Seals under the subject's key and writes; an erasure meanwhile undoes it. */
  async function store(subject: string, path: string, name: string, bytes: Uint8Array): Promise<void> {
    const folder = folderOf(subject);
    try {
      const dataKey = (await readKey(folder, subject, masterKey)) ?? (await createKey(folder, subject, masterKey));
      await writeWhole(path, seal(dataKey, name, bytes));
      const keyNow = await readKey(folder, subject, masterKey);
      if (keyNow?.equals(dataKey)) return;
    } catch (error) {
      // Folders are made before they are written to: one that is missing was erased.
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    await disk.rm(path, { force: true });
    throw new EvidenceErased();
  }

  /** `null` where the file or the key is gone. */
  async function load(subject: string, path: string, name: string): Promise<Buffer | null> {
    const sealed = await readIfThere(path);
    const dataKey = sealed && (await readKey(folderOf(subject), subject, masterKey));
    if (!sealed || !dataKey) return null;
    return unseal(dataKey, name, sealed);
  }

  return {
    async putChunk(subject, uploadId, offset, bytes) {
      await store(
        subject,
        join(uploadOf(subject, uploadId), wholeNumber(offset)),
        chunkName(subject, uploadId, offset),
        bytes,
      );
    },
    async readChunks(subject, uploadId) {
      const folder = uploadOf(subject, uploadId);
      const chunks: Buffer[] = [];
      for (let offset = 0; ; ) {
        const chunk = await load(subject, join(folder, wholeNumber(offset)), chunkName(subject, uploadId, offset));
        if (chunk === null || chunk.length === 0) return Buffer.concat(chunks);
        chunks.push(chunk);
        offset += chunk.length;
      }
    },
    async discardChunks(subject, uploadId) {
      await disk.rm(uploadOf(subject, uploadId), { recursive: true, force: true });
    },
    async put(subject, objectId, bytes) {
      const path = join(folderOf(subject), 'objects', named(objectId));
      await store(subject, path, objectName(subject, objectId), bytes);
      return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
    },
    async get(subject, objectId) {
      return load(subject, join(folderOf(subject), 'objects', named(objectId)), objectName(subject, objectId));
    },
    async eraseSubject(subject) {
      await erase(folderOf(subject));
    },
  };
}

async function erase(folder: string): Promise<void> {
  // The key first: from here on nothing can be read, however far the rest gets.
  await disk.rm(join(folder, keyFile), { force: true });
  await syncFolder(folder);
  // Retried, since another process may still be writing there.
  await disk.rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Only UUIDs become names of files, so that no name leads elsewhere. */
function named(id: string): string {
  if (!isUuid(id)) throw new TypeError('the evidence store names things by UUIDs only');
  return id;
}

function wholeNumber(offset: number): string {
  if (!Number.isSafeInteger(offset) || offset < 0) throw new TypeError('an offset is a whole number of bytes');
  return String(offset);
}

const objectName = (subject: string, objectId: string): string => `object/${subject}/${objectId}`;
const chunkName = (subject: string, uploadId: string, offset: number): string =>
  `chunk/${subject}/${uploadId}/${offset}`;

/** AES-256-GCM; the name is sealed in, so that no stored thing can be passed off as another. */
function seal(key: Buffer, name: string, bytes: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(name));
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([Buffer.from([sealVersion]), iv, body, cipher.getAuthTag()]);
}

function unseal(key: Buffer, name: string, sealed: Buffer): Buffer {
  const what = name.startsWith('key/') ? 'key' : name.startsWith('chunk/') ? 'chunk' : 'object';
  if (sealed.length < 1 + ivBytes + tagBytes || sealed[0] !== sealVersion) throw new EvidenceTampered(what);
  const bodyStart = 1 + ivBytes;
  const bodyEnd = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, bodyStart), { authTagLength: tagBytes })
    .setAAD(Buffer.from(name))
    .setAuthTag(sealed.subarray(bodyEnd));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(bodyStart, bodyEnd)), decipher.final()]);
  } catch {
    throw new EvidenceTampered(what);
  }
}

const keyFile = 'key.json';
const keyRecord = z.strictObject({ version: z.literal(1), wrapped: z.base64() });
const keyName = (subject: string): string => `key/${subject}`;

async function readKey(folder: string, subject: string, masterKey: Buffer): Promise<Buffer | null> {
  const bytes = await readIfThere(join(folder, keyFile));
  if (bytes === null) return null;
  const record = keyRecord.safeParse(asJson(bytes));
  if (!record.success) throw new EvidenceTampered('key');
  const key = unseal(masterKey, keyName(subject), Buffer.from(record.data.wrapped, 'base64'));
  if (key.length !== keyBytes) throw new EvidenceTampered('key');
  return key;
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

/** Makes the subject's key, or takes the one that another process made at the same moment: a link cannot replace a file. */
async function createKey(folder: string, subject: string, masterKey: Buffer): Promise<Buffer> {
  const wrapped = seal(masterKey, keyName(subject), randomBytes(keyBytes)).toString('base64');
  const draft = join(folder, `${randomUUID()}.part`);
  await makeFolder(folder);
  await writeSynced(draft, Buffer.from(JSON.stringify({ version: 1, wrapped })));
  try {
    await disk.link(draft, join(folder, keyFile));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await disk.rm(draft, { force: true });
  }
  await syncFolder(folder);
  const key = await readKey(folder, subject, masterKey);
  if (key === null) throw new EvidenceErased();
  return key;
}

/** All or nothing, also when the machine stops: a reader sees the former bytes or the new ones. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}.part`;
  await makeFolder(dirname(path));
  try {
    await writeSynced(draft, bytes);
    await disk.rename(draft, path);
  } catch (error) {
    await disk.rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Folders that are new must be written through as well, or a file within them is lost with them. */
async function makeFolder(folder: string): Promise<void> {
  const first = await disk.mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const file = await disk.open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await disk.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Erased meanwhile: there is nothing left to write through.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await disk.readFile(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean => (error as { code?: unknown }).code === code;
