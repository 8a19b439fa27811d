/** The production build: whole, standing on production packages alone, and its processes start and stop as they should. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { castOf, closedAs, decideClaim, refundsOf, untilTicket } from '../environment/claims.ts';
import { copyTemplate } from '../environment/database.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type DeskProcess, environmentOf, startProcess, statusOf } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readJson = <Shape>(file: string): Shape => JSON.parse(readFileSync(file, 'utf8')) as Shape;

let folder: string;
let dist: string;
let desk: Desk;
const processes: DeskProcess[] = [];

/** A folder where only the packages that production installs can be found. */
function linkProductionPackages(): void {
  const { packages } = readJson<{ packages: Record<string, { dev?: boolean }> }>(join(root, 'package-lock.json'));
  const wanted = Object.entries(packages)
    .filter(([path, { dev }]) => !dev && /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path))
    .map(([path]) => path);
  for (const path of wanted.filter((one) => existsSync(join(root, one)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(root, path), join(folder, path));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refund-desk-build-'));
  dist = join(folder, 'dist');
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  linkProductionPackages();
  const built = spawnSync(process.execPath, ['--import', 'tsx', 'runtime/build.ts', dist], { cwd: root });
  if (built.status !== 0) throw new Error(`the build failed:\n${String(built.stdout)}${String(built.stderr)}`);
  desk = await startDesk({ workers: false });
});

afterAll(async () => {
  for (const process of processes) await process.stop();
  await desk.close();
  await rm(folder, { recursive: true, force: true });
});

const start = (name: 'api' | 'worker' | 'migrate', given: Readonly<Record<string, string>> = {}): DeskProcess => {
  const program = join(dist, 'runtime', `${name}.js`);
  const environment = environmentOf(desk.core.config, { NODE_ENV: 'development', ...given });
  const started = startProcess({ program, environment, directory: folder });
  processes.push(started);
  return started;
};

const filesIn = (where: string, ending: string): string[] =>
  readdirSync(where, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));

/** Neither the workflows’ code nor the pages’, which hold their packages. */
const ownFiles = (): string[] =>
  filesIn(dist, '.js').filter((file) => file !== 'workflow-bundle.js' && !file.startsWith('pages/'));

