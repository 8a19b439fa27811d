/** Stops the shared servers and proves that none of them is left behind. Prints nothing: jest's own lines come last. */

import { rm } from 'node:fs/promises';
import { keptStack } from './servers.ts';

export default async function tearDown(): Promise<void> {
  const stack = keptStack();
  if (!stack) return;
  const pids = (['postgres', 'temporal'] as const).map((name) => stack.part(name).pid).filter((pid) => pid !== null);
  await stack.stop();
  const left = pids.filter(isAlive);
  if (left.length > 0) throw new Error(`test servers were left behind: ${left.join(', ')}`);
  await rm(stack.dataDirectory, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
