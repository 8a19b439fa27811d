/**
 * The directory that the desk and its bank exchange files by: `out` for the bank, `in` from it. What goes out is written
 * aside first and moved when it is whole and on disk, or taken back; a move is done or not done, whatever dies meanwhile.
 */

import { promises as disk } from 'node:fs';
import { join } from 'node:path';
import type { BankDrop } from '../domain/bank.ts';
import { bankFileBytesMax } from './bank-xml.ts';

/** Where each kind of file lies; all on one file system, or nothing could be moved. */
const folders = {
  aside: 'aside',
  out: 'out',
  in: 'in',
  done: 'done',
  refused: 'refused',
  withdrawn: 'withdrawn',
} as const;

type Folder = keyof typeof folders;

/** Files looked at in one sweep; the rest waits for the next. */
const filesPerSweepMax = 100;

export interface BankInFolder {
  /** Names of what lies there whole, oldest name first. */
  list(): Promise<readonly string[]>;
  /** `null` where it has gone meanwhile; no more than can be read anyway. */
  read(name: string): Promise<Buffer | null>;
  markDone(name: string): Promise<void>;
  /** Leaves the reason beside it, for whoever looks. */
  markRefused(name: string, reason: string): Promise<void>;
}

export interface BankDirectory extends BankDrop {
  readonly in: BankInFolder;
}

/** A name that leads nowhere else. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

const unfinished = /\.(part|tmp|filepart)$/i;

export function createBankDirectory(directory: string): BankDirectory {
  const pathOf = (folder: Folder, name = ''): string => join(directory, folders[folder], name);
  /** What is not there any more was moved before; that the folders themselves are gone says nothing of it. */
  const move = async (name: string, from: Folder, to: Folder): Promise<void> => {
    const isMoved = await disk.rename(pathOf(from, name), pathOf(to, name)).then(() => true, unlessMissing);
    await Promise.all([flushFolder(pathOf(from)), flushFolder(pathOf(to))]);
    if (!isMoved && (await isThere(from, name))) throw new Error('a file could not be moved');
  };
  const isThere = async (folder: Folder, name: string): Promise<boolean> => {
    await disk.access(pathOf(folder));
    return disk.access(pathOf(folder, name)).then(() => true, unlessMissing);
  };
  /** Never the directory itself: where its volume is not mounted, nothing is to look as if it were. */
  const prepare = async (): Promise<void> => {
    for (const folder of Object.keys(folders) as Folder[])
      await disk.mkdir(pathOf(folder), { mode: 0o770 }).catch((fault: unknown) => unless(fault, 'EEXIST'));
  };
  return {
    async write(name, bytes) {
      await prepare();
      await flushed(`${pathOf('aside', name)}.part`, bytes);
      await disk.rename(`${pathOf('aside', name)}.part`, pathOf('aside', name));
      await flushFolder(pathOf('aside'));
    },
    isAside: (name) => isThere('aside', name),
    handOver: (name) => move(name, 'aside', 'out'),
    takeBack: async (name) => {
      await prepare();
      await move(name, 'aside', 'withdrawn');
      return isThere('withdrawn', name);
    },
    in: {
      list: async () => {
        await prepare();
        const found = await disk.readdir(pathOf('in'), { withFileTypes: true });
        // What a bank still writes bears another name, as is usual for drops; a link may lead anywhere.
        const whole = found.filter(
          (entry) => entry.isFile() && namePattern.test(entry.name) && !unfinished.test(entry.name),
        );
        return whole
          .map(({ name }) => name)
          .sort()
          .slice(0, filesPerSweepMax);
      },
      read: async (name) => {
        try {
          const { size } = await disk.stat(pathOf('in', name));
          if (size > bankFileBytesMax) return Buffer.alloc(bankFileBytesMax + 1);
          return await disk.readFile(pathOf('in', name));
        } catch (fault) {
          unlessMissing(fault);
          return null;
        }
      },
      markDone: (name) => move(name, 'in', 'done'),
      async markRefused(name, reason) {
        await disk.writeFile(`${pathOf('refused', name)}.reason`, `${reason}\n`, { mode: 0o600 });
        await move(name, 'in', 'refused');
      },
    },
  };
}

function unless(fault: unknown, code: string): false {
  if (typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === code) return false;
  throw fault;
}

const unlessMissing = (fault: unknown): false => unless(fault, 'ENOENT');

async function flushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await disk.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
