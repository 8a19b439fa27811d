/**
 * The embedded Temporal server: a real dev server on loopback with its state in a file, so that a second start finds
 * every ticket again. Where the program comes from is temporal-binary's.
 */

import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Connection } from '@temporalio/client';
import { type Running, startChild } from './child.ts';
import { isPortFree } from './ports.ts';
import { Trouble } from './trouble.ts';
import { until } from './until.ts';

export interface TemporalServerOptions {
  /** The server's program, as `provisionTemporal` finds it. */
  readonly binary: string;
  /** Holds the state; made if missing. */
  readonly dataDirectory: string;
  readonly port: number;
  /** Absent: no UI. */
  readonly uiPort?: number;
  /** Where the UI has payloads decoded for signed-in staff. */
  readonly codecEndpoint?: string;
  readonly namespace?: string;
  readonly logFile: string;
  /** Called with the pid as soon as there is one. */
  readonly onSpawn?: (pid: number) => void;
  readonly signal?: AbortSignal;
}

export interface TemporalServer extends Running {
  readonly address: string;
}

const startWithinMs = 60_000;

/** Starts the server and resolves when it serves; leaves no process behind when it throws. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const dataDirectory = resolve(options.dataDirectory);
  mkdirSync(dataDirectory, { recursive: true });
  mkdirSync(dirname(resolve(options.logFile)), { recursive: true });
  // The server's own look is not to be relied on: two may share a port, and the other one would answer for ours.
  if (!(await isPortFree(options.port)))
    throw new Trouble(`Port ${options.port}, for the Temporal server, is taken. Move it with TEMPORAL_PORT=….`);
  const address = `127.0.0.1:${options.port}`;
  const namespace = options.namespace ?? 'default';
  const server = startChild({
    command: options.binary,
    args: serverArguments(options, dataDirectory, namespace),
    // Settings for the command line's client, such as TEMPORAL_TLS, are no business of this server.
    environment: { PATH: process.env['PATH'] ?? '', HOME: dataDirectory, TZ: 'UTC' },
    directory: dataDirectory,
    logFile: options.logFile,
    stopWithinMs: 15_000,
    onSpawn: options.onSpawn,
  });
  const settled = async () => server.hasExited() || (await serves(address, namespace));
  const inTime = await until(settled, {
    withinMs: startWithinMs,
    everyMs: 100,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (inTime && !server.hasExited()) return { ...server, address };
  const how = server.hasExited() ? await server.exited : null;
  await server.stop();
  const { logFile } = options;
  if (options.signal?.aborted) throw new Trouble('The start of the Temporal server was called off.', { logFile });
  if (how === null)
    throw new Trouble(`The Temporal server did not answer within ${startWithinMs / 1_000} s.`, { logFile });
  throw new Trouble(
    `The Temporal server cannot run on ${dataDirectory} (${how}), so its state is probably damaged. Bring back a copy, or move it away to begin anew.`,
    { logFile },
  );
}

function serverArguments(options: TemporalServerOptions, dataDirectory: string, namespace: string): string[] {
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(options.port),
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    ...(options.codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', options.codecEndpoint]),
    '--namespace',
    namespace,
    '--db-filename',
    join(dataDirectory, 'temporal.sqlite'),
    // Nearly twice as fast as the preset, and as safe against a killed process.
    '--sqlite-pragma',
    'journal_mode=wal',
    '--sqlite-pragma',
    'synchronous=normal',
    '--log-level',
    'warn',
  ];
}

/** One short-lived connection a look, since a lasting one would wait out its own growing pauses between attempts. */
async function serves(address: string, namespace: string): Promise<boolean> {
  const connection = Connection.lazy({ address });
  try {
    return await connection.withDeadline(Date.now() + 2_000, async () => {
      const { status } = await connection.healthService.check({
        service: 'temporal.api.workflowservice.v1.WorkflowService',
      });
      if (status !== 1) return false;
      await connection.workflowService.describeNamespace({ namespace });
      return true;
    });
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
