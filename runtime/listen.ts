/** Listening and ceasing to: a server that closes first ends what is idle, then waits for what is under way. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CannotStart } from './cannot-start.ts';

export interface Listening {
  readonly port: number;
  /** Takes no more connections and resolves when the last answer has gone. */
  close(): Promise<void>;
}

/** `port` 0 takes a free one. Throws `CannotStart` where the port is taken. */
export async function listen(server: Server, at: { host: string; port: number }): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (fault: NodeJS.ErrnoException): void => {
      const taken = fault.code === 'EADDRINUSE';
      reject(taken ? new CannotStart(`Port ${at.port} is taken: another process listens there.`) : fault);
    };
    server.once('error', refuse);
    server.listen(at.port, at.host, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
