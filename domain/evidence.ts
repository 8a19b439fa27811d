/**
 * Evidence: files that people hand in. The port of the store that keeps them under a key per person, the kinds that the
 * desk takes, and names made safe. Pure; what a file is, its bytes say and never its name.
 */

import type { SubjectId, UploadId } from './ids.ts';
import { fileNameCharactersMax } from './limits.ts';

/** As they are kept. Of a PDF only its text and pictures of its pages are kept, of an archive what it held. */
export const evidenceKinds = ['png', 'jpeg', 'webp', 'text', 'har', 'pdf', 'archive'] as const;

export type EvidenceKind = (typeof evidenceKinds)[number];

/** How each kind is served: always as an attachment with sniffing off. Text stays plain, whatever it looks like (E12). */
export const evidenceMediaTypes = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  text: 'text/plain; charset=utf-8',
  har: 'text/plain; charset=utf-8',
  pdf: 'text/plain; charset=utf-8',
  archive: 'text/plain; charset=utf-8',
} as const satisfies Record<EvidenceKind, string>;

const servedExtensions = {
  png: ['png'],
  jpeg: ['jpg', 'jpeg'],
  webp: ['webp'],
  text: ['txt', 'log', 'json', 'jsonl', 'ndjson', 'har'],
  har: ['har', 'json', 'txt'],
  pdf: ['txt'],
  archive: ['txt'],
} as const satisfies Record<EvidenceKind, readonly string[]>;

/** The name to save a file under: its ending is one of its kind's, so that no page or program is saved as one (E12). */
export function servedName(name: string, kind: EvidenceKind): string {
  const endings: readonly string[] = servedExtensions[kind];
  const clean = cleanName(name);
  const ending = /\.([^. ]+)$/.exec(clean)?.[1]?.toLowerCase() ?? '';
  return endings.includes(ending) ? clean : cleanName(`${clean}.${endings[0] ?? 'txt'}`);
}

export interface StoredObject {
  /** Of the plain bytes, in hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Everything stored is encrypted under the subject's own key; ids are UUIDs, anything else throws. Files of any size go
 * through it in bounded memory: a stream is given out piece by piece, each proved to be what was written before it is.
 * `EvidenceFull` where there is no room, `EvidenceTampered` where what is stored was changed, `EvidenceErased` where the
 * subject was erased meanwhile; whatever fails, nothing half-written is left.
 */
export interface EvidenceStore {
  /** Keeps a part of an upload; the same offset again replaces it. */
  putChunk(subject: SubjectId, uploadId: UploadId, offset: number, bytes: Uint8Array): Promise<void>;
  /** The parts in order, from offset 0 as far as they join on. */
  readChunks(subject: SubjectId, uploadId: UploadId): AsyncIterable<Uint8Array>;
  discardChunks(subject: SubjectId, uploadId: UploadId): Promise<void>;
  /** All or nothing: what stood there before stands until the last byte is written, also where the bytes' source throws. */
  put(subject: SubjectId, objectId: string, bytes: AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredObject>;
  /** The whole of something small; `null` where there is no such object, also after its subject was erased. */
  get(subject: SubjectId, objectId: string): Promise<Uint8Array | null>;
  /** The same as a stream, opened when it is first read. */
  read(subject: SubjectId, objectId: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** May be repeated. */
  remove(subject: SubjectId, objectId: string): Promise<void>;
  /** Destroys the subject's key, and with it all that was ever stored under it, then the files. May be repeated. */
  eraseSubject(subject: SubjectId): Promise<void>;
}

/** What is stored is not what was written, or was written under another key. */
export class EvidenceTampered extends Error {
  constructor(what: 'key' | 'object' | 'chunk') {
    super(`a stored ${what} of the evidence store cannot be opened: it was changed, moved, or its key is another`);
    this.name = 'EvidenceTampered';
  }
}

/** There is no room for what was to be stored; nothing of it was kept. */
export class EvidenceFull extends Error {
  constructor(options?: ErrorOptions) {
    super('there is no room left in the evidence store', options);
    this.name = 'EvidenceFull';
  }
}

/** The subject was erased while something was being stored or read for them; nothing was kept. */
export class EvidenceErased extends Error {
  constructor() {
    super('the subject was erased from the evidence store meanwhile');
    this.name = 'EvidenceErased';
  }
}

/** Control characters, marks that turn the writing direction, invisible blanks, line separators, lone surrogates. */
const unseen = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu;
const extensionCharactersMax = 20;

/** A file's name as it may be shown and downloaded: no path, nothing unseen, at most 200 characters. */
export function cleanName(name: string): string {
  const bare = name.normalize('NFC').replace(unseen, '').split(/[/\\]/).at(-1) ?? '';
  const plain = bare
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  return plain === '' ? 'file' : shortened(plain);
}

/** Keeps the extension; never cuts a character in two. */
function shortened(name: string): string {
  if (name.length <= fileNameCharactersMax) return name;
  const extension = /\.[^. ]+$/.exec(name)?.[0] ?? '';
  const ending = extension.length <= extensionCharactersMax ? extension : '';
  const stem = name.slice(0, fileNameCharactersMax - ending.length).replace(/[\ud800-\udbff]$/, '');
  return `${stem.replace(/[. ]+$/, '')}${ending}`;
}
