/**
 * The parts of the embedded stack in the order of their start: what each is, which ports it takes, and how it is
 * started. The order of stopping is the reverse: the API drains first, PostgreSQL goes last.
 */

import { join } from 'node:path';
import type { Running } from './child.ts';
import type { ProcessRecords } from './leftovers.ts';
import { type NodeProgram, type Readiness, runProgram, startProgram } from './node-part.ts';
import type { PortName } from './ports.ts';
import { createDatabase, startPostgres } from './postgres.ts';
import { compiledProgram } from './programs.ts';
import {
  bankSandboxEnvironment,
  databaseName,
  loopbackUrl,
  mailCatcherEnvironment,
  paypalSandboxEnvironment,
  proxyGatewayEnvironment,
  type StackSettings,
  shopSandboxEnvironment,
  stackEnvironment,
  stripeSandboxEnvironment,
} from './stack-settings.ts';
import type { Part } from './supervisor.ts';
import type { TemporalSource } from './temporal-binary.ts';
import { startTemporalServer } from './temporal-server.ts';

interface PartFacts {
  readonly title: string;
  readonly ports: readonly PortName[];
  /** The program, where the part is one of ours. */
  readonly file?: string;
}

/** In the order of their start. */
export const partFacts = {
  postgres: { title: 'PostgreSQL', ports: ['postgres'] },
  temporal: { title: 'the Temporal server', ports: ['temporal', 'temporalUi'] },
  'stripe-sandbox': {
    title: 'the card provider’s sandbox',
    ports: ['stripeSandbox'],
    file: 'dev/stripe-sandbox-main.ts',
  },
  'shop-sandbox': { title: 'the shop’s sandbox', ports: ['shopSandbox'], file: 'dev/shop-sandbox-main.ts' },
  'paypal-sandbox': { title: 'PayPal’s sandbox', ports: ['paypalSandbox'], file: 'dev/paypal-sandbox-main.ts' },
  'bank-sandbox': { title: 'the bank’s sandbox', ports: ['bankSandbox'], file: 'dev/bank-sandbox-main.ts' },
  'proxy-gateway': {
    title: 'the demo seller’s gateway',
    ports: ['proxyGateway'],
    file: 'dev/proxy-gateway-main.ts',
  },
  'mail-catcher': { title: 'the mail catcher', ports: ['smtp', 'mailWeb'], file: 'dev/mail-catcher-main.ts' },
  migrations: { title: 'the migration of database and Temporal', ports: [], file: 'runtime/migrate.ts' },
  'workflow-bundle': { title: 'the bundling of the workflows', ports: [], file: 'runtime/bundle.ts' },
  pages: { title: 'the building of the pages', ports: [], file: 'dev/pages-main.ts' },
  worker: { title: 'the worker', ports: ['worker'], file: 'runtime/worker.ts' },
  api: { title: 'the API', ports: ['api'], file: 'runtime/api.ts' },
  demo: { title: 'the loading of demo data', ports: [], file: 'dev/demo.ts' },
} as const satisfies Record<string, PartFacts>;

export type PartName = keyof typeof partFacts;

export const partNames = Object.keys(partFacts) as PartName[];

export type ProgramName = Exclude<PartName, 'postgres' | 'temporal'>;

/** Whether the part runs compiled code; bundlers take the sources as they stand in the tree. */
export const isCompiled = (name: PartName, programs: PartsOptions['programs']): boolean =>
  name !== 'postgres' &&
  name !== 'temporal' &&
  name !== 'workflow-bundle' &&
  name !== 'pages' &&
  programs[name] === undefined;

export interface PartsOptions {
  readonly root: string;
  /** Where our programs lie compiled. */
  readonly compiled: string;
  readonly settings: StackSettings;
  readonly logs: string;
  readonly records: ProcessRecords;
  readonly temporal: TemporalSource;
  readonly durable: boolean;
  /** Laid over the environment of our programs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Other programs in place of ours. */
  readonly programs: Partial<Readonly<Record<ProgramName, string>>>;
}

export const logFileOf = (logs: string, name: PartName): string => join(logs, `${name}.log`);

/** The parts among `names`, ready to be supervised. */
export function stackParts(options: PartsOptions, names: readonly PartName[]): Part[] {
  const wanted = partNames.filter((name) => names.includes(name));
  return wanted
    .filter((name) => name !== 'temporal' || options.temporal.kind === 'binary')
    .map((name) => ({
      name,
      title: partFacts[name].title,
      logFile: logFileOf(options.logs, name),
      start: async (signal) => await starterOf(name, options)(signal),
    }));
}

