/**
 * A part of the stack that is one of our own programs: run by Node with its environment and log, ready when it says so
 * or when its address answers; or run to its end.
 */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Child, type Running, startChild } from './child.ts';
import { answers } from './ports.ts';
import { capital } from './supervisor.ts';
import { Trouble } from './trouble.ts';
import { until } from './until.ts';

export interface NodeProgram {
  readonly title: string;
  /** The working tree that the program stands in; it is run there. */
  readonly root: string;
  /** Relative to the root, or absolute; TypeScript is run by tsx. */
  readonly file: string;
  readonly arguments?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Called with the pid as soon as there is one. */
  readonly onSpawn?: ((pid: number) => void) | undefined;
  readonly stopWithinMs?: number;
}

/** How a program tells that it is ready: its address answers 200; or it sends `ready` or accepts connections. */
export type Readiness = { readonly url: string } | { readonly port: number };

const startWithinMs = 60_000;

/** Starts the program and resolves when it is ready; leaves no process behind when it throws. */
export async function startProgram(program: NodeProgram, readiness: Readiness, signal: AbortSignal): Promise<Running> {
  const child = spawnProgram(program);
  let said = false;
  let answer = 'no answer';
  const keep = (text: string) => {
    answer = text;
  };
  child.onMessage((message) => {
    said ||= message === 'ready';
  });
  const ready = async () =>
    'url' in readiness ? await answersOk(readiness.url, keep) : said || (await answers(readiness.port));
  const settled = async () => child.hasExited() || (await ready());
  if ((await until(settled, { withinMs: startWithinMs, everyMs: 75, signal })) && !child.hasExited()) return child;
  const how = child.hasExited() ? await child.exited : null;
  await child.stop();
  const { logFile } = program;
  if (signal.aborted) throw new Trouble(`The start of ${program.title} was called off.`, { logFile });
  throw new Trouble(
    how === null
      ? `${capital(program.title)} was not ready within ${startWithinMs / 1_000} s${'url' in readiness ? ` (last: ${answer})` : ''}.`
      : `${capital(program.title)} ended while it started (${how}).`,
    { logFile, cause: lastWords(logFile) },
  );
}

/** What a program said last, for who reads of its end where its log is gone by then, as in a test. */
function lastWords(logFile: string): Error {
  return new Error(`The last line of its log: ${readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1) ?? ''}`);
}

/** Runs the program to its end; throws where that is not a good one. */
export async function runProgram(program: NodeProgram, signal: AbortSignal): Promise<void> {
  const child = spawnProgram(program);
  const callOff = () => void child.stop();
  signal.addEventListener('abort', callOff, { once: true });
  if (signal.aborted) callOff();
  const code = await child.code;
  signal.removeEventListener('abort', callOff);
  const { logFile } = program;
  if (signal.aborted) throw new Trouble(`${capital(program.title)} was called off.`, { logFile });
  if (code !== 0) throw new Trouble(`${capital(program.title)} failed (${await child.exited}).`, { logFile });
}

function spawnProgram(program: NodeProgram): Child {
  if (!existsSync(resolve(program.root, program.file)))
    throw new Trouble(`${program.file} is missing, so ${program.title} cannot be started: the clone is incomplete.`);
  return startChild({
    command: process.execPath,
    args: [
      '--enable-source-maps',
      ...(program.file.endsWith('.ts') ? ['--import', 'tsx'] : []),
      program.file,
      ...(program.arguments ?? []),
    ],
    environment: program.environment,
    directory: program.root,
    logFile: program.logFile,
    channel: true,
    onSpawn: program.onSpawn,
    stopWithinMs: program.stopWithinMs ?? 20_000,
  });
}

/** Whether it answers 200; what it answers else is kept, to tell why it never became ready. */
async function answersOk(url: string, keep: (answer: string) => void): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const body = await response.text();
    keep(`${response.status} ${body}`.slice(0, 300));
    return response.status === 200;
  } catch {
    return false;
  }
}
