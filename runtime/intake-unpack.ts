/**
 * Takes an archive apart: each of its files goes into a quarantine of its own, under an id that is the same each time,
 * and is looked through like any other. Of the archive itself only a list of what came out of it is kept.
 */

import { createHash } from 'node:crypto';
import type { NewMember } from '../db/intake.ts';
import { cleanName, type EvidenceStore } from '../domain/evidence.ts';
import type { SubjectId, UploadId } from '../domain/ids.ts';
import { type IntakeRefusal, refusalOf } from '../domain/intake.ts';
import { archiveMembersMax, uploadChunkBytesMax } from '../domain/limits.ts';
import { maskText } from '../domain/mask.ts';
import { ArchiveRefused, type Member, unpackGzip, unpackZip } from '../providers/archive.ts';
import { createKindProbe } from '../providers/evidence-kind.ts';
import { memberId } from './rendition-id.ts';

export interface Archive {
  readonly id: UploadId;
  readonly subjectId: SubjectId;
  readonly name: string;
  readonly kind: 'zip' | 'gzip';
  readonly bytes: Uint8Array;
  /** Throws where another looks through it by now: what is in quarantine under its members' ids is the other's then. */
  hold(): void;
}

export interface Unpacked {
  readonly members: readonly NewMember[];
  /** A line a file. */
  readonly list: string;
}

/**
 * Refused as a whole where it passes a limit, asks for a password or is damaged. Until its members have rows of their own
 * `discardMembers` alone finds what it left of them.
 */
export async function unpackArchive(store: EvidenceStore, archive: Archive): Promise<Unpacked | IntakeRefusal> {
  const members: NewMember[] = [];
  const lines: string[] = [];
  const known = new Map<string, string>();
  let count = 0;
  try {
    for await (const member of membersOf(archive)) {
      count += 1;
      const id = memberId(archive.id, count);
      const { taken, isFit } = await quarantine(store, archive, id, member);
      const first = known.get(taken.sha256);
      lines.push(
        `${taken.name}\t${taken.bytes} bytes\t${first === undefined ? (taken.refused ?? 'taken out') : `the same as ${first}`}`,
      );
      // The same bytes twice are one file, but not where the first will be refused for its name.
      if (first !== undefined && taken.refused === null) await store.discardChunks(archive.subjectId, id);
      else members.push(taken);
      if (isFit) known.set(taken.sha256, first ?? taken.name);
    }
  } catch (fault) {
    if (fault instanceof ArchiveRefused) return fault.reason;
    // They wait for a later look, and may be what there is no room for.
    for (let number = 1; number <= count; number += 1) {
      archive.hold();
      await store.discardChunks(archive.subjectId, memberId(archive.id, number));
    }
    throw fault;
  }
  return { members, list: `${lines.join('\n')}\n` };
}

const discardsAtOnceMax = 20;

/**
 * Empties the quarantines of all that may ever have come out of a file, however far that got and whether or not there are
 * rows of it. May be repeated.
 */
export async function discardMembers(
  store: EvidenceStore,
  { id, subjectId }: Pick<Archive, 'id' | 'subjectId'>,
): Promise<void> {
  for (let done = 0; done < archiveMembersMax; done += discardsAtOnceMax) {
    const numbers = Array.from({ length: discardsAtOnceMax }, (_, index) => done + index + 1);
    await Promise.all(numbers.map((number) => store.discardChunks(subjectId, memberId(id, number))));
  }
}

async function* membersOf({ kind, name, bytes }: Archive): AsyncGenerator<Member> {
  if (kind === 'zip') yield* unpackZip(bytes);
  else yield unpackGzip(name, bytes);
}

interface QuarantinedMember {
  readonly taken: NewMember;
  /** Whether its name and size are right for what its bytes are. */
  readonly isFit: boolean;
}

async function quarantine(
  store: EvidenceStore,
  archive: Archive,
  id: UploadId,
  member: Member,
): Promise<QuarantinedMember> {
  const hash = createHash('sha256');
  const probe = createKindProbe();
  let bytes = 0;
  if (member.refused === null) {
    for await (const piece of inPieces(member.bytes, uploadChunkBytesMax)) {
      archive.hold();
      await store.putChunk(archive.subjectId, id, bytes, piece);
      hash.update(piece);
      probe.take(piece);
      bytes += piece.length;
    }
  }
  const refused = member.refused ?? (bytes === 0 ? 'empty' : null);
  const name = cleanName(maskText(member.name).text);
  const kind = refused === null ? await probe.tell() : null;
  return {
    taken: { id, name, bytes, sha256: hash.digest('hex'), refused },
    isFit: refusalOf({ name, bytes, kind, isMember: true }) === null,
  };
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
