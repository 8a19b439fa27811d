/** Evidence in a directory. Whatever is written is written through to the disk, and appears by one rename or not at all. */

import { randomUUID } from 'node:crypto';
import { promises as disk } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EvidenceErased, EvidenceFull, type EvidenceStore } from '../domain/evidence.ts';
import { createEvidenceStore, type EvidenceFiles } from './evidence-store.ts';

interface DirectoryOptions {
  readonly directory: string;
  /** The master key: 32 bytes in base64. */
  readonly key: string;
}

export const createEvidenceDirectory = ({ directory, key }: DirectoryOptions): EvidenceStore =>
  createEvidenceStore(directoryFiles(resolve(directory)), key);

const directoryFiles = (root: string): EvidenceFiles => ({
  async read(path) {
    const file = join(root, path);
    return (await isThere(file)) ? readPieces(file) : null;
  },
  replace: (path, bytes) => writeDraft(join(root, path), bytes, (draft, file) => disk.rename(draft, file)),
  create: (path, bytes) =>
    writeDraft(join(root, path), [bytes], async (draft, file) => {
      try {
        // A link, unlike a rename, cannot replace a file.
        await disk.link(draft, file);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
    }),
  async remove(path) {
    const file = join(root, path);
    await disk.rm(file, { force: true });
    await syncFolder(dirname(file));
  },
  // Retried, since another process may still be writing there.
  removeFolder: (folder) => disk.rm(join(root, folder), { recursive: true, force: true, maxRetries: 5 }),
});

/** All or nothing, also when the machine stops: a reader sees the former bytes or the new ones. */
async function writeDraft(
  file: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  publish: (draft: string, file: string) => Promise<void>,
): Promise<void> {
  const draft = `${file}.${randomUUID()}.part`;
  try {
    await told(makeFolder(dirname(file)));
    await writeSynced(draft, bytes);
    await told(publish(draft, file));
  } finally {
    await disk.rm(draft, { force: true });
  }
  await syncFolder(dirname(file));
}

/** Folders that are new must be written through as well, or a file within them is lost with them. */
async function makeFolder(folder: string): Promise<void> {
  const first = await disk.mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function writeSynced(path: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const file = await told(disk.open(path, 'wx', 0o600));
  try {
    for await (const piece of bytes) await told(file.writeFile(piece));
    await told(file.sync());
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
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await disk.stat(file)).isFile();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

const readBytes = 256 * 1024;

async function* readPieces(path: string): AsyncGenerator<Uint8Array, void> {
  const file = await told(disk.open(path, 'r'));
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(readBytes), 0, readBytes, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** No room on the disk, none within a quota, or none within the size that a file may have here. */
const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** What the disk says, in the store's words. */
async function told<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (fullCodes.includes(code)) throw new EvidenceFull({ cause: error });
    // Folders are made before they are written to, and files seen before they are read: what is missing was erased.
    if (code === 'ENOENT') throw new EvidenceErased();
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
