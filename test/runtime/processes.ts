/** Processes of the desk as an operator sees them: their log, their health, how they end when asked to. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../../dev/child.ts';
import { compiledProgram } from '../../dev/programs.ts';
import { until } from '../../dev/until.ts';
import { type Config, Secret } from '../../runtime/config.ts';
import { patienceMs } from '../environment/patience.ts';
import { readServers } from '../environment/servers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface DeskProcess {
  readonly pid: number;
  /** Waits for the log line that tells of its port, and for its readiness; throws with its log where it never comes. */
  ready(): Promise<string>;
  hasExited(): boolean;
  /** All that it wrote. */
  output(): string;
  logged(event: string): Record<string, unknown> | undefined;
  askToStop(): void;
  /** Exit code; asks it to stop first. Killed after a minute. */
  stop(): Promise<number | null>;
  readonly code: Promise<number | null>;
}

export interface ProgramOptions {
  /** Relative to the repository: as the global setup compiled it. Absolute: a built one. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string;
}

export function startProcess({ program, environment, directory = root }: ProgramOptions): DeskProcess {
  const folder = mkdtempSync(join(tmpdir(), 'refund-desk-process-'));
  const logFile = join(folder, 'log');
  const child = startChild({
    command: process.execPath,
    args: [isAbsolute(program) ? program : compiledProgram(readServers().programs, program)],
    environment: {
      PATH: process.env['PATH'] ?? '',
      LOG_LEVEL: 'info',
      ...environment,
      ...(isAbsolute(program)
        ? {}
        : {
            WORKFLOW_BUNDLE: join(root, 'build/workflow-bundle.js'),
            PAGES_DIRECTORY: join(root, 'build/pages'),
          }),
    },
    logFile,
    directory,
    stopWithinMs: 60_000,
  });
  let ended = '';
  const output = (): string => ended || readFileSync(logFile, 'utf8');
  const code = child.code.then((exitCode) => {
    ended = output() || ' ';
    rmSync(folder, { recursive: true, force: true });
    return exitCode;
  });
  const logged = (event: string) => jsonLines(output()).find((line) => line['event'] === event);
  return {
    pid: child.pid,
    hasExited: child.hasExited,
    output,
    logged,
    code,
    askToStop: () => void process.kill(child.pid, 'SIGTERM'),
    stop: async () => {
      await child.stop();
      return code;
    },
    ready: async () => {
      const url = () => `http://127.0.0.1:${String(logged('ready')?.['port'])}`;
      const isReady = async () =>
        child.hasExited() || (logged('ready') !== undefined && (await statusOf(`${url()}/readyz`)) === 200);
      const came = await until(isReady, { withinMs: patienceMs });
      if (!came || child.hasExited()) throw new Error(`${program} did not become ready:\n${output()}`);
      return url();
    },
  };
}

/** 0 where nobody answers. */
export const statusOf = async (url: string): Promise<number> => {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
};

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const textOf = (value: unknown): string => {
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.map(textOf).join(',');
  if (typeof value === 'object' && value !== null && 'id' in value && 'key' in value)
    return `${textOf(value.id)}:${textOf(value.key)}`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value as string | number);
};

/** The environment that gives another process the same configuration, on ports of its own. */
export const environmentOf = (
  config: Config,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key, textOf(value)])),
  PORT: '0',
  WORKER_PORT: '0',
  LOG_LEVEL: 'info',
  ...given,
});
