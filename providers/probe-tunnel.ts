/** The way through a gateway to a target: HTTP CONNECT or SOCKS5, in the name of the seller's test account. */

import { type IncomingMessage, request } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SocksClient } from 'socks';
import type { AttemptFailure } from '../domain/attempt.ts';
import type { AdmittedTarget, ProbeGateway, ProbeLogin } from '../domain/probe.ts';
import { isPublicAddress } from './probe-ranges.ts';
import { AttemptEnded, failedAt } from './probe-stage.ts';

export interface Tunnel {
  readonly stream: Duplex;
  /** As the gateway told it; not checked yet. */
  readonly egress: string | null;
}

/** Of an answer's head, in bytes; Node's own parser refuses what is longer. */
export const headBytesMax = 16_384;
/** Of the page of a gateway that says no, in characters: its words name the reason. */
const excerptCharactersMax = 1_024;
const excerptMsMax = 1_000;

const hostFor = ({ host, address }: AdmittedTarget, { asks }: ProbeGateway): string =>
  asks === 'address' ? address : host;

/** Rejects as Node's parser and sockets do; throws `AttemptEnded` where the gateway says no. */
export function connectTunnel(socket: Duplex, gateway: ProbeGateway, target: AdmittedTarget): Promise<Tunnel> {
  const host = hostFor(target, gateway);
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${target.port}`;
  const login = gateway.login();
  return new Promise((resolve, reject) => {
    const asked = request({
      method: 'CONNECT',
      path: authority,
      createConnection: () => socket,
      maxHeaderSize: headBytesMax,
      headers: { Host: authority, ...(login ? { 'Proxy-Authorization': basic(login) } : {}) },
    });
    // More than once, since what fails after the answer must not end the process.
    asked.on('error', reject);
    asked.once('connect', (answer: IncomingMessage, stream: Duplex, head: Buffer) => {
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) {
        if (head.length > 0) stream.unshift(head);
        resolve({ stream, egress: egressOf(answer, gateway) });
        return;
      }
      excerptOf(stream, head).then((excerpt) => {
        const [reason, headers] = [answer.statusMessage ?? '', headersOf(answer)];
        reject(new AttemptEnded({ kind: 'answered', by: 'gateway', status, reason, headers, excerpt }));
      }, reject);
    });
    asked.end();
  });
}

const basic = ({ username, password }: ProbeLogin): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** By lower-case name; of those that come more than once the last. */
export function headersOf({ rawHeaders }: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.set((rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? '');
  return headers;
}

function egressOf(answer: IncomingMessage, { egressHeader }: ProbeGateway): string | null {
  return (egressHeader && headersOf(answer).get(egressHeader)?.trim()) || null;
}

/** The beginning of a page, for as long as it comes soon. */
function excerptOf(stream: Duplex, head: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = head.toString('latin1');
    const end = (): void => {
      clearTimeout(timer);
      stream.destroy();
      resolve(text.slice(0, excerptCharactersMax));
    };
    const timer = setTimeout(end, excerptMsMax);
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (text.length >= excerptCharactersMax) end();
    });
    stream.once('end', end);
    stream.once('close', end);
    stream.on('error', end);
  });
}

/** RFC 1928: what a gateway replies, by the name that the library has for it. */
const socksReplies: readonly (readonly [RegExp, AttemptFailure])[] = [
  [/authentication failed|no accepted authentication/i, 'login-refused'],
  [/NotAllowed/, 'denied'],
  [/NetworkUnreachable|HostUnreachable/, 'unreachable'],
  [/ConnectionRefused/, 'refused'],
  [/TTLExpired/, 'timed-out'],
  [/proxy rejected connection/, 'gave-up'],
  [/received invalid/i, 'protocol'],
  [/socket closed/i, 'closed'],
  [/ECONNRESET/, 'reset'],
];

/** Throws `AttemptEnded` for whatever is said; the library's own errors hold the login and go no further. */
export async function socksTunnel(socket: Socket, gateway: ProbeGateway, target: AdmittedTarget): Promise<Tunnel> {
  const login = gateway.login();
  const { port = 0 } = { port: gateway.ports.socks5 };
  try {
    const { remoteHost } = await SocksClient.createConnection({
      command: 'connect',
      existing_socket: socket,
      proxy: {
        host: gateway.host,
        port,
        type: 5,
        ...(login ? { userId: login.username, password: login.password } : {}),
      },
      destination: { host: hostFor(target, gateway), port: target.port },
    });
    const told = remoteHost?.host ?? '';
    return { stream: socket, egress: isPublicAddress(told) ? told : null };
  } catch (fault) {
    const said = fault instanceof Error ? fault.message : '';
    throw failedAt('tunnel', socksReplies.find(([words]) => words.test(said))?.[1] ?? 'closed');
  }
}
