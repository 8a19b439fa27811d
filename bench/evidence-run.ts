/** Passes over a file of evidence, each in a process of its own. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PassName, PassResult } from './evidence-pass.ts';

const program = fileURLToPath(new URL('./evidence-pass-main.ts', import.meta.url));

/** `nodeOptions` such as a limit on the heap. */
export async function passOver(name: PassName, path: string, nodeOptions: readonly string[] = []): Promise<PassResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...nodeOptions,
    '--import',
    'tsx',
    program,
    name,
    path,
  ]);
  return JSON.parse(stdout) as PassResult;
}
