/** The HTTP clients that are recorded: what each is made of, at which version, and how it is run. */

import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tidyEnvironment } from './run-client.ts';

/** What a client needs beside the machine's own programs. */
type Kind = 'system' | 'python' | 'node' | 'go';

export interface Client {
  readonly name: string;
  readonly kind: Kind;
  readonly ending: 'log' | 'jsonl';
  /** In the workshop. */
  readonly command: readonly string[];
  /** What it is, as its folder tells: the libraries, and the program that tells the version of what they run on. */
  readonly libraries: readonly string[];
  readonly runtime: readonly string[];
  /** Writes a HAR beside its log. */
  readonly hasHar?: boolean;
  /** Speaks no TLS with a proxy, so that there is nothing to record of it. */
  readonly plainProxyOnly?: boolean;
  /** Never asks whose certificate a target has. */
  readonly trustsAll?: boolean;
}

const pythonPackages = {
  requests: '2.34.2',
  urllib3: '2.8.0',
  aiohttp: '3.14.5',
  Scrapy: '2.19.0',
  Twisted: '26.10.0',
} as const;
const nodePackages = {
  undici: '7.30.2',
  axios: '1.21.1',
  'https-proxy-agent': '9.1.0',
  'playwright-core': '1.65.1',
} as const;

const versioned = (name: keyof typeof pythonPackages | keyof typeof nodePackages): string =>
  `${name} ${{ ...pythonPackages, ...nodePackages }[name]}`;

const curl = (name: string, program: string): Client => ({
  name,
  kind: 'system',
  ending: 'log',
  command: ['sh', program],
  libraries: ['curl'],
  runtime: ['curl', '--version'],
});

const venvPython = 'venv/bin/python';

const python = (name: string, program: string, libraries: readonly string[], more: Partial<Client> = {}): Client => ({
  name,
  kind: 'python',
  ending: 'log',
  command: [venvPython, program],
  libraries,
  runtime: [venvPython, '--version'],
  ...more,
});

const node = (name: string, program: string, libraries: readonly string[], more: Partial<Client> = {}): Client => ({
  name,
  kind: 'node',
  ending: 'log',
  command: ['node', program],
  libraries,
  runtime: ['node', '--version'],
  ...more,
});

const requests = [versioned('requests'), versioned('urllib3')];

export const clients: readonly Client[] = [
  curl('curl', 'curl-client.sh'),
  curl('curl-several-urls', 'curl-several-client.sh'),
  curl('curl-trace-time', 'curl-timed-client.sh'),
  python('requests', 'requests_client.py', requests),
  python('requests-lines', 'requests_lines_client.py', requests),
  python('aiohttp', 'aiohttp_client.py', [versioned('aiohttp')]),
  python('aiohttp-json', 'aiohttp_json_client.py', [versioned('aiohttp')], { ending: 'jsonl' }),
  python('scrapy', 'scrapy_spider.py', [versioned('Scrapy'), versioned('Twisted')], {
    command: ['venv/bin/scrapy', 'runspider', 'scrapy_spider.py'],
    plainProxyOnly: true,
    trustsAll: true,
  }),
  node('undici', 'undici-client.mjs', [versioned('undici')]),
  node('undici-json', 'undici-json-client.mjs', [versioned('undici')], { ending: 'jsonl' }),
  node('axios', 'axios-client.mjs', [versioned('axios'), versioned('https-proxy-agent')]),
  {
    name: 'go',
    kind: 'go',
    ending: 'log',
    command: ['./client'],
    libraries: ['net/http'],
    runtime: ['go', 'env', 'GOVERSION'],
  },
  node('playwright', 'playwright-client.mjs', [versioned('playwright-core')], {
    runtime: ['chromium', '--product-version'],
    hasHar: true,
  }),
];

const install: Record<Kind, (run: (...command: string[]) => void) => void> = {
  system: () => undefined,
  python(run) {
    run('python3', '-m', 'venv', 'venv');
    const pins = Object.entries(pythonPackages).map(([name, version]) => `${name}==${version}`);
    run(venvPython, '-m', 'pip', 'install', '--quiet', ...pins);
  },
  node(run) {
    const pins = Object.entries(nodePackages).map(([name, version]) => `${name}@${version}`);
    run('npm', 'install', '--silent', '--no-package-lock', ...pins);
  },
  go: (run) => run('go', 'build', '-o', 'client', 'client.go'),
};

/** Lays out a folder in which the given clients can run, as a customer's would be. */
export function layWorkshop(workshop: string, chosen: readonly Client[]): void {
  cpSync(fileURLToPath(new URL('clients', import.meta.url)), workshop, { recursive: true });
  const run = (command: string, ...args: string[]): void =>
    void execFileSync(command.includes('/') ? join(workshop, command) : command, args, {
      cwd: workshop,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  for (const kind of new Set(chosen.map((client) => client.kind))) install[kind](run);
}

/** The client and what it runs on, in a line each. */
export function versionsOf(workshop: string, client: Client): { readonly client: string; readonly runtime: string } {
  const {
    libraries,
    runtime: [program = '', ...args],
  } = client;
  const told = execFileSync(program.includes('/') ? join(workshop, program) : program, args, {
    cwd: workshop,
    env: tidyEnvironment(workshop),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const version = told.split('\n')[0]?.trim() ?? '';
  const namesItself = program.startsWith('venv') || program === 'curl';
  return { client: libraries.join(', '), runtime: namesItself ? version : `${program} ${version}` };
}
