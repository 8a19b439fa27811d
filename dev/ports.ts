/**
 * The ports of the embedded stack: which there are, what each is for, which variable moves it, and whether they are
 * free. Looks at loopback only.
 */

import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { Trouble } from './trouble.ts';

interface PortUse {
  readonly preset: number;
  readonly variable: string;
  readonly use: string;
}

export const portUses = {
  api: { preset: 3000, variable: 'PORT', use: 'pages and API' },
  worker: { preset: 3001, variable: 'WORKER_PORT', use: 'the worker’s health and metrics' },
  temporal: { preset: 7233, variable: 'TEMPORAL_PORT', use: 'the Temporal server' },
  temporalUi: { preset: 8233, variable: 'TEMPORAL_UI_PORT', use: 'Temporal’s UI' },
  postgres: { preset: 54_329, variable: 'POSTGRES_PORT', use: 'PostgreSQL' },
  smtp: { preset: 1025, variable: 'SMTP_PORT', use: 'the mail catcher' },
  mailWeb: { preset: 1080, variable: 'MAIL_WEB_PORT', use: 'the page of caught mails' },
  stripeSandbox: { preset: 12_111, variable: 'STRIPE_SANDBOX_PORT', use: 'the card provider’s sandbox' },
  shopSandbox: { preset: 12_112, variable: 'SHOP_SANDBOX_PORT', use: 'the shop’s sandbox' },
  paypalSandbox: { preset: 12_113, variable: 'PAYPAL_SANDBOX_PORT', use: 'PayPal’s sandbox' },
  bankSandbox: { preset: 12_114, variable: 'BANK_SANDBOX_PORT', use: 'the bank’s sandbox' },
  proxyGateway: { preset: 12_115, variable: 'PROXY_GATEWAY_PORT', use: 'the demo seller’s gateway' },
} as const satisfies Record<string, PortUse>;

export type PortName = keyof typeof portUses;

export type Ports = Readonly<Record<PortName, number>>;

export const portNames = Object.keys(portUses) as PortName[];

/** The ports that the environment asks for; presets for the rest. */
export function readPorts(environment: Readonly<Record<string, string | undefined>>): Ports {
  const entries = portNames.map((name) => {
    const { preset, variable } = portUses[name];
    const text = environment[variable];
    if (text === undefined || text === '') return [name, preset] as const;
    const port = Number(text);
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
      throw new Trouble(`${variable} must be a port from 1 to 65535, but is "${text}".`);
    return [name, port] as const;
  });
  return Object.fromEntries(entries) as Ports;
}

/** Throws one sentence naming every port among `names` that is taken, or given twice. */
export async function requirePortsFree(ports: Ports, names: readonly PortName[] = portNames): Promise<void> {
  const taken: string[] = [];
  const owners = new Map<number, PortName>();
  for (const name of names) {
    const { variable, use } = portUses[name];
    const port = ports[name];
    const owner = owners.get(port);
    if (owner !== undefined) taken.push(`port ${port} is wanted for both ${portUses[owner].use} and ${use}`);
    else if (!(await isPortFree(port))) taken.push(`port ${port}, for ${use}, is taken (move it with ${variable}=…)`);
    owners.set(port, name);
  }
  if (taken.length === 0) return;
  const text = taken.join('; ');
  throw new Trouble(`${text[0]?.toUpperCase()}${text.slice(1)}. Nothing was started.`);
}

/** Free means that we can bind it and that nobody answers: a server on all addresses may leave loopback bindable. */
export async function isPortFree(port: number): Promise<boolean> {
  if (await answers(port)) return false;
  return await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether something accepts connections on the loopback port. */
export async function answers(port: number): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/**
 * A free port below the range that systems hand out for outgoing connections, so that nobody takes it by chance
 * between this look and its use.
 */
export async function findFreePort(except: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(15_000, 32_000);
    if (!except.has(port) && (await isPortFree(port))) return port;
  }
  throw new Trouble('No free port was found between 15000 and 32000.');
}

export async function findFreePorts(): Promise<Ports> {
  const chosen = new Set<number>();
  for (const _name of portNames) chosen.add(await findFreePort(chosen));
  const list = [...chosen];
  return Object.fromEntries(portNames.map((name, index) => [name, list[index]])) as Ports;
}
