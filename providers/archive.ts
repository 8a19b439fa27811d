/**
 * Archives unpacked under limits (E1). What an archive says of itself is not believed: bytes are counted as they come
 * out. No name of a member ever becomes a path.
 */

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import type { IntakeRefusal } from '../domain/intake.ts';
import {
  archiveMembersMax,
  archiveRatioFreeBytes,
  archiveRatioMax,
  archiveUnpackedBytesMax,
} from '../domain/limits.ts';

/** Thrown in the middle of unpacking: the archive as a whole is not taken. */
export class ArchiveRefused extends Error {
  readonly reason: IntakeRefusal;
  constructor(reason: IntakeRefusal, options?: ErrorOptions) {
    super(`the archive is refused: ${reason}`, options);
    this.name = 'ArchiveRefused';
    this.reason = reason;
  }
}

export interface Member {
  /** As the archive has it, path and all. */
  readonly name: string;
  /** Why it is not taken while others are; it then has no bytes. */
  readonly refused: IntakeRefusal | null;
  /** To be read to its end before the next member; throws `ArchiveRefused`. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** In the order of the archive. */
export async function* unpackZip(packed: Uint8Array): AsyncGenerator<Member> {
  const zip = await opened(packed);
  if (zip.entryCount > archiveMembersMax) throw new ArchiveRefused('archive-limit');
  const budget = createBudget(packed.length);
  try {
    let members = 0;
    for await (const entry of zip.eachEntry()) {
      const member = memberOf(zip, entry, budget);
      if (member === null) continue;
      members += 1;
      if (members > archiveMembersMax) throw new ArchiveRefused('archive-limit');
      yield member;
    }
  } catch (fault) {
    throw refusedBy(fault);
  } finally {
    zip.close();
  }
}

async function opened(packed: Uint8Array): Promise<ZipFile> {
  try {
    return await fromBufferPromise(Buffer.from(packed), { lazyEntries: true, decodeStrings: false });
  } catch (fault) {
    throw refusedBy(fault);
  }
}

const refusedBy = (fault: unknown): Error =>
  fault instanceof ArchiveRefused ? fault : new ArchiveRefused('undecodable', { cause: fault });

/** The type of a file, as Unix keeps it in the upper half of an entry's attributes. */
const typeMask = 0o170_000;
const fileTypes: readonly number[] = [0, 0o100_000];
const directoryType = 0o040_000;
const storedMethod = 0;
const deflatedMethod = 8;

/** `null` for a folder. */
function memberOf(zip: ZipFile, entry: Entry, budget: Budget): Member | null {
  const { generalPurposeBitFlag, fileNameRaw, extraFields, externalFileAttributes, compressionMethod } = entry;
  const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  const type = (externalFileAttributes >>> 16) & typeMask;
  if (type === directoryType || /[/\\]$/.test(name)) return null;
  if (entry.isEncrypted()) throw new ArchiveRefused('archive-encrypted');
  if (!fileTypes.includes(type)) return { name, refused: 'archive-entry', bytes: Readable.from([]) };
  if (compressionMethod !== storedMethod && compressionMethod !== deflatedMethod)
    return { name, refused: 'undecodable', bytes: Readable.from([]) };
  return { name, refused: null, bytes: counted(() => zip.openReadStreamPromise(entry), budget) };
}

/** The one file that a gzip holds, under the archive's name without its ending. */
export function unpackGzip(name: string, packed: Uint8Array): Member {
  return {
    name: name.replace(/\.tgz$/i, '.tar').replace(/\.gz$/i, ''),
    refused: null,
    bytes: counted(async () => Readable.from(pieces(packed)).pipe(createGunzip()), createBudget(packed.length)),
  };
}

const pieceBytes = 64 * 1024;

/** So that what comes out is counted before more goes in. */
function* pieces(packed: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < packed.length; at += pieceBytes) yield packed.subarray(at, at + pieceBytes);
}

interface Budget {
  spend(bytes: number): void;
}

function createBudget(packedBytes: number): Budget {
  let unpacked = 0;
  return {
    spend(bytes) {
      unpacked += bytes;
      const isBomb = unpacked > archiveRatioFreeBytes && unpacked > packedBytes * archiveRatioMax;
      if (isBomb || unpacked > archiveUnpackedBytesMax) throw new ArchiveRefused('archive-limit');
    },
  };
}

async function* counted(open: () => Promise<Readable>, budget: Budget): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of (await open()) as AsyncIterable<Uint8Array>) {
      budget.spend(chunk.length);
      yield chunk;
    }
  } catch (fault) {
    throw refusedBy(fault);
  }
}
