/** One pass over a file of evidence, alone in its process: how long it takes, and how much memory beyond the start it holds. */

import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SubjectId } from '../domain/ids.ts';
import { maskedTotal } from '../domain/mask.ts';
import { createEvidenceDirectory } from '../providers/evidence-directory.ts';
import { diagnoseLog } from '../runtime/diagnose-log.ts';
import { maskStream } from '../runtime/mask-stream.ts';
import { secretWord } from './evidence-log.ts';

export const passNames = ['read', 'keep', 'mask', 'diagnose'] as const;

export type PassName = (typeof passNames)[number];

export interface PassResult {
  readonly bytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** The most that the process held, less what it held before. */
  readonly memoryBytes: number;
  readonly says: string;
}

/** As the evidence store gives a file out. */
const pieceBytes = 1024 * 1024;

const open = (path: string): AsyncIterable<Uint8Array> => createReadStream(path, { highWaterMark: pieceBytes });

async function count(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const piece of bytes) length += piece.length;
  return length;
}

const passes: Readonly<Record<PassName, (path: string) => Promise<string>>> = {
  read: async (path) => `${await count(open(path))} bytes`,
  async keep(path) {
    const directory = await mkdtemp(`${path}-kept-`);
    try {
      const store = createEvidenceDirectory({ directory, key: randomBytes(32).toString('base64') });
      const [subject, objectId] = [randomUUID() as SubjectId, randomUUID()];
      const { bytes } = await store.put(subject, objectId, open(path));
      const stream = await store.read(subject, objectId);
      return `${bytes} bytes sealed, ${stream ? await count(stream) : 0} opened again`;
    } finally {
      await rm(join(directory), { recursive: true });
    }
  },
  async mask(path) {
    const { pieces, counts } = maskStream(open(path));
    const word = Buffer.from(secretWord);
    let passed = 0;
    for await (const piece of pieces) if (Buffer.from(piece).includes(word)) passed += 1;
    return `${maskedTotal(counts())} places masked, ${passed} pieces with a secret in them`;
  },
  async diagnose(path) {
    const { read, attempts, failed } = await diagnoseLog(open(path));
    return `${read.total} ${read.unit}, ${attempts} attempts, ${failed} failed`;
  },
};

/** Goes over the file once; what the process held at most is told by the system. */
export async function runPass(name: PassName, path: string): Promise<PassResult> {
  const before = process.memoryUsage.rss();
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  const says = await passes[name](path);
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - wall;
  const memoryBytes = process.resourceUsage().maxRSS * 1024 - before;
  return { bytes: await count(open(path)), cpuMs: (user + system) / 1_000, wallMs, memoryBytes, says };
}
