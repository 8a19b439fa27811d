/** The stack with real processes, some of them stand-ins: it ends whole, however it ends, and its parts can be killed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findFreePorts, isPortFree } from '../../dev/ports.ts';
import { type Stack, type StackOptions, startStack } from '../../dev/stack.ts';
import { until } from '../../dev/until.ts';
import { lives, makeWorkplace, ownServers, type Workplace } from './stand-ins.ts';

let place: Workplace;
let stack: Stack | null = null;

beforeEach(() => {
  place = makeWorkplace();
});

afterEach(async () => {
  await stack?.stop();
  stack = null;
  place.remove();
});

const dataDirectory = () => join(place.directory, 'data');

async function start(options: Partial<StackOptions> = {}): Promise<Stack> {
  stack = await startStack({
    dataDirectory: dataDirectory(),
    ports: 'free',
    parts: ownServers,
    programs: place.servers(),
    shell: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    durable: false,
    ...options,
  });
  return stack;
}

const pidsOf = (running: Stack) => ownServers.map((name) => running.part(name).pid);

const anyLives = (pids: readonly (number | null)[]) => pids.some(lives);

test('a crash stops the others, API first, and is told with its log', async () => {
  const told: string[] = [];
  const running = await start({ report: (line) => told.push(line) });
  const pids = pidsOf(running);
  process.kill(running.part('stripe-sandbox').pid ?? 0, 'SIGKILL');
  const end = await running.ended;
  expect(end).toMatchObject({ why: 'crashed', part: 'stripe-sandbox' });
  expect(end).toMatchObject({ logFile: join(dataDirectory(), 'logs', 'stripe-sandbox.log') });
  expect(told.filter((line) => line.includes('stopped')).map((line) => line.trim())).toEqual([
    'The card provider’s sandbox: stopped',
    'The API: stopped',
    'The worker: stopped',
    'The mail catcher: stopped',
  ]);
  expect(anyLives(pids)).toBe(false);
  expect(readdirSync(join(dataDirectory(), 'run'))).toEqual([]);
  expect(existsSync(join(dataDirectory(), 'lock.json'))).toBe(false);
});

test('a killed part is down for the others’ sight and comes back on its port', async () => {
  const running = await start();
  const before = running.part('worker').pid;
  await running.part('worker').kill();
  expect(running.part('worker').pid).toBeNull();
  await expect(fetch(running.urls.worker)).rejects.toThrow('fetch failed');
  await running.part('worker').start();
  expect(running.part('worker').pid).not.toBe(before);
  expect((await fetch(running.urls.worker)).status).toBe(200);
});

test('a program that ends while it starts is named with its log, and nothing is left', async () => {
  const failed = start({ programs: { ...place.servers(), api: place.ending(3) } });
  await expect(failed).rejects.toMatchObject({
    message: 'The API ended while it started (exit code 3).',
    cause: expect.objectContaining({ message: 'The last line of its log: said and done' }),
    logFile: join(dataDirectory(), 'logs', 'api.log'),
  });
  expect(readdirSync(join(dataDirectory(), 'run'))).toEqual([]);
  await (await start()).stop();
});

test('a migration that fails stops the start', async () => {
  const failed = start({
    parts: ['stripe-sandbox', 'migrations'],
    programs: { ...place.servers(), migrations: place.ending(1) },
  });
  await expect(failed).rejects.toThrow('The migration of database and Temporal failed (exit code 1).');
});

test('nothing is started where a port is taken', async () => {
  const ports = await findFreePorts();
  const blocker = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => blocker.listen(ports.mailWeb, '127.0.0.1', resolve));
  await expect(start({ ports })).rejects.toThrow(`Port ${ports.mailWeb}, for the page of caught mails, is taken`);
  expect(readdirSync(join(dataDirectory(), 'logs'))).toEqual([]);
  await new Promise((resolve) => blocker.close(resolve));
});

test('a second stack beside the first is refused, and the first goes on', async () => {
  const running = await start();
  const second = startStack({ dataDirectory: dataDirectory(), ports: 'free', parts: ownServers });
  await expect(second).rejects.toThrow(`already runs with the data directory ${dataDirectory()}`);
  expect((await fetch(running.urls.api)).status).toBe(200);
});

test('called off during the start, it leaves nothing behind', async () => {
  const asked = new AbortController();
  const calledOff = start({ signal: asked.signal, report: () => asked.abort() });
  await expect(calledOff).rejects.toThrow('called off');
  expect(readdirSync(join(dataDirectory(), 'run'))).toEqual([]);
  expect(existsSync(join(dataDirectory(), 'lock.json'))).toBe(false);
});

/** A process of its own that runs the stack, PostgreSQL included, and tells its pids. */
function stackElsewhere(): { process: ChildProcess; pids: Promise<number[]> } {
  const file = join(place.directory, 'elsewhere.mts');
  const names = ['postgres', ...ownServers];
  const options = {
    dataDirectory: dataDirectory(),
    ports: 'free',
    parts: names,
    programs: place.servers(),
    durable: false,
  };
  writeFileSync(
    file,
    `import { startStack } from ${JSON.stringify(new URL('../../dev/stack.ts', import.meta.url).href)};
     const stack = await startStack(${JSON.stringify(options)});
     console.log(JSON.stringify(${JSON.stringify(names)}.map((name) => stack.part(name).pid)));`,
  );
  const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids = new Promise<number[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as number[]));
    child.once('exit', () => reject(new Error('the other stack ended before it was ready')));
  });
  return { process: child, pids };
}

test('a stack that is killed -9 leaves no process behind, and the next start finds its data', async () => {
  const other = stackElsewhere();
  const pids = await other.pids;
  expect(pids.every(lives)).toBe(true);
  other.process.kill('SIGKILL');
  expect(await until(() => !anyLives(pids), { withinMs: 20_000 })).toBe(true);
  const secrets = readFileSync(join(dataDirectory(), 'secrets.json'), 'utf8');
  await start({ parts: ['postgres'] });
  expect(readFileSync(join(dataDirectory(), 'secrets.json'), 'utf8')).toBe(secrets);
});

test('what a killed stack left running is ended by the next start', async () => {
  const running = await start();
  const left = running.part('worker').pid ?? 0;
  const record = readFileSync(join(dataDirectory(), 'run', 'worker.json'), 'utf8');
  const other = join(place.directory, 'other');
  const told: string[] = [];
  const first = await startStack({ dataDirectory: other, ports: 'free', parts: [] });
  await first.stop();
  // As if the worker were that stack's: the record alone says so, and proves it.
  writeFileSync(join(other, 'run', 'worker.json'), record);
  const second = await startStack({
    dataDirectory: other,
    ports: 'free',
    parts: [],
    report: (line) => told.push(line),
  });
  await second.stop();
  expect(told).toEqual(['Ended what a killed stack had left running: worker.']);
  expect(lives(left)).toBe(false);
  expect(await isPortFree(running.ports.worker)).toBe(true);
});

test('a record whose pid went to another process since ends nothing', async () => {
  const other = join(place.directory, 'other');
  await (await startStack({ dataDirectory: other, ports: 'free', parts: [] })).stop();
  const record = { pid: process.pid, started: 'before', name: 'worker', owner: 1, order: 1, stopSignal: 'SIGTERM' };
  writeFileSync(join(other, 'run', 'worker.json'), JSON.stringify(record));
  await (await startStack({ dataDirectory: other, ports: 'free', parts: [] })).stop();
  expect(lives(process.pid)).toBe(true);
  expect(readdirSync(join(other, 'run'))).toEqual([]);
});
