/**
 * The embedded stack as a whole, for `npm start` and for tests that start it, kill its parts and start them again on
 * the same ports and data. Binds to loopback only; leaves no process behind however it ends.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { endLeftovers, openProcessRecords } from './leftovers.ts';
import type { Report } from './long-step.ts';
import { findFreePorts, type PortName, type Ports, readPorts, requirePortsFree } from './ports.ts';
import { compilePrograms } from './programs.ts';
import {
  isCompiled,
  logFileOf,
  type PartName,
  type ProgramName,
  partFacts,
  partNames,
  stackParts,
} from './stack-parts.ts';
import {
  loopbackUrl,
  readPace,
  type StackSettings,
  stackEnvironment,
  stripeSandboxEnvironment,
} from './stack-settings.ts';
import { capital, createSupervisor, type StackEnd, type Supervisor } from './supervisor.ts';
import { provisionTemporal, type TemporalSource } from './temporal-binary.ts';
import type { Environment } from './tool-cache.ts';

export interface StackOptions {
  readonly dataDirectory: string;
  /** `free` finds some; a name left out gets its preset. */
  readonly ports?: 'free' | Partial<Ports>;
  /** Which parts; all where absent. */
  readonly parts?: readonly PartName[];
  /** Laid over the environment of migrations, worker, API and demo data. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `false`: PostgreSQL trades safety against a power cut for speed; for tests. */
  readonly durable?: boolean;
  /** What a part's unasked end does to the others; `stop-all` where absent. */
  readonly onCrash?: 'stop-all' | 'leave';
  /** The shell's environment: TEMPORAL_ADDRESS, CLOCK_PACE, PATH and the cache are read from it. */
  readonly shell?: Environment;
  /** The working tree whose programs are run; this one where absent. */
  readonly root?: string;
  /** Other programs in place of ours, relative to the root or absolute. */
  readonly programs?: Partial<Readonly<Record<ProgramName, string>>>;
  readonly report?: Report;
  /** Calls the start off. */
  readonly signal?: AbortSignal;
}

export interface StackPart {
  readonly name: PartName;
  readonly logFile: string;
  /** `null` while it does not run. */
  readonly pid: number | null;
  /** Kills it (`kill -9`) and waits until it is gone; the others go on. */
  kill(): Promise<void>;
  /** Stops it properly; the others go on. */
  stop(): Promise<void>;
  /** Starts it on the same ports and data, and waits until it is ready. */
  start(): Promise<void>;
  /** `stop`, then `start`. */
  restart(): Promise<void>;
}

export interface StackUrls {
  readonly api: string;
  readonly worker: string;
  readonly temporalUi: string;
  readonly mail: string;
  readonly stripeSandbox: string;
  readonly shopSandbox: string;
  readonly paypalSandbox: string;
  readonly bankSandbox: string;
  /** Holds the password. */
  readonly database: string;
}

export interface Stack {
  readonly dataDirectory: string;
  readonly ports: Ports;
  readonly urls: StackUrls;
  readonly temporalAddress: string;
  /** What migrations, worker, API and demo data run with: keys of `runtime/config.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stripeSandboxEnvironment: Readonly<Record<string, string>>;
  part(name: PartName): StackPart;
  /** Stops all in order; asked again, waits for the same end. */
  stop(): Promise<void>;
  /** Resolves once all is stopped, with why. */
  readonly ended: Promise<StackEnd>;
}

const thisTree = fileURLToPath(new URL('..', import.meta.url));

