/**
 * One attempt to reach a target through a gateway of the seller's, as a customer's client would make it: to the gateway,
 * through it, TLS with the target, and one request whose body is dropped. Every stage has its time.
 */

import { type IncomingMessage, request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, rootCertificates, type TLSSocket } from 'node:tls';
import type { AttemptOutcome, AttemptStep } from '../domain/attempt.ts';
import { gatewayHeaders } from '../domain/attempt-class.ts';
import type { AdmittedTarget, ProbeGateway, ProbeProtocol, Prober } from '../domain/probe.ts';
import { AttemptEnded, failedAt, failureOf, stage } from './probe-stage.ts';
import { connectTunnel, headBytesMax, headersOf, socksTunnel, type Tunnel } from './probe-tunnel.ts';

/** Milliseconds by stage, below half a minute together; a tunnel may wait for an exit to be found. */
const stageMsMax = {
  'gateway-connect': 5_000,
  'gateway-tls': 5_000,
  tunnel: 10_000,
  'target-tls': 5_000,
  exchange: 5_000,
};

export interface ProberSettings {
  /** Authorities that are trusted beside the machine's own, in PEM. */
  readonly ca?: string | undefined;
  /** Milliseconds in place of each stage's own. */
  readonly stageMsMax?: number | undefined;
}

/** What we are is told, so that nobody takes us for a customer; no header beyond what any client sends. */
const headers = {
  'User-Agent': 'RefundDeskProbe/1',
  Accept: '*/*',
  'Accept-Encoding': 'identity',
  Connection: 'close',
};

export function createProber(settings: ProberSettings = {}): Prober {
  const ca = settings.ca === undefined ? undefined : [...rootCertificates, settings.ca];
  return {
    async probe(gateway, target, protocol, signal) {
      const startedMs = performance.now();
      const sockets: Duplex[] = [];
      const attempt = new Attempting({ gateway, target, protocol, ca, msMax: settings.stageMsMax, signal, sockets });
      let outcome: AttemptOutcome;
      try {
        outcome = await attempt.run();
      } catch (fault) {
        outcome = fault instanceof AttemptEnded ? fault.outcome : { kind: 'untold' };
      } finally {
        for (const socket of sockets) socket.destroy();
      }
      return { outcome, egress: attempt.egress, latencyMs: Math.round(performance.now() - startedMs) };
    },
  };
}

interface Given {
  readonly gateway: ProbeGateway;
  readonly target: AdmittedTarget;
  readonly protocol: ProbeProtocol;
  readonly ca: string[] | undefined;
  readonly msMax: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** All that was opened. */
  readonly sockets: Duplex[];
}

class Attempting {
  readonly #given: Given;
  egress: string | null = null;

  constructor(given: Given) {
    this.#given = given;
  }

  async run(): Promise<AttemptOutcome> {
    const { target } = this.#given;
    const { stream, egress } = await this.#tunnel();
    this.egress = egress !== null && isIP(egress) !== 0 ? egress : null;
    const spoken = target.tls ? await this.#secure('target-tls', stream, target.host) : stream;
    return this.#stage('exchange', () => exchange(spoken, target));
  }

  #stage<Result>(step: keyof typeof stageMsMax, body: () => Promise<Result>): Promise<Result> {
    const { msMax = stageMsMax[step], signal } = this.#given;
    return stage(step, { msMax, signal }, body);
  }

  async #tunnel(): Promise<Tunnel> {
    const { gateway, target, protocol } = this.#given;
    const port = gateway.ports[protocol];
    if (port === undefined) throw failedAt('gateway-connect', 'refused');
    const socket = await this.#stage('gateway-connect', () => this.#open(gateway.host, port)).catch(nameFirst);
    if (protocol === 'socks5') return this.#stage('tunnel', () => socksTunnel(socket, gateway, target));
    const spoken = gateway.tls ? await this.#secure('gateway-tls', socket, gateway.host) : socket;
    return this.#stage('tunnel', () => connectTunnel(spoken, gateway, target));
  }

  #open(host: string, port: number): Promise<Socket> {
    const socket = this.#keep(connect({ host, port }));
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  #secure(step: 'gateway-tls' | 'target-tls', socket: Duplex, host: string): Promise<TLSSocket> {
    const { ca } = this.#given;
    return this.#stage(step, () => {
      const named = isIP(host) === 0 ? { servername: host } : {};
      const secured = this.#keep(connectTls({ socket, host, ...named, ...(ca ? { ca } : {}) }));
      return new Promise((resolve, reject) => {
        secured.once('secureConnect', () => resolve(secured));
        secured.once('error', reject);
        secured.once('close', () => reject(new Error('closed')));
      });
    });
  }

  /** A socket that fails after its attempt is over is nobody's concern, and must not end the process. */
  #keep<Kept extends Duplex>(socket: Kept): Kept {
    this.#given.sockets.push(socket);
    socket.on('error', () => undefined);
    return socket;
  }
}

/** That the gateway's name is not known is a step of its own. */
function nameFirst(fault: unknown): never {
  const { outcome } = fault instanceof AttemptEnded ? fault : failedAt('gateway-connect', failureOf(fault));
  const step: AttemptStep | null =
    outcome.kind === 'failed' && outcome.failure === 'unknown-name' ? 'gateway-name' : null;
  throw step === null ? new AttemptEnded(outcome) : failedAt(step, 'unknown-name');
}

/** The head of the answer to one GET of the site's root; its body is never read. */
function exchange(stream: Duplex, target: AdmittedTarget): Promise<AttemptOutcome> {
  const ownPort = target.port === (target.tls ? 443 : 80);
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return new Promise((resolve, reject) => {
    const asked = request({
      method: 'GET',
      path: '/',
      createConnection: () => stream,
      maxHeaderSize: headBytesMax,
      headers: { Host: ownPort ? host : `${host}:${target.port}`, ...headers },
    });
    asked.on('error', reject);
    asked.once('response', (answer: IncomingMessage) => {
      const told = headersOf(answer);
      // Behind a tunnel the gateway has no part in the answer: what the site's own proxies say of themselves is not of it.
      for (const name of gatewayHeaders) told.delete(name);
      const [status, reason] = [answer.statusCode ?? 0, answer.statusMessage ?? ''];
      answer.on('error', () => undefined);
      answer.destroy();
      resolve({ kind: 'answered', by: 'target', status, reason, headers: told, excerpt: '' });
    });
    asked.end();
  });
}
