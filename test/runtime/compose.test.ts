/** docker-compose.yml and the Dockerfile without an engine: their form, and that what they name is there. */

import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { configKeys, readConfig } from '../../runtime/config.ts';
import { pathOf, readCompose, readEnvFile, readStages, readText, type Service } from './compose-file.ts';

const text = readText('docker-compose.yml');
const example = readEnvFile(readText('ops/compose.env.example'));
const compose = readCompose(text, example);
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const stages = readStages(readText('Dockerfile'));
const runtime = stages.find(({ name }) => name === 'runtime');

const environmentOf = (name: string): Service['environment'] => compose.services[name]?.environment ?? {};

const pinned = /:[\w.-]*\d[\w.-]*$/;

describe('docker-compose.yml', () => {
  test('is of the Compose Specification’s form, and a mistake in it is found', () => {
    expect(services.map(([name]) => name).sort()).toEqual([
      'api',
      'mail',
      'migrate',
      'postgres',
      'temporal',
      'temporal-ui',
      'worker-payouts',
      'worker-probes',
      'worker-tickets',
    ]);
    expect(() => readCompose(text.replace('depends_on:', 'depend_on:'), example)).toThrow('depend_on');
    expect(() => readCompose(text.replace('service_healthy', 'healthy'), example)).toThrow('service_healthy');
    expect(() => readCompose(`${text}\nservice: {}\n`, example)).toThrow('top-level');
  });

  test.each(Object.keys(example).filter((key) => text.includes(`\${${key}:?`)))('%s must be set', (key) => {
    expect(() => readCompose(text, { ...example, [key]: '' })).toThrow(`${key} is not set`);
  });

  test('every variable that it reads is in the example, and the other way round', () => {
    const read = [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, key = '']) => key);
    expect([...new Set(read)].sort()).toEqual(Object.keys(example).sort());
  });

  test.each(ours)('%s gets keys of the configuration only, and they are accepted', (_name, { environment }) => {
    expect(Object.keys(environment).filter((key) => !Object.hasOwn(configKeys, key))).toEqual([]);
    const config = readConfig(environment);
    expect(config).toMatchObject({ NODE_ENV: 'development', PAYOUT_MODE: 'dry-run', CLOCK_PACE: 1 });
  });

  test.each(ours)('%s is refused as a production desk, so that nobody runs it as one', (_name, { environment }) => {
    expect(() => readConfig({ ...environment, NODE_ENV: 'production' })).toThrow(/PUBLIC_URL.*\n.*TRUST_PROXY/);
  });

  test('each process is given only the secrets that it uses', () => {
    const holders = (key: string, value: string | undefined): string[] =>
      ours.filter(([, { environment }]) => environment[key] === value).map(([name]) => name);
    expect(holders('STRIPE_API_KEY', example['STRIPE_API_KEY'])).toEqual(['worker-payouts']);
    expect(holders('STRIPE_WEBHOOK_SECRETS', example['STRIPE_WEBHOOK_SECRETS'])).toEqual(['api']);
    expect(holders('SHOP_SIGNING_SECRET', example['SHOP_SIGNING_SECRET'])).toEqual(['worker-payouts']);
    expect(holders('AUTH_SECRET', example['AUTH_SECRET'])).toEqual(['api']);
    expect(holders('EVIDENCE_KEY', example['EVIDENCE_KEY'])).toEqual(['api']);
  });

  test('one worker serves each queue, and all know of the same build', () => {
    expect(environmentOf('worker-probes')['WORKER_QUEUES']).toBe('probes');
    expect(environmentOf('worker-probes')['PROBES_FILE']).not.toBe('');
    expect(environmentOf('worker-tickets')['WORKER_QUEUES']).toBe('tickets');
    expect(environmentOf('worker-payouts')['WORKER_QUEUES']).toBe('payouts');
    const built = readCompose(text, { ...example, WORKER_BUILD_ID: 'abc123' });
    expect(built.services['worker-tickets']?.environment['WORKER_BUILD_ID']).toBe('abc123');
    expect(built.services['worker-payouts']?.environment['WORKER_BUILD_ID']).toBe('abc123');
  });

  test('every image is pinned by its tag', () => {
    const others = services.filter(([, { build }]) => build === undefined).map(([, { image }]) => image);
    expect(others.filter((image) => !pinned.test(image))).toEqual([]);
    expect(ours.map(([, { image }]) => image)).toEqual(ours.map(() => 'refund-desk:local'));
  });

  test('every published port is bound to loopback, and none twice', () => {
    const ports = services.flatMap(([, service]) => service.ports);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
  });

  test('who waits for a service waits for one that is there, and for its health only where it tells', () => {
    const waits = services.flatMap(([, { depends_on }]) => Object.entries(depends_on));
    expect(waits.filter(([name]) => compose.services[name] === undefined)).toEqual([]);
    const tells = (name: string): boolean => Object.hasOwn(compose.services[name]?.healthcheck ?? {}, 'test');
    expect(waits.filter(([name, { condition }]) => condition === 'service_healthy' && !tells(name))).toEqual([]);
  });

  test('nothing of ours starts before the migration went well, and the API needs no Temporal', () => {
    const others = ours.filter(([name]) => name !== 'migrate');
    expect(others.map(([, { depends_on }]) => depends_on['migrate']?.condition)).toEqual(
      others.map(() => 'service_completed_successfully'),
    );
    expect(compose.services['api']?.depends_on).not.toHaveProperty('temporal');
  });

  test('a process gets longer to stop than its payments get to finish and are then ended by force', () => {
    for (const [, { environment, stop_grace_period }] of ours) {
      const grace = readConfig(environment).SHUTDOWN_GRACE_SECONDS + 10;
      expect(Number.parseInt(stop_grace_period ?? '0', 10)).toBeGreaterThan(grace);
    }
  });

  test('every file that is mounted is there, and every volume is declared', () => {
    const sources = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    const files = sources.filter((source) => source.startsWith('./'));
    expect(files.filter((file) => !existsSync(pathOf(file)))).toEqual([]);
    const named = sources.filter((source) => !source.startsWith('./'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});

/** Where a file of the build comes from: what is compiled stands under the same name. */
const isBuilt = (file: string): boolean =>
  file.startsWith('dist/') && existsSync(pathOf(file.replace(/^dist\//, '').replace(/\.js$/, '.ts')));

const runsOf = (service: Service): string | undefined => service.command?.find((word) => word.startsWith('dist/'));

describe('the Dockerfile', () => {
  test('has the stages that are asked for, each from a pinned image', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'packages', 'runtime']);
    expect(stages.filter(({ from }) => !pinned.test(from.replace('-slim', '')))).toEqual([]);
    expect(new Set(ours.map(([, { build }]) => build?.target))).toEqual(new Set(['runtime']));
  });

  test('copies only what is there, what the context holds, and from stages that are there', () => {
    const ignored = readText('.dockerignore').split('\n');
    const copies = stages.flatMap(({ instructions }) =>
      instructions.filter(({ word }) => word === 'COPY').map(({ rest }) => rest.split(' ')),
    );
    const fromStage = copies.flatMap(([first = '']) => (first.startsWith('--from=') ? [first.slice(7)] : []));
    expect([...new Set(fromStage)].sort()).toEqual(['build', 'packages']);
    const sources = copies.filter(([first]) => !first?.startsWith('--')).flatMap((words) => words.slice(0, -1));
    expect(sources).toContain('package-lock.json');
    expect(sources.filter((source) => !existsSync(pathOf(source)))).toEqual([]);
    expect(sources.filter((source) => !ignored.includes(`!${source}`))).toEqual([]);
  });

  test('copies every folder that is compiled', () => {
    const { include } = JSON.parse(readText('tsconfig.build.json')) as { include: string[] };
    const copied = stages[0]?.instructions.filter(({ word }) => word === 'COPY').map(({ rest }) => rest.split(' ')[0]);
    expect(include.filter((folder) => !copied?.includes(folder))).toEqual([]);
  });

  test('runs Node itself, as nobody special, in production’s own mode', () => {
    const last = (word: string) => runtime?.instructions.filter((one) => one.word === word).at(-1)?.rest;
    const command = JSON.parse(last('CMD') ?? '[]') as string[];
    expect(command[0]).toBe('node');
    expect(isBuilt(command.at(-1) ?? '')).toBe(true);
    expect(last('USER')).toBe('node');
    expect(runtime?.instructions).toContainEqual({ word: 'ENV', rest: 'NODE_ENV=production' });
    expect(runtime?.instructions.some(({ word }) => word === 'ENTRYPOINT')).toBe(false);
    expect(last('HEALTHCHECK')).toContain('/healthz');
  });

  test('has what every service is to run', () => {
    const runs = ours.flatMap(([, service]) => runsOf(service) ?? []);
    expect(runs.sort()).toEqual(['dist/runtime/migrate.js', ...Array<string>(3).fill('dist/runtime/worker.js')]);
    expect(runs.filter((file) => !isBuilt(file))).toEqual([]);
  });
});