type Starter = (signal: AbortSignal) => Promise<Running | null>;

function starterOf(name: PartName, options: PartsOptions): Starter {
  const { ports } = options.settings;
  switch (name) {
    case 'postgres':
      return postgresStarter(options);
    case 'temporal':
      return temporalStarter(options);
    case 'stripe-sandbox':
      return serverStarter(name, stripeSandboxEnvironment(options.settings), { port: ports.stripeSandbox }, options);
    case 'shop-sandbox':
      return serverStarter(name, shopSandboxEnvironment(options.settings), { port: ports.shopSandbox }, options);
    case 'paypal-sandbox':
      return serverStarter(name, paypalSandboxEnvironment(options.settings), { port: ports.paypalSandbox }, options);
    case 'bank-sandbox':
      return serverStarter(name, bankSandboxEnvironment(options.settings), { port: ports.bankSandbox }, options);
    case 'proxy-gateway':
      return serverStarter(name, proxyGatewayEnvironment(options.settings), { port: ports.proxyGateway }, options);
    case 'mail-catcher':
      return serverStarter(name, mailCatcherEnvironment(options.settings), { port: ports.mailWeb }, options);
    case 'worker':
      return serverStarter(name, deskEnvironment(options), { url: `${loopbackUrl(ports.worker)}/readyz` }, options);
    case 'api':
      return serverStarter(name, deskEnvironment(options), { url: `${loopbackUrl(ports.api)}/readyz` }, options);
    case 'migrations':
    case 'workflow-bundle':
    case 'pages':
    case 'demo':
      return async (signal) => {
        await runProgram(programOf(name, deskEnvironment(options), options), signal);
        options.records.remove(name);
        return null;
      };
  }
}

const deskEnvironment = (options: PartsOptions) => ({
  ...stackEnvironment(options.settings),
  WORKFLOW_BUNDLE: join(options.root, 'build/workflow-bundle.js'),
  PAGES_DIRECTORY: join(options.root, 'build/pages'),
  ...options.environment,
});

function postgresStarter({ settings, logs, records, durable }: PartsOptions): Starter {
  return async (signal) => {
    const server = await startPostgres({
      dataDirectory: join(settings.dataDirectory, 'postgres'),
      port: settings.ports.postgres,
      password: settings.secrets.postgresPassword,
      logFile: logFileOf(logs, 'postgres'),
      durable,
      signal,
      onSpawn: (pid) => records.write({ name: 'postgres', pid, order: 0, stopSignal: 'SIGINT' }),
    });
    try {
      await createDatabase(server.url, databaseName);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return forgetful(server, () => records.remove('postgres'));
  };
}

function temporalStarter({ settings, logs, records, temporal }: PartsOptions): Starter {
  return async (signal) => {
    if (temporal.kind !== 'binary') return null;
    const { ports } = settings;
    const server = await startTemporalServer({
      binary: temporal.path,
      dataDirectory: join(settings.dataDirectory, 'temporal'),
      port: ports.temporal,
      uiPort: ports.temporalUi,
      codecEndpoint: `${loopbackUrl(ports.api)}/codec`,
      namespace: settings.shell['TEMPORAL_NAMESPACE'] || 'default',
      logFile: logFileOf(logs, 'temporal'),
      signal,
      onSpawn: (pid) => records.write({ name: 'temporal', pid, order: 1, stopSignal: 'SIGTERM' }),
    });
    return forgetful(server, () => records.remove('temporal'));
  };
}

function serverStarter(
  name: ProgramName,
  environment: Readonly<Record<string, string>>,
  readiness: Readiness,
  options: PartsOptions,
): Starter {
  return async (signal) => {
    const running = await startProgram(programOf(name, environment, options), readiness, signal);
    return forgetful(running, () => options.records.remove(name));
  };
}

function programOf(
  name: ProgramName,
  environment: Readonly<Record<string, string>>,
  { root, compiled, logs, records, programs }: PartsOptions,
): NodeProgram {
  const { title, file } = partFacts[name];
  return {
    title,
    root,
    file: programs[name] ?? (isCompiled(name, programs) ? compiledProgram(compiled, file) : file),
    environment,
    logFile: logFileOf(logs, name),
    onSpawn: (pid) => records.write({ name, pid, order: partNames.indexOf(name), stopSignal: 'SIGTERM' }),
  };
}

/** Forgets the process's record once it is gone, however it went. */
function forgetful(running: Running, forget: () => void): Running {
  const exited = running.exited.then((how) => {
    forget();
    return how;
  });
  return { ...running, exited };
}