/** Starts the stack and resolves when every part is ready; `Trouble` tells in one sentence why it cannot. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const shell = options.shell ?? process.env;
  const names = options.parts ?? partNames;
  const data = openDataDirectory(options.dataDirectory);
  let reaper: Reaper | null = null;
  try {
    const ended = await endLeftovers(data.run);
    if (ended.length > 0) options.report?.(`Ended what a killed stack had left running: ${ended.join(', ')}.`);
    const ports = options.ports === 'free' ? await findFreePorts() : { ...readPorts(shell), ...options.ports };
    await requirePortsFree(ports, portsOf(names, shell));
    const temporal = await findTemporal(names, shell, options);
    const settings: StackSettings = {
      dataDirectory: data.path,
      ports,
      secrets: data.secrets,
      clock: data.clock(readPace(shell), new Date()),
      temporalAddress: temporal.kind === 'address' ? temporal.address : undefined,
      shell,
    };
    for (const name of names) rotate(logFileOf(data.logs, name));
    reaper = startReaper(data, shell);
    await compile(options, data, names);
    const supervisor = supervise(options, settings, data, temporal, names);
    await startUnless(options.signal, supervisor);
    return handle(supervisor, settings, data, reaper, options.environment ?? {});
  } catch (error) {
    await reaper?.dismiss();
    data.release();
    throw error;
  }
}

function portsOf(names: readonly PartName[], shell: Environment): PortName[] {
  const own = names.filter((name) => name !== 'temporal' || !shell['TEMPORAL_ADDRESS']);
  return own.flatMap((name): readonly PortName[] => partFacts[name].ports);
}

async function findTemporal(
  names: readonly PartName[],
  shell: Environment,
  options: StackOptions,
): Promise<TemporalSource> {
  // Without the part nothing is started, so that nothing need be fetched either.
  if (!names.includes('temporal')) return { kind: 'binary', path: '' };
  const { report = () => undefined, signal } = options;
  return await provisionTemporal({ environment: shell, report, ...(signal === undefined ? {} : { signal }) });
}

async function compile(options: StackOptions, data: DataDirectory, names: readonly PartName[]): Promise<void> {
  const { programs = {}, root = thisTree, signal = new AbortController().signal } = options;
  if (!names.some((name) => isCompiled(name, programs))) return;
  await compilePrograms({ root, folder: data.programs, logFile: join(data.logs, 'compiler.log'), signal });
}

function supervise(
  options: StackOptions,
  settings: StackSettings,
  data: DataDirectory,
  temporal: TemporalSource,
  names: readonly PartName[],
): Supervisor {
  const parts = stackParts(
    {
      root: options.root ?? thisTree,
      compiled: data.programs,
      settings,
      logs: data.logs,
      records: openProcessRecords(data.run),
      temporal,
      durable: options.durable ?? true,
      environment: options.environment ?? {},
      programs: options.programs ?? {},
    },
    names,
  );
  return createSupervisor({
    parts,
    onCrash: options.onCrash ?? 'stop-all',
    onStarted: (part, running, tookMs) => {
      const state = running === null ? 'done' : 'ready';
      options.report?.(`  ${capital(part.title)}: ${state} after ${(tookMs / 1_000).toFixed(1)} s`);
    },
    onStopped: (part) => options.report?.(`  ${capital(part.title)}: stopped`),
  });
}

async function startUnless(signal: AbortSignal | undefined, supervisor: Supervisor): Promise<void> {
  const callOff = () => void supervisor.stop();
  signal?.addEventListener('abort', callOff, { once: true });
  try {
    if (signal?.aborted) callOff();
    await supervisor.start();
  } finally {
    signal?.removeEventListener('abort', callOff);
  }
}

function handle(
  supervisor: Supervisor,
  settings: StackSettings,
  data: DataDirectory,
  reaper: Reaper,
  environment: Readonly<Record<string, string>>,
): Stack {
  const { ports } = settings;
  const deskEnvironment = { ...stackEnvironment(settings), ...environment };
  const ended = supervisor.ended.then(async (why) => {
    await reaper.dismiss();
    data.release();
    return why;
  });
  return {
    dataDirectory: data.path,
    ports,
    urls: {
      api: loopbackUrl(ports.api),
      worker: loopbackUrl(ports.worker),
      temporalUi: loopbackUrl(ports.temporalUi),
      mail: loopbackUrl(ports.mailWeb),
      stripeSandbox: loopbackUrl(ports.stripeSandbox),
      shopSandbox: loopbackUrl(ports.shopSandbox),
      paypalSandbox: loopbackUrl(ports.paypalSandbox),
      bankSandbox: loopbackUrl(ports.bankSandbox),
      database: deskEnvironment['DATABASE_URL'] ?? '',
    },
    temporalAddress: deskEnvironment['TEMPORAL_ADDRESS'] ?? '',
    environment: deskEnvironment,
    stripeSandboxEnvironment: stripeSandboxEnvironment(settings),
    part: (name) => partHandle(supervisor, name, data.logs),
    async stop() {
      await supervisor.stop();
      await ended;
    },
    ended,
  };
}

function partHandle(supervisor: Supervisor, name: PartName, logs: string): StackPart {
  return {
    name,
    logFile: logFileOf(logs, name),
    get pid() {
      return supervisor.running(name)?.pid ?? null;
    },
    kill: async () => await supervisor.kill(name),
    stop: async () => await supervisor.stopPart(name),
    start: async () => await supervisor.startPart(name),
    async restart() {
      await supervisor.stopPart(name);
      await supervisor.startPart(name);
    },
  };
}

/** The log of the run before is kept beside, so that each file tells of one run. */
function rotate(logFile: string): void {
  if (existsSync(logFile)) renameSync(logFile, logFile.replace(/\.log$/, '.previous.log'));
}

interface Reaper {
  /** Lets it look once more and go. */
  dismiss(): Promise<void>;
}

/** Its input closes when this process is gone, however it went; then it ends what is left. */
function startReaper(data: DataDirectory, shell: Environment): Reaper {
  const program = fileURLToPath(new URL('./reaper.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', program, data.run, String(process.pid)], {
    cwd: thisTree,
    env: { PATH: shell['PATH'], HOME: shell['HOME'] },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin?.on('error', () => undefined);
  return {
    async dismiss() {
      child.stdin?.end();
      await gone;
    },
  };
}
