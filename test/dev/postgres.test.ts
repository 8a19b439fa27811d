/** The embedded PostgreSQL: keeps its data through a kill, and opens only clusters that the desk made. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { findFreePort } from '../../dev/ports.ts';
import { createDatabase, type PostgresServer, startPostgres } from '../../dev/postgres.ts';
import { lives } from './stand-ins.ts';

let directory: string;
let port: number;
let server: PostgresServer | null = null;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'refund-desk-postgres-test-'));
  port = await findFreePort();
});

afterEach(async () => {
  await server?.stop();
  server = null;
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  rmSync(logFile(), { force: true });
});

const logFile = () => `${directory}.log`;

async function start(dataDirectory = directory): Promise<PostgresServer> {
  server = await startPostgres({ dataDirectory, port, logFile: logFile(), durable: false });
  return server;
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test('data outlives a kill -9, whose lock file stays behind', async () => {
  const first = await start();
  const database = await createDatabase(first.url, 'desk');
  await ask(database, 'create table kept as select 42 as answer');
  // Written before the kill: without fsync nothing is promised but what a checkpoint holds.
  await ask(database, 'checkpoint');
  await first.kill();
  expect(readFileSync(join(directory, 'cluster', 'postmaster.pid'), 'utf8')).toContain(String(first.pid));
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await createDatabase(second.url, 'desk')).toBe(database);
  expect(await ask(database, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a lock file whose pid went to another program does not bar the start', async () => {
  await (await start()).kill();
  const lockFile = join(directory, 'cluster', 'postmaster.pid');
  const [, ...rest] = readFileSync(lockFile, 'utf8').split('\n');
  writeFileSync(lockFile, [String(process.pid), ...rest].join('\n'));
  expect((await start()).hasExited()).toBe(false);
});

test('stopping waits for the end, and the end is told', async () => {
  const running = await start();
  await running.stop();
  expect(lives(running.pid)).toBe(false);
  expect(await running.exited).toBe('exit code 0');
});

test('a second server on the same cluster is refused by the first one’s process', async () => {
  const running = await start();
  const second = startPostgres({ dataDirectory: directory, port: await findFreePort(), logFile: logFile() });
  await expect(second).rejects.toThrow(`A PostgreSQL server (process ${running.pid}) already uses`);
});

test('it asks for the password and listens on loopback alone', async () => {
  const { url } = await start();
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
  expect(await ask(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  expect(await ask(url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
});

test('a taken port is told', async () => {
  const blocker = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
  await expect(start()).rejects.toThrow(`Port ${port}, for PostgreSQL, is taken.`);
  await new Promise((resolve) => blocker.close(resolve));
});

/** A copy of the stopped cluster that a test may break. */
function copyOfCluster(name: string): string {
  const copy = `${directory}-${name}`;
  cpSync(directory, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

test('a cluster that the desk did not make is refused and not touched', async () => {
  const foreign = copyOfCluster('foreign');
  rmSync(join(foreign, 'cluster.json'));
  await expect(start(foreign)).rejects.toThrow(`${foreign} holds files that the desk’s PostgreSQL did not make.`);
  rmSync(foreign, { recursive: true });
});

test('a cluster of another major version is refused by both numbers', async () => {
  const old = copyOfCluster('old');
  writeFileSync(join(old, 'cluster', 'PG_VERSION'), '15\n');
  await expect(start(old)).rejects.toThrow('was made by PostgreSQL 15, and the desk now runs 18.');
  rmSync(old, { recursive: true });
});

test('a damaged cluster is told in one sentence, and nothing is left running', async () => {
  const damaged = `${directory}-damaged`;
  const whole = await startPostgres({ dataDirectory: damaged, port, logFile: logFile(), durable: false });
  await whole.stop();
  rmSync(join(damaged, 'cluster', 'global', 'pg_control'));
  await expect(start(damaged)).rejects.toThrow(/^PostgreSQL cannot run on .* so it is probably damaged\./);
  expect(readFileSync(logFile(), 'utf8')).not.toContain('at startPostgres');
  rmSync(damaged, { recursive: true });
});

test('a directory that only its owner may enter is no bar, also where we are root', async () => {
  const closed = `${directory}-closed`;
  mkdirSync(closed, { mode: 0o700 });
  const inside = join(closed, 'postgres');
  const first = await start(inside);
  const database = await createDatabase(first.url, 'desk');
  await first.stop();
  await start(inside);
  expect(await ask(database, 'select 1 as one')).toEqual([{ one: 1 }]);
  const note = JSON.parse(readFileSync(join(inside, 'cluster.json'), 'utf8')) as { elsewhere: string | null };
  await server?.stop();
  if (note.elsewhere !== null) rmSync(dirname(note.elsewhere), { recursive: true });
  rmSync(closed, { recursive: true });
});
