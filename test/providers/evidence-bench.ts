/** What a suite over the evidence store works on: a place whose kept files can be seen and changed, and things to keep. */

import { randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { EvidenceStore } from '../../domain/evidence.ts';
import type { SubjectId, UploadId } from '../../domain/ids.ts';

export interface EvidenceBench {
  /** A store over the place, as another process would have it; `key` is the master key. */
  open(key: string): EvidenceStore;
  /** Names of all that is kept for the subject, drafts as well. */
  list(subject: SubjectId): Promise<string[]>;
  /** A kept file as it stands there, by its name behind the subject's folder. */
  readRaw(subject: SubjectId, name: string): Promise<Buffer>;
  writeRaw(subject: SubjectId, name: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export const newKey = (): string => randomBytes(32).toString('base64');
export const newSubject = (): SubjectId => randomUUID() as SubjectId;
export const newUpload = (): UploadId => randomUUID() as UploadId;
export const bytesOf = (text: string): Buffer => Buffer.from(text);

export const mib = 1024 * 1024;

export async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
}

export async function readAll(store: EvidenceStore, subject: SubjectId, objectId: string): Promise<Buffer | null> {
  const stream = await store.read(subject, objectId);
  return stream && buffer(stream);
}
