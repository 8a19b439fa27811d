/**
 * Websites that stand for those that customers visit: each has one answer to everything, over HTTP and over HTTPS, on
 * loopback ports of its own. A gateway leads to them by the names that customers type.
 */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Signed } from '../../dev/authority.ts';
import type { Answer } from './target-answers.ts';

export interface Target {
  readonly http: Server;
  readonly https: Server;
  close(): Promise<void>;
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

export async function startTarget({ status, headers, body }: Answer, identity: Signed): Promise<Target> {
  const answer: RequestListener = (_request, response) => {
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
  };
  const servers = { http: createServer(answer), https: createTlsServer(identity, answer) };
  for (const server of Object.values(servers)) await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    ...servers,
    async close() {
      for (const server of Object.values(servers)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
