/** What goes wrong, by name: whose fault it is says the group. Each is played to every client. */

import { type Fault, gatewayAnswers } from './gateway-faults.ts';
import type { Faults } from './misbehaving-gateway.ts';
import { type Answer, targetAnswers } from './target-answers.ts';

/** The ports that a client may take for the gateway's. */
export interface Doors {
  readonly plain: number;
  readonly tls: number;
  /** Where nothing listens. */
  readonly nobody: number;
}

export interface Scenario {
  readonly name: string;
  readonly hosts: Readonly<Record<string, { readonly answer: Answer; readonly faults: Faults }>>;
  readonly urls: readonly string[];
  /** Scheme and place of the proxies that the client is given, one a run. */
  readonly proxies: (doors: Doors) => readonly (readonly [scheme: 'http' | 'https', place: string])[];
  readonly password?: string;
  /** The target's certificate is by an authority that no client knows. */
  readonly inspected?: boolean;
  /** There is nothing to see where a client asks for no certificate, or speaks no TLS with proxies. */
  readonly needs?: 'trust' | 'tls-proxy';
}

const shop = 'https://shop.example/products?page=1';
const product = 'https://www.shop.example/products/1021';
const plainPage = 'http://shop.example/robots.txt';
const pages = [shop, product, plainPage];
const securePages = [shop, product];

const at = (port: number): string => `127.0.0.1:${port}`;

const base = {
  urls: pages,
  proxies: ({ plain }: Doors) => [['http', at(plain)]] as const,
};

/** The same at every host. */
const everywhere = (answer: Answer, faults: Faults = []): Scenario['hosts'] => ({
  'shop.example': { answer, faults },
  'www.shop.example': { answer, faults },
});

const working = everywhere(targetAnswers.works);

const failing = (name: string, ...faults: Fault[]): Scenario => ({
  ...base,
  name,
  hosts: everywhere(targetAnswers.works, faults),
});

const answering = (name: string, answer: Answer): Scenario => ({ ...base, name, hosts: everywhere(answer) });

const ours: readonly Scenario[] = [
  { ...base, name: 'gateway-refused', hosts: working, proxies: ({ nobody }) => [['http', at(nobody)]] },
  failing('gateway-reset', { kind: 'reset' }),
  failing('gateway-garbage', { kind: 'garbage' }),
  failing('connect-timeout', { kind: 'hang' }),
  failing('gateway-502', gatewayAnswers.badGateway),
  failing('gateway-503', gatewayAnswers.unavailable),
  failing('gateway-dns', { kind: 'unresolvable' }),
  {
    ...failing('egress-dead', { kind: 'tunnel-hang' }, { kind: 'tunnel-reset' }),
    urls: [...securePages, ...securePages],
  },
  { ...failing('egress-reset', { kind: 'tunnel-reset' }), urls: securePages },
  {
    ...base,
    name: 'gateway-tls',
    hosts: working,
    proxies: ({ tls }) => [['https', at(tls)]],
    needs: 'tls-proxy',
  },
];

const targets: readonly Scenario[] = [
  answering('target-403', targetAnswers.forbidden),
  answering('target-429', targetAnswers.limited),
  answering('target-challenge', targetAnswers.challenge),
  answering('target-datadome', targetAnswers.datadome),
  answering('target-akamai', targetAnswers.akamai),
  answering('target-geo', targetAnswers.elsewhere),
  answering('target-500', targetAnswers.broken),
];

const solver = { answer: targetAnswers.unsolved, faults: [] };
const brokenSolver = { answer: targetAnswers.broken, faults: [] };

const tools: readonly Scenario[] = [
  {
    ...base,
    name: 'solver-failed',
    hosts: { 'api.2captcha.com': solver, 'api.capsolver.com': brokenSolver },
    urls: ['https://api.2captcha.com/getTaskResult', 'https://api.capsolver.com/getTaskResult'],
  },
];

const accounts: readonly Scenario[] = [
  { ...base, name: 'auth-407', hosts: working, password: 's3cret-pas' },
  failing('plan-expired', gatewayAnswers.planExpired, gatewayAnswers.planUnpaid),
  failing('cap-reached', gatewayAnswers.capReached, gatewayAnswers.capUnpaid),
];

const setups: readonly Scenario[] = [
  {
    ...base,
    name: 'wrong-scheme',
    hosts: working,
    proxies: ({ plain, tls }) => [
      ['https', at(plain)],
      ['http', at(tls)],
    ],
  },
  { ...base, name: 'proxy-name', hosts: working, proxies: () => [['http', 'gate.invalid:8080']] },
  { ...base, name: 'untrusted-target', hosts: working, urls: securePages, inspected: true, needs: 'trust' },
];

/** For a new tunnel at each request, so that the gateway's faults have their turn. */
const unkept: Answer = {
  ...targetAnswers.works,
  headers: { ...targetAnswers.works.headers, connection: 'close' },
};

/** Four hosts, of which one does not want the customer, and one that cannot be reached every second time. */
const mixed: Scenario = {
  ...base,
  name: 'mixed',
  hosts: {
    'shop.example': { answer: targetAnswers.works, faults: [] },
    'api.shop.example': { answer: targetAnswers.works, faults: [] },
    'www.shop.example': { answer: unkept, faults: [null, gatewayAnswers.badGateway] },
    'tickets.example': { answer: targetAnswers.challenge, faults: [] },
  },
  urls: Array.from({ length: 7 }, (_, index) => index + 1).flatMap((page) => [
    `https://shop.example/products?page=${page}`,
    `https://api.shop.example/v2/stock/${1000 + page}`,
    `https://www.shop.example/products/${1020 + page}`,
    `https://tickets.example/events/${page}`,
  ]),
};

export const scenarios: readonly Scenario[] = [
  ...ours,
  ...targets,
  ...tools,
  ...accounts,
  ...setups,
  { ...base, name: 'works', hosts: working },
  mixed,
];
