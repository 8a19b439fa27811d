/**
 * Takes an archive apart: each of its files goes into a quarantine of its own, under an id that is the same each time,
 * and is looked through like any other. Of the archive itself only a list of what came out of it is kept.
 */

import { createHash } from 'node:crypto';
import type { NewMember } from '../db/intake.ts';
import { cleanName, type EvidenceStore } from '../domain/evidence.ts';
import type { SubjectId, UploadId } from '../domain/ids.ts';
import type { IntakeRefusal } from '../domain/intake.ts';
import { uploadChunkBytesMax } from '../domain/limits.ts';
import { maskText } from '../domain/mask.ts';
import { ArchiveRefused, type Member, unpackGzip, unpackZip } from '../providers/archive.ts';
import { memberId } from './rendition-id.ts';

export interface Archive {
  readonly id: UploadId;
  readonly subjectId: SubjectId;
  readonly name: string;
  readonly kind: 'zip' | 'gzip';
  readonly bytes: Uint8Array;
}

export interface Unpacked {
  readonly members: readonly NewMember[];
  /** A line a file. */
  readonly list: string;
}

/** Refused as a whole where it passes a limit, asks for a password or is damaged; nothing of it is left then. */
export async function unpackArchive(store: EvidenceStore, archive: Archive): Promise<Unpacked | IntakeRefusal> {
  const members: NewMember[] = [];
  const lines: string[] = [];
  const known = new Map<string, string>();
  let count = 0;
  try {
    for await (const member of membersOf(archive)) {
      count += 1;
      const id = memberId(archive.id, count);
      const taken = await quarantine(store, archive.subjectId, id, member);
      const first = known.get(taken.sha256);
      lines.push(
        `${taken.name}\t${taken.bytes} bytes\t${first === undefined ? (taken.refused ?? 'taken out') : `the same as ${first}`}`,
      );
      // The same bytes twice are one file.
      if (first !== undefined && taken.refused === null) await store.discardChunks(archive.subjectId, id);
      else members.push(taken);
      if (taken.refused === null) known.set(taken.sha256, first ?? taken.name);
    }
  } catch (fault) {
    for (let number = 1; number <= count; number += 1)
      await store.discardChunks(archive.subjectId, memberId(archive.id, number));
    if (fault instanceof ArchiveRefused) return fault.reason;
    throw fault;
  }
  return { members, list: `${lines.join('\n')}\n` };
}

async function* membersOf({ kind, name, bytes }: Archive): AsyncGenerator<Member> {
  if (kind === 'zip') yield* unpackZip(bytes);
  else yield unpackGzip(name, bytes);
}

async function quarantine(
  store: EvidenceStore,
  subjectId: SubjectId,
  id: UploadId,
  member: Member,
): Promise<NewMember> {
  const hash = createHash('sha256');
  let bytes = 0;
  if (member.refused === null) {
    for await (const piece of inPieces(member.bytes, uploadChunkBytesMax)) {
      await store.putChunk(subjectId, id, bytes, piece);
      hash.update(piece);
      bytes += piece.length;
    }
  }
  const refused = member.refused ?? (bytes === 0 ? 'empty' : null);
  return { id, name: cleanName(maskText(member.name).text), bytes, sha256: hash.digest('hex'), refused };
}

/** The same bytes in pieces of this size, so that a store's parts are not as small as an unpacker's. */
async function* inPieces(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + size - length);
      waiting.push(part);
      length += part.length;
      at += part.length;
      if (length < size) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(waiting);
}
