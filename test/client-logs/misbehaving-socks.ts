/**
 * A SOCKS5 gateway (RFC 1928, RFC 1929) that fails as it is told, by the name that it is asked for: on a loopback port,
 * leading to local targets.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { portOf, type Target } from './targets.ts';

export type SocksFault =
  /** The reply of RFC 1928 with this code. */
  | { readonly kind: 'reply'; readonly code: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** What is no SOCKS. */
  | { readonly kind: 'garbage' }
  /** The way is granted, and reset once something is sent. */
  | { readonly kind: 'tunnel-reset' };

export interface SocksHost {
  readonly leadsTo: Target;
  readonly fault?: SocksFault;
}

export interface SocksGateway {
  readonly port: number;
  /** Names and ports that were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

interface Options {
  readonly username: string;
  readonly password: string;
  readonly hosts: Readonly<Record<string, SocksHost>>;
  /** What it says to be the exit's address, IPv4. */
  readonly egress?: string;
}

/** Takes exactly so many bytes, or rejects once the client is gone. */
async function take(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes: unknown = socket.read(count);
    if (Buffer.isBuffer(bytes)) return bytes;
    if (socket.readableEnded || socket.destroyed) throw new Error('the client is gone');
    await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')]);
  }
}

async function logIn(socket: Socket, { username, password }: Options): Promise<boolean> {
  const [, count = 0] = await take(socket, 2);
  const methods = await take(socket, count);
  if (!methods.includes(2)) {
    socket.end(Buffer.from([5, 0xff]));
    return false;
  }
  socket.write(Buffer.from([5, 2]));
  const [, nameLength = 0] = await take(socket, 2);
  const name = (await take(socket, nameLength)).toString();
  const [secretLength = 0] = await take(socket, 1);
  const secret = (await take(socket, secretLength)).toString();
  const isKnown = name === username && secret === password;
  socket.write(Buffer.from([1, isKnown ? 0 : 1]));
  if (!isKnown) socket.end();
  return isKnown;
}

async function readRequest(socket: Socket): Promise<{ host: string; port: number }> {
  const [, , , type] = await take(socket, 4);
  const length = type === 3 ? ((await take(socket, 1))[0] ?? 0) : type === 1 ? 4 : 16;
  const bytes = await take(socket, length);
  const host = type === 3 ? bytes.toString() : bytes.join('.');
  return { host, port: (await take(socket, 2)).readUInt16BE() };
}

async function serve(socket: Socket, options: Options, asked: string[]): Promise<void> {
  if (!(await logIn(socket, options))) return;
  const { host, port } = await readRequest(socket);
  asked.push(`${host}:${port}`);
  const found = options.hosts[host];
  const exit = (options.egress ?? '0.0.0.0').split('.').map(Number);
  const reply = (code: number): Buffer => Buffer.from([5, code, 0, 1, ...exit, 0, 0]);
  const fault: SocksFault | undefined = found === undefined ? { kind: 'reply', code: 4 } : found.fault;
  switch (fault?.kind) {
    case 'reply':
      return void socket.end(reply(fault.code));
    case 'hang':
      return;
    case 'reset':
      return void socket.resetAndDestroy();
    case 'garbage':
      return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    case 'tunnel-reset':
      socket.write(reply(0));
      socket.once('data', () => socket.resetAndDestroy());
      return;
    case undefined: {
      const { leadsTo } = found ?? {};
      if (leadsTo === undefined) return;
      const target = connect(portOf(port === 80 ? leadsTo.http : leadsTo.https), '127.0.0.1');
      target.on('error', () => socket.destroy());
      socket.on('close', () => target.destroy());
      await once(target, 'connect');
      socket.write(reply(0));
      socket.pipe(target).pipe(socket);
    }
  }
}

export async function startSocksGateway(options: Options): Promise<SocksGateway> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, options, asked).catch(() => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
