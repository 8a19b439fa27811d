/**
 * Small programs that stand in for the desk's own in tests of the stack: each listens where its part would, so that
 * supervision is tried with real processes and without waiting for the real ones.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '../../dev/process-identity.ts';
import type { ProgramName } from '../../dev/stack-parts.ts';

export interface Workplace {
  readonly directory: string;
  /** A program that answers 200 on the port that the variable names. */
  server(variable: string): string;
  /** A program that ends at once with the code. */
  ending(code: number): string;
  /** Stand-ins for the four servers of the stack that are our own programs. */
  servers(): Record<'stripe-sandbox' | 'mail-catcher' | 'worker' | 'api', string>;
  remove(): void;
}

export const ownServers = ['stripe-sandbox', 'mail-catcher', 'worker', 'api'] as const satisfies readonly ProgramName[];

export function makeWorkplace(): Workplace {
  const directory = mkdtempSync(join(tmpdir(), 'refund-desk-dev-'));
  const write = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  const server = (variable: string) =>
    write(
      `${variable.toLowerCase()}.mjs`,
      `import { createServer } from 'node:http';
       createServer((_, response) => response.end('ok')).listen(Number(process.env.${variable}), '127.0.0.1');
       process.on('SIGTERM', () => process.exit(0));`,
    );
  return {
    directory,
    server,
    ending: (code) => write(`ending-${code}.mjs`, `console.log("said and done"); process.exit(${code});`),
    servers: () => ({
      'stripe-sandbox': server('PORT'),
      'mail-catcher': server('WEB_PORT'),
      worker: server('WORKER_PORT'),
      api: server('PORT'),
    }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Zombies count as gone: only the system's first process can bury an orphan. */
export const lives = (pid: number | null): boolean => pid !== null && identify(pid) !== null;