describe('what is built', () => {
  test('is every product file compiled, and nothing of dev or test', () => {
    const { include } = readJson<{ include: string[] }>(join(root, 'tsconfig.build.json'));
    const sources = include.flatMap((name) => filesIn(join(root, name), '.ts').map((file) => `${name}/${file}`));
    const expected = sources
      .filter((file) => !file.endsWith('.d.ts') && file !== 'runtime/build.ts')
      .map((file) => file.replace(/\.ts$/, '.js'));
    const compiled = ownFiles();
    expect(compiled.sort()).toEqual(expected.sort());
  });

  test('imports Node’s own modules and the packages of production only', () => {
    const { dependencies } = readJson<{ dependencies: Record<string, string> }>(join(root, 'package.json'));
    const imported = ownFiles()
      .flatMap((file) => [
        ...readFileSync(join(dist, file), 'utf8').matchAll(
          /(?:^(?:import|export)\s[^'"=;()]*?\bfrom\s+|^import\s+|\bimport\(|\brequire(?:\.resolve)?\()['"]([^'".][^'"]*)['"]/gm,
        ),
      ])
      .map(([, name = '']) =>
        name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? ''),
      );
    const packages = new Set(imported.filter((name) => !name.startsWith('node:')));
    expect([...packages].filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
    expect(packages).toContain('express');
    expect(packages).toContain('swagger-ui-dist');
    expect([...packages].filter((name) => builtinModules.includes(name))).toEqual([]);
  });

  test('has every mail template', () => {
    const templates = filesIn(join(root, 'providers/templates'), '.hbs');
    expect(filesIn(join(dist, 'providers/templates'), '.hbs').sort()).toEqual(templates.sort());
  });

  test('tells the checksum of its workflow bundle, and an id of its own', () => {
    const checked = spawnSync('sha256sum', ['--check', 'workflow-bundle.js.sha256'], { cwd: dist });
    expect(String(checked.stdout)).toBe('workflow-bundle.js: OK\n');
    expect(readFileSync(join(dist, 'build-id'), 'utf8')).toMatch(/^[0-9a-f]{12}\n$/);
  });
});

describe('a built process', () => {
  test('API and worker come up, take a claim to its refund, and end well when asked to', async () => {
    const worker = start('worker');
    const api = start('api');
    await worker.ready();
    const url = await api.ready();
    expect(await statusOf(`${url}/openapi.json`)).toBe(200);
    expect(await statusOf(`${url}/docs/assets/swagger-ui-bundle.js`)).toBe(200);
    expect(await statusOf(`${url}/sign-in`)).toBe(200);
    expect(await statusOf(`${url}/v1/tickets`)).toBe(401);

    const cast = await castOf(desk);
    const claim = await decideClaim(desk, cast);
    await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`);
    await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
    expect(await refundsOf(desk, claim.charge)).toHaveLength(1);

    const before = performance.now();
    expect([await api.stop(), await worker.stop()]).toEqual([0, 0]);
    expect(performance.now() - before).toBeLessThan(15_000);
    for (const ended of [api, worker]) expect(ended.logged('stopping')).toMatchObject({ reason: 'SIGTERM', level: 30 });
    expect(await statusOf(`${url}/healthz`)).toBe(0);
  });

  test('the migration brings an empty database to the present schema, and does nothing the second time', async () => {
    const database = await copyTemplate();
    try {
      for (const state of ['first', 'second']) {
        const migration = start('migrate', { DATABASE_URL: database.url });
        expect([state, await migration.code]).toEqual([state, 0]);
        expect(migration.logged('migrated')).toMatchObject({ state: 'current' });
        expect(migration.logged('registered')).toBeDefined();
      }
    } finally {
      await database.drop();
    }
  });

  test('a worker whose bundle is missing refuses to start, in one sentence', async () => {
    const worker = start('worker', { WORKFLOW_BUNDLE: join(folder, 'nowhere.js') });
    expect(await worker.code).toBe(1);
    expect(lastLine(worker)).toMatch(/^The workflow bundle \S+nowhere\.js is missing; build it with: npm run bundle/);
    expect(worker.output()).not.toContain(' at ');
  });

  test('a worker whose bundle is not the one that was built refuses to start, in one sentence', async () => {
    const bundle = join(folder, 'changed.js');
    copyFileSync(join(dist, 'workflow-bundle.js'), bundle);
    copyFileSync(join(dist, 'workflow-bundle.js.sha256'), `${bundle}.sha256`);
    appendFileSync(bundle, '\n');
    const worker = start('worker', { WORKFLOW_BUNDLE: bundle });
    expect(await worker.code).toBe(1);
    expect(lastLine(worker)).toMatch(/^The workflow bundle .* is not the one that was built: its checksum differs\.$/);
  });

  test('a port that is taken is named, in one sentence', async () => {
    const port = new URL(desk.url).port;
    const api = start('api', { PORT: port });
    expect(await api.code).toBe(1);
    expect(lastLine(api)).toBe(`Port ${port} is taken: another process listens there.`);
  });

  test.each(['api', 'worker', 'migrate'] as const)('%s tells every problem of its configuration', async (name) => {
    const wrong = start(name, { AUTH_SECRET: 'short', PORT: 'none' });
    expect(await wrong.code).toBe(78);
    expect(wrong.output()).toMatch(/2 problem\(s\):\n {2}PORT .*\n {2}AUTH_SECRET /);
    expect(wrong.output()).not.toContain('short.');
  });
});

const lastLine = (process: DeskProcess): string => process.output().trim().split('\n').at(-1) ?? '';
