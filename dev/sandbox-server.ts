/**
 * The HTTP side that all sandboxes share: binds to loopback, and leads to the provider's own API, to the sandbox's
 * controls and to its page. For tests and the embedded stack only.
 */

import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createDoor, type Socket } from 'node:net';

const bodyBytesMax = 256 * 1024;
/** A file with what goes with it. */
const uploadBytesMax = 6 * 1024 * 1024;

export interface ControlAnswer {
  readonly status: number;
  readonly body: object;
}

export interface SandboxDoors {
  /** What is below `/v1/` and `/v2/`. */
  api(request: IncomingMessage, response: ServerResponse, url: URL, body: string): Promise<void>;
  /** What is below `/_sandbox/`, in JSON. */
  control(method: string, path: string, body: string): ControlAnswer;
  /** The books for people. */
  page(): string;
}

export interface SandboxServer {
  /** Binds to loopback; 0 takes a free port. Resolves to the port taken. */
  listen(port: number): Promise<number>;
  close(): Promise<void>;
}

/** The certificate of a sandbox whose API is spoken over TLS only; its controls and its page stay plain. */
export interface SandboxTls {
  readonly key: string;
  readonly cert: string;
}

export interface SandboxServerOptions {
  readonly doors: SandboxDoors;
  readonly log: (line: string) => void;
  readonly tls?: SandboxTls;
}

export function createSandboxServer({ doors, log, tls }: SandboxServerOptions): SandboxServer {
  const answerer = (isApi: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    answer(doors, request, response, isApi).catch((error: unknown) => {
      log(`sandbox fault: ${error instanceof Error ? error.message : 'unknown'}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
  const plain = createHttpServer(answerer(tls === undefined));
  if (tls === undefined) return served(plain, () => plain.closeAllConnections());
  const sockets = new Set<Socket>();
  const door = oneDoor(sockets, plain, createHttpsServer(tls, answerer(true)));
  return served(door, () => {
    for (const socket of sockets) socket.destroy();
  });
}

type Door = ReturnType<typeof createDoor>;

/** Both on one port, told apart by the first byte: a TLS handshake opens with 22, no request does. */
function oneDoor(sockets: Set<Socket>, plain: Server, secure: Server): Door {
  return createDoor((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === 22 ? secure : plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}

function served(server: Door, closeConnections: () => void): SandboxServer {
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : port);
        });
      }),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closeConnections();
      await closed;
    },
  };
}

async function answer(
  doors: SandboxDoors,
  request: IncomingMessage,
  response: ServerResponse,
  isApi: boolean,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  // Another site's page in the same browser is none of the people whom these switches are for.
  if (request.headers['sec-fetch-site'] === 'cross-site') return void response.writeHead(403).end();
  const body = await readBody(request);
  if (body === null) return void response.writeHead(413, { connection: 'close' }).end();
  if (isApi && /^\/v[12]\//.test(url.pathname)) return doors.api(request, response, url, body);
  if (url.pathname.startsWith('/_sandbox/')) {
    const { status, body: said } = doors.control(request.method ?? 'GET', url.pathname, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    return void response.end(`${JSON.stringify(said, null, 2)}\n`);
  }
  if (url.pathname !== '/') return void response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(doors.page());
}

/** An upload's bytes each as one sign, so that none is lost; all else is text. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const isUpload = request.headers['content-type']?.startsWith('multipart/') ?? false;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > (isUpload ? uploadBytesMax : bodyBytesMax)) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString(isUpload ? 'latin1' : 'utf8');
}
