/**
 * The intake of a file of evidence: what becomes of it between its last byte and whoever opens it (E1, E2). Pure. All
 * bytes are there and nobody can read them: `quarantined`. Then it is `complete`, or not taken for a named reason
 * (`refused`), or waits for a verdict (`held`), for as long as it takes.
 */

import { type ErrorId, isErrorId } from './errors.ts';
import type { EvidenceKind } from './evidence.ts';
import { archiveBytesMax, harBytesMax, imageBytesMax, pdfBytesMax, uploadBytesMax } from './limits.ts';

export const intakeStates = ['quarantined', 'held', 'complete', 'refused'] as const;

export type IntakeState = (typeof intakeStates)[number];

/** Why a file was not taken. It is listed with its reason, is no evidence, and is never served. */
export const intakeRefusals = [
  'hash',
  'type',
  'name',
  'empty',
  'too-large',
  'infected',
  'undecodable',
  'image-limit',
  'page-limit',
  'archive-limit',
  'archive-encrypted',
  'archive-nested',
  'archive-entry',
  'traffic-capture',
] as const;

export type IntakeRefusal = (typeof intakeRefusals)[number];

/** Why a file waits: the desk has no scanner, it does not answer, or it takes no file of this size. */
export const intakeHolds = ['scanner-missing', 'scanner-away', 'scanner-limit'] as const;

export type IntakeHold = (typeof intakeHolds)[number];

export const intakeReasons = [...intakeRefusals, ...intakeHolds] as const;

export type IntakeReason = (typeof intakeReasons)[number];

/** The catalogue's id under which whoever sends a file is told at once why it was not taken. */
export function errorOfRefusal(reason: IntakeRefusal): ErrorId {
  const id = `upload-${reason}`;
  if (!isErrorId(id)) throw new TypeError(`the catalogue has no ${id}`);
  return id;
}

/** What a file is by its bytes, before anything of it was decoded. */
export const receivedKinds = ['png', 'jpeg', 'webp', 'heic', 'text', 'har', 'pdf', 'zip', 'gzip'] as const;

export type ReceivedKind = (typeof receivedKinds)[number];

type Family = 'image' | 'text' | 'document' | 'archive';

interface ReceivedFacts {
  readonly family: Family;
  readonly bytesMax: number;
  /** As what it is kept; an image of a kind that pages cannot show is kept as another. */
  readonly kept: EvidenceKind;
}

export const receivedFacts: Readonly<Record<ReceivedKind, ReceivedFacts>> = {
  png: { family: 'image', bytesMax: imageBytesMax, kept: 'png' },
  jpeg: { family: 'image', bytesMax: imageBytesMax, kept: 'jpeg' },
  webp: { family: 'image', bytesMax: imageBytesMax, kept: 'webp' },
  heic: { family: 'image', bytesMax: imageBytesMax, kept: 'jpeg' },
  text: { family: 'text', bytesMax: uploadBytesMax, kept: 'text' },
  har: { family: 'text', bytesMax: harBytesMax, kept: 'har' },
  pdf: { family: 'document', bytesMax: pdfBytesMax, kept: 'pdf' },
  zip: { family: 'archive', bytesMax: archiveBytesMax, kept: 'archive' },
  gzip: { family: 'archive', bytesMax: archiveBytesMax, kept: 'archive' },
};

/** Endings that promise something; of any other name nothing is expected. */
const promises: readonly (readonly [RegExp, Family])[] = [
  [/\.(?:a?png|jpe?g|jfif|webp|gif|bmp|hei[cf]|avif|tiff?|ico)$/i, 'image'],
  [/\.(?:txt|log|har|jsonl?|ndjson|md)$/i, 'text'],
  [/\.pdf$/i, 'document'],
  [/\.(?:zip|gz|tgz)$/i, 'archive'],
];

/**
 * Whether a file of this name may be of this kind (E1): a page named as a picture may not. What is named as a HAR and
 * is told for none may not be kept as text either, since a HAR has bodies and cookies that must go (PV-2.1).
 */
export function fitsName(name: string, kind: ReceivedKind): boolean {
  if (/\.har$/i.test(name)) return kind === 'har';
  const promised = promises.find(([ending]) => ending.test(name))?.[1];
  return promised === undefined || promised === receivedFacts[kind].family;
}

/** A name may promise a kind that is never taken at this size; then nobody has to send it first. */
export function sizeRefusal(name: string, bytes: number): { readonly bytesMax: number } | null {
  const promised = promises.find(([ending]) => ending.test(name))?.[1];
  const kinds = receivedKinds.filter((kind) => receivedFacts[kind].family === promised);
  const bytesMax = Math.max(...kinds.map((kind) => receivedFacts[kind].bytesMax));
  return kinds.length > 0 && bytes > bytesMax ? { bytesMax } : null;
}

const minuteMs = 60_000;

/** By the desk's clock, after each failure in turn; the last one for all that follow. */
const retryMs = [0.5, 1, 2, 4, 8, 16, 32, 60].map((minutes) => minutes * minuteMs);

/** When a file is looked at again that then could not be looked through, after its first failure, its second and so on. */
export const retriesFrom = (at: Date): readonly [Date, ...Date[]] => {
  const instants = retryMs.map((ms) => new Date(at.getTime() + ms));
  return [instants[0] ?? at, ...instants.slice(1)];
};

/** When it is looked at again after so many failures. */
export function retryAt(at: Date, failures: number): Date {
  const retries = retriesFrom(at);
  return retries[Math.min(Math.max(failures, 1), retries.length) - 1] ?? at;
}

/** Where nothing scans, only what is decoded and encoded anew, or is text and nothing else, is taken at all. */
export const needsScanner = (kind: ReceivedKind): boolean => receivedFacts[kind].family === 'document';

/** What the bytes alone say; captures are told apart, since whoever sends one is told what to send instead (PV-2.1). */
export type Sniffed = ReceivedKind | 'traffic-capture' | null;

/** The first reason against a file, by its name, size and bytes, and whether it came out of an archive. */
export function refusalOf(file: {
  readonly name: string;
  readonly bytes: number;
  readonly kind: Sniffed;
  readonly isMember: boolean;
}): IntakeRefusal | null {
  const { name, bytes, kind, isMember } = file;
  if (bytes === 0) return 'empty';
  if (kind === 'traffic-capture') return 'traffic-capture';
  if (kind === null) return 'type';
  const { family, bytesMax } = receivedFacts[kind];
  if (isMember && family === 'archive') return 'archive-nested';
  if (!fitsName(name, kind)) return 'name';
  return bytes > bytesMax ? 'too-large' : null;
}
