/**
 * Makes of a file in quarantine what is kept and served of it: masked text, images encoded anew, a PDF's text and pages.
 * Doing it twice stores the same under the same ids.
 */

import { Readable } from 'node:stream';
import type { NewMember, Taken } from '../db/intake.ts';
import type { Decoder } from '../domain/decoder.ts';
import type { LogDiagnosis } from '../domain/diagnosis.ts';
import type { EvidenceKind, EvidenceStore } from '../domain/evidence.ts';
import type { SubjectId, UploadId } from '../domain/ids.ts';
import { type IntakeRefusal, type ReceivedKind, receivedFacts } from '../domain/intake.ts';
import { diagnoseLog } from './diagnose-log.ts';
import { unpackArchive } from './intake-unpack.ts';
import type { Log } from './log.ts';
import { maskStream, NotPlainText } from './mask-stream.ts';
import { renditionId } from './rendition-id.ts';

interface Parts {
  readonly evidence: EvidenceStore;
  readonly decoder: Decoder;
  readonly log: Log;
}

export interface Quarantined {
  readonly id: UploadId;
  readonly subjectId: SubjectId;
  readonly name: string;
  readonly kind: ReceivedKind;
  /** All of it, or it throws. */
  received(): AsyncIterable<Uint8Array>;
  /** Throws where another looks through it by now. */
  hold(): void;
}

export interface TakenIn {
  readonly taken: Taken;
  readonly members: readonly NewMember[];
  /** What a log says of the fault; `null` of what is none. */
  readonly diagnosis: LogDiagnosis | null;
}

const wholeOf = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
};

export async function takeIn(parts: Parts, file: Quarantined): Promise<TakenIn | IntakeRefusal> {
  const { kind } = file;
  if (kind === 'text') return textOf(parts, file, file.received());
  const bytes = await wholeOf(file.received());
  if (kind === 'har') {
    const har = await parts.decoder.har(bytes);
    return typeof har === 'string' ? har : textOf(parts, file, Readable.from([har]));
  }
  if (kind === 'pdf') return pdfOf(parts, file, bytes);
  if (kind === 'zip' || kind === 'gzip') return archiveOf(parts, { ...file, kind, bytes });
  const image = await parts.decoder.image(kind, bytes);
  if (typeof image === 'string') return image;
  await parts.evidence.put(file.subjectId, renditionId(file.id, 'thumbnail', 1), image.thumbnail);
  const stored = await parts.evidence.put(file.subjectId, file.id, image.bytes);
  return takenAs(receivedFacts[kind].kept, { ...stored, hasThumbnail: true });
}

const takenAs = (
  kind: EvidenceKind,
  given: Pick<Taken, 'bytes' | 'sha256'> & Partial<Taken> & Partial<Omit<TakenIn, 'taken'>>,
): TakenIn => ({
  taken: {
    kind,
    bytes: given.bytes,
    sha256: given.sha256,
    masked: given.masked ?? {},
    pages: given.pages ?? null,
    hasThumbnail: given.hasThumbnail ?? false,
  },
  members: given.members ?? [],
  diagnosis: given.diagnosis ?? null,
});

/**
 * As it streams by, whatever its length. A reader at fault costs what it would have said, never the file. What shows to
 * be no text is refused, since it would be none at the next look either.
 */
async function textOf(
  { evidence, log }: Parts,
  file: Quarantined,
  bytes: AsyncIterable<Uint8Array>,
): Promise<TakenIn | IntakeRefusal> {
  const masked = maskStream(bytes);
  const stored = await evidence.put(file.subjectId, file.id, masked.pieces).catch((fault: unknown) => {
    if (fault instanceof NotPlainText) return null;
    throw fault;
  });
  if (stored === null) return 'undecodable';
  const kept = await evidence.read(file.subjectId, file.id);
  const diagnosis =
    kept &&
    (await diagnoseLog(kept).catch((fault: unknown) => {
      log.warn({ event: 'intake', evidenceId: file.id, fault }, 'a log could not be read');
      return null;
    }));
  return takenAs(receivedFacts[file.kind].kept, { ...stored, masked: masked.counts(), diagnosis });
}

async function pdfOf({ evidence, decoder }: Parts, file: Quarantined, bytes: Uint8Array) {
  const pdf = await decoder.pdf(bytes);
  if (typeof pdf === 'string') return pdf;
  for (const [index, page] of pdf.pages.entries())
    await evidence.put(file.subjectId, renditionId(file.id, 'page', index + 1), page);
  await evidence.put(file.subjectId, renditionId(file.id, 'thumbnail', 1), pdf.thumbnail);
  const stored = await evidence.put(file.subjectId, file.id, Buffer.from(pdf.text));
  return takenAs('pdf', { ...stored, masked: pdf.counts, pages: pdf.pages.length, hasThumbnail: true });
}

async function archiveOf({ evidence }: Parts, archive: Parameters<typeof unpackArchive>[1]) {
  const unpacked = await unpackArchive(evidence, archive);
  if (typeof unpacked === 'string') return unpacked;
  const stored = await evidence.put(archive.subjectId, archive.id, Buffer.from(unpacked.list));
  return takenAs('archive', { ...stored, members: unpacked.members });
}
