/** A sandbox as a process of its own: launched with its settings alone, waited for, and heard where it complains. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The program is named by its path from the root, e.g. `dev/shop-sandbox-main.ts`. */
export const launchSandbox = (program: string, settings: Readonly<Record<string, string>>): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', program], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, ...settings },
  });

export async function ready(child: ChildProcess): Promise<void> {
  const said: unknown[] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  expect(said[0]).toBe('ready');
}

/** Its code, or the signal that ended it. */
export async function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
}

export async function complaintOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}
