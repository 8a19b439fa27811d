/** Runs one client program to its end and keeps all that it says, in the order in which it said it. */

import { execFileSync, spawn } from 'node:child_process';
import { getServers } from 'node:dns';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';

const runMsMax = 120_000;

/** A customer's folder, where their Python and their name server are, and their kernel: for what is this machine's. */
const customersFolder = '/home/customer/scraper';
const customersPython = '/usr';
const customersNameServer = '127.0.0.53';
const customersKernel = '6.1.0-28-amd64';

/** Nothing of who records but where the programs are, so that no setting of theirs speaks in the logs. */
export const tidyEnvironment = (workshop: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: workshop,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
});

/** What differs from one run to the next. */
export interface Errand {
  readonly proxy: string;
  readonly urls: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export async function runClient(
  workshop: string,
  command: readonly string[],
  { proxy, urls, environment }: Errand,
): Promise<string> {
  const [program = '', ...args] = command;
  const output = join(workshop, 'output');
  const file = openSync(output, 'w');
  // Scrapy takes no arguments of a spider's own, so that all clients find the addresses in their environment, too.
  const child = spawn(
    program.includes('/') ? join(workshop, program) : program,
    [...args, ...asArguments(program, urls)],
    {
      cwd: workshop,
      env: { ...tidyEnvironment(workshop), ...environment, PROXY_URL: proxy, URLS: urls.join(' ') },
      stdio: ['ignore', file, file],
      timeout: runMsMax,
      killSignal: 'SIGKILL',
    },
  );
  closeSync(file);
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== null) throw new Error(`${command.join(' ')} did not end within ${runMsMax} ms`);
  return readFileSync(output, 'utf8');
}

const asArguments = (program: string, urls: readonly string[]): readonly string[] =>
  program.endsWith('scrapy') ? [] : urls;

/** Takes out of a text what is this machine's: its paths, its kernel, and the addresses of its name servers. */
export function hideMachine(workshop: string): (text: string) => string {
  const told = execFileSync('python3', ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8' });
  const replaced = [
    [workshop, customersFolder],
    [`${told.trim()}/`, `${customersPython}/`],
    [release(), customersKernel],
    ...getServers().map((server) => [server, customersNameServer] as const),
  ] as const;
  return (text) => replaced.reduce((left, [ours, theirs]) => left.replaceAll(ours, theirs), text);
}
