/** The decoder's process never outlives whoever started it, however that ends and whatever it is doing (E1). */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promises as disk, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { endlessPdf } from './endless-pdf.ts';

let folder: string;
let endless: string;
beforeAll(async () => {
  folder = await disk.mkdtemp(join(tmpdir(), 'endless-'));
  endless = join(folder, 'endless.pdf');
  await disk.writeFile(endless, endlessPdf());
});
afterAll(() => disk.rm(folder, { recursive: true }));

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** What a process is and does, by the kernel; `null` where it is gone, or is dead and not yet buried. */
function standingOf(pid: number): { readonly parent: number; readonly ticks: number } | null {
  const [state, parent, ...rest] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  if (state === undefined || state === '' || state === 'Z') return null;
  return { parent: Number(parent), ticks: Number(rest[9]) };
}

function decoderOf({ pid }: ChildProcess): number | null {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const isDecoder = (one: number) => read(`/proc/${one}/cmdline`).includes('decoder-main');
  return pids.find((one) => standingOf(one)?.parent === pid && isDecoder(one)) ?? null;
}

test('E1: it ends with a parent that was killed while a file keeps it busy for good', async () => {
  const program = fileURLToPath(new URL('decoder-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, ['--import', 'tsx', program, endless], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(parent, 'message');
  const decoder = decoderOf(parent);
  if (decoder === null) throw new Error('the decoder’s process is there');
  try {
    const begun = standingOf(decoder)?.ticks ?? 0;
    const isBusy = () => (standingOf(decoder)?.ticks ?? 0) > begun + 100;
    expect(await until(isBusy, { withinMs: 20_000 })).toBe(true);
    // Still the same one, with the same parent: it has not died over the file.
    expect(standingOf(decoder)?.parent).toBe(parent.pid);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await until(() => standingOf(decoder) === null, { withinMs: 10_000 })).toBe(true);
  } finally {
    if (standingOf(decoder) !== null) process.kill(decoder, 'SIGKILL');
  }
});
