/** How a program of the command line ends: by its own code, called off, or with one sentence of what is in its way. */

import { relative } from 'node:path';
import { Trouble } from './trouble.ts';

const calledOffCode = 130;

/** Runs the body and sets the exit code; a fault that is no `Trouble` is thrown on, since nobody foresaw it. */
export async function runMain(body: () => Promise<number>, signal: AbortSignal): Promise<void> {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (signal.aborted) {
      process.exitCode = calledOffCode;
      return;
    }
    if (!(error instanceof Trouble)) throw error;
    const log = error.logFile === undefined ? '' : ` Its log: ${relative(process.cwd(), error.logFile)}`;
    process.stderr.write(`\n${error.message}${log}\n`);
    process.exitCode = 1;
  }
}
