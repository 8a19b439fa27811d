/**
 * `npm run bench:evidence`: what it costs to keep, mask and diagnose a log of 200 MB, as multiples of reading the same
 * file, and how much memory each holds. `-- --megabytes 50` for another size.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeLog } from './evidence-log.ts';
import { type PassName, type PassResult, passNames } from './evidence-pass.ts';
import { passOver } from './evidence-run.ts';

const megabyte = 1_000_000;
const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '200' } } });
const megabytes = Number(values.megabytes);
if (!Number.isSafeInteger(megabytes) || megabytes < 1) throw new TypeError('--megabytes takes a whole number above 0');

const titles: Readonly<Record<PassName, string>> = {
  read: 'plain reading',
  keep: 'sealing and opening',
  mask: 'masking',
  diagnose: 'diagnosing',
};

function rowOf(name: PassName, result: PassResult, plain: PassResult): string {
  const figures = [
    `${(result.bytes / megabyte / (result.wallMs / 1_000)).toFixed(1)} MB/s`,
    `${(result.cpuMs / plain.cpuMs).toFixed(1)}x`,
    `${(result.wallMs / plain.wallMs).toFixed(1)}x`,
    `${Math.round(result.memoryBytes / megabyte)} MB`,
  ];
  return [titles[name].padEnd(20), ...figures.map((figure) => figure.padStart(12)), `  ${result.says}`].join('');
}

const directory = mkdtempSync(join(tmpdir(), 'bench-evidence-'));
try {
  const path = join(directory, 'log.txt');
  const { lines, secrets } = await writeLog(path, megabytes * megabyte);
  console.log(`A log of ${megabytes} MB: ${lines} recorded lines with ${secrets} secrets among them.\n`);
  console.log(
    ['pass'.padEnd(20), ...['speed', 'CPU time', 'time', 'memory'].map((head) => head.padStart(12))].join(''),
  );
  // Read once beforehand, so that each pass finds the file in the system's memory.
  await passOver('read', path);
  const plain = await passOver('read', path);
  for (const name of passNames) console.log(rowOf(name, name === 'read' ? plain : await passOver(name, path), plain));
  console.log('\nTimes are multiples of plain reading; memory is the most that the process held beyond its start.');
} finally {
  rmSync(directory, { recursive: true });
}
