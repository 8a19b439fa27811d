/**
 * The embedded PostgreSQL: a real server process on loopback, whose cluster is made on the first start and found again
 * on every later one. Never opens a cluster that the desk did not make.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { type Child, type Running, startChild } from './child.ts';
import { giveTo, openPostgresHome, type PostgresHome } from './postgres-home.ts';
import { commandLine } from './process-identity.ts';
import { Trouble } from './trouble.ts';
import { until } from './until.ts';

export interface PostgresOptions {
  /** Holds the cluster and its password; made if missing. */
  readonly dataDirectory: string;
  readonly port: number;
  readonly logFile: string;
  /** `false` trades safety against a power cut for speed; for test clusters only. */
  readonly durable?: boolean;
  readonly password?: string;
  /** Called with the pid as soon as there is one. */
  readonly onSpawn?: (pid: number) => void;
  readonly signal?: AbortSignal;
}

export interface PostgresServer extends Running {
  /** Of the maintenance database `postgres`, as its superuser `desk`. */
  readonly url: string;
}

const superuser = 'desk';
const startWithinMs = 60_000;

/** Starts the server and resolves when it answers; leaves no process behind when it throws. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const durable = options.durable ?? true;
  const dataDirectory = resolve(options.dataDirectory);
  mkdirSync(dirname(resolve(options.logFile)), { recursive: true });
  const home = openPostgresHome({
    dataDirectory,
    durable,
    ...(options.password === undefined ? {} : { password: options.password }),
  });
  if (!existsSync(home.cluster)) await makeCluster(home, options.logFile, durable);
  requireNotRunning(home);
  const url = `postgres://${superuser}:${encodeURIComponent(home.password)}@127.0.0.1:${options.port}/postgres`;
  const server = await startServer(home, url, options, durable);
  return { ...server, url };
}

/** Makes the database if there is none of that name, and returns its URL. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

/** Made under another name and renamed when whole, so that an interrupted start leaves no half cluster. */
async function makeCluster(home: PostgresHome, logFile: string, durable: boolean): Promise<void> {
  const unfinished = `${home.cluster}.new`;
  const passwordFile = join(dirname(home.cluster), `password.${randomBytes(6).toString('hex')}`);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(home.user, unfinished);
  writeFileSync(passwordFile, `${home.password}\n`, { mode: 0o600 });
  giveTo(home.user, passwordFile);
  try {
    const initdb = startChild({
      command: join(home.binaries, 'initdb'),
      args: [
        `--pgdata=${unfinished}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Sorts the same on every machine, whatever locales it has.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      environment: serverEnvironment(),
      directory: '/',
      logFile,
      user: home.user,
    });
    const how = await initdb.exited;
    if (how !== 'exit code 0')
      throw new Trouble(`PostgreSQL could not make its data directory ${home.cluster} (${how}).`, { logFile });
    renameSync(unfinished, home.cluster);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

const serverEnvironment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' });

/** A lock file of a server that was killed is PostgreSQL’s to judge; one of a living server is ours to tell. */
function requireNotRunning(home: PostgresHome): void {
  const lockFile = join(home.cluster, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  if (commandLine(pid).includes(home.cluster))
    throw new Trouble(`A PostgreSQL server (process ${pid}) already uses ${home.cluster}. Stop that one first.`);
  // The pid went to another program since, or to a zombie: PostgreSQL would take either for a server and refuse for
  // ever. That no former backend still lives it also knows from its shared memory.
  if (pid > 0 && exists(pid)) rmSync(lockFile, { force: true });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function startServer(
  home: PostgresHome,
  url: string,
  options: PostgresOptions,
  durable: boolean,
): Promise<Running> {
  const deadline = performance.now() + startWithinMs;
  for (;;) {
    const logFrom = sizeOf(options.logFile);
    const server = spawnServer(home, options, durable);
    const withinMs = Math.max(0, deadline - performance.now());
    const settled = async () => server.hasExited() || (await accepts(url));
    const settledInTime = await until(settled, {
      withinMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    if (settledInTime && !server.hasExited()) return server;
    const inTime = server.hasExited();
    await server.stop();
    const said = readFileSync(options.logFile, 'utf8').slice(logFrom);
    // Its former backends, whose server was killed, are still on their way out.
    const tryAgain = inTime && /pre-existing shared memory block|lock file .* already exists/.test(said);
    if (tryAgain && performance.now() < deadline && !options.signal?.aborted) continue;
    throw explain(said, inTime ? await server.exited : null, home, options);
  }
}

function spawnServer(home: PostgresHome, options: PostgresOptions, durable: boolean): Child {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A failed statement and its details can name people; the log may not.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return startChild({
    command: join(home.binaries, 'postgres'),
    args: [
      '-D',
      home.cluster,
      '-p',
      String(options.port),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    environment: serverEnvironment(),
    directory: '/',
    logFile: options.logFile,
    user: home.user,
    // Fast shutdown: ends sessions, writes a checkpoint.
    stopSignal: 'SIGINT',
    stopWithinMs: 30_000,
    onSpawn: options.onSpawn,
  });
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that goes away under the probe ends the probe, nothing else.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    await client.end();
    return true;
  } catch {
    // Not waited for: the end of a connection that never was is not always told.
    void client.end().catch(() => undefined);
    return false;
  }
}

function explain(said: string, how: string | null, home: PostgresHome, options: PostgresOptions): Trouble {
  const { logFile } = options;
  if (options.signal?.aborted) return new Trouble('The start of PostgreSQL was called off.', { logFile });
  if (how === null) return new Trouble(`PostgreSQL did not answer within ${startWithinMs / 1_000} s.`, { logFile });
  if (/could not bind|Address already in use/.test(said))
    return new Trouble(`Port ${options.port}, for PostgreSQL, is taken. Move it with POSTGRES_PORT=….`, { logFile });
  return new Trouble(
    `PostgreSQL cannot run on ${home.cluster} (${how}), so it is probably damaged. Bring back a copy, or move ${dirname(home.cluster)} away to begin anew.`,
    { logFile },
  );
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);
