/** The embedded Temporal server: its state outlives a kill, and search attributes are compared by type. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { findFreePort } from '../../dev/ports.ts';
import { provisionTemporal } from '../../dev/temporal-binary.ts';
import { startTemporalServer, type TemporalServer } from '../../dev/temporal-server.ts';
import { until } from '../../dev/until.ts';
import { registerSearchAttributes } from '../../runtime/search-attributes.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { lives } from './stand-ins.ts';

/** Temporal's number of the type. */
const intType = 3;

let directory: string;
let binary: string;
let port: number;
let server: TemporalServer;
let connection: Connection;

const start = async () =>
  await startTemporalServer({ binary, dataDirectory: directory, port, logFile: join(directory, 'temporal.log') });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'refund-desk-temporal-test-'));
  const source = await provisionTemporal({
    environment: { ...process.env, TEMPORAL_ADDRESS: undefined },
    report: (line) => process.stdout.write(`${line}\n`),
  });
  if (source.kind !== 'binary') throw new Error('expected a server to start');
  binary = source.path;
  port = await findFreePort();
  server = await start();
  connection = await Connection.connect({ address: server.address });
});

afterAll(async () => {
  await connection?.close();
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const registered = async (): Promise<string[]> =>
  Object.keys((await connection.operatorService.listSearchAttributes({ namespace: 'default' })).customAttributes ?? {});

test('a search attribute registered with another type is refused by name, and no other is registered', async () => {
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: { TicketPhase: intType },
  });
  expect(await until(async () => (await registered()).includes('TicketPhase'), { withinMs: 10_000 })).toBe(true);
  await expect(registerSearchAttributes(connection, 'default')).rejects.toThrow('search attribute TicketPhase');
  expect(await registered()).not.toContain('TicketOutcome');
});

test('missing search attributes are registered, and again changes nothing', async () => {
  await connection.operatorService.removeSearchAttributes({ namespace: 'default', searchAttributes: ['TicketPhase'] });
  expect(await until(async () => !(await registered()).includes('TicketPhase'), { withinMs: 10_000 })).toBe(true);
  await registerSearchAttributes(connection, 'default');
  await registerSearchAttributes(connection, 'default');
  expect(await registered()).toEqual(expect.arrayContaining(Object.keys(searchAttributes)));
});

test('a started workflow outlives a kill -9', async () => {
  const client = new Client({ connection });
  await client.workflow.start('nobody', { taskQueue: 'nobody', workflowId: 'kept', args: [] });
  await server.kill();
  expect(lives(server.pid)).toBe(false);
  server = await start();
  expect((await client.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
});

test('a taken port is told before a second server could answer on it', async () => {
  const second = startTemporalServer({
    binary,
    dataDirectory: join(directory, 'second'),
    port,
    logFile: join(directory, 'second.log'),
  });
  await expect(second).rejects.toThrow(`Port ${port}, for the Temporal server, is taken.`);
});

test('a damaged state is told in a sentence with the log, and no process is left', async () => {
  const damaged = join(directory, 'damaged');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'temporal.sqlite'), 'no database'.repeat(1_000));
  const logFile = join(directory, 'damaged.log');
  let pid = 0;
  const started = startTemporalServer({
    binary,
    dataDirectory: damaged,
    port: await findFreePort(),
    logFile,
    onSpawn: (spawned) => {
      pid = spawned;
    },
  });
  await expect(started).rejects.toMatchObject({
    message: expect.stringContaining(`cannot run on ${damaged}`),
    logFile,
  });
  expect(pid).toBeGreaterThan(0);
  expect(lives(pid)).toBe(false);
});

test('a server named by TEMPORAL_ADDRESS is used and none is looked for', async () => {
  const report = () => {
    throw new Error('nothing is to be fetched');
  };
  const environment = { TEMPORAL_ADDRESS: 'temporal.example:7233', PATH: '' };
  expect(await provisionTemporal({ environment, report })).toEqual({
    kind: 'address',
    address: 'temporal.example:7233',
  });
});
