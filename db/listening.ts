/** A connection of its own that listens to one channel of PostgreSQL, outside the pool: what it hears it hands on. */

import { Socket } from 'node:net';
import pg from 'pg';
import { z } from 'zod';
import { readRow } from './row.ts';

export interface Listening {
  /** Resolves when the connection is gone, by our wish or not. */
  readonly ended: Promise<void>;
  /** One statement over the very connection that listens. */
  ask(statement: string): Promise<unknown>;
  /** Cuts the connection, also one that no longer answers. */
  close(): void;
}

const connectMsMax = 5_000;

/** Resolves once it listens; throws where the database cannot be reached. */
export async function startListening(given: {
  readonly url: string;
  readonly channel: string;
  hear(payload: string): void;
}): Promise<Listening> {
  // Our own, so that it can be cut whatever the library waits for; under TLS it carries the library's.
  const socket = new Socket();
  const client = new pg.Client({
    stream: () => socket,
    connectionString: given.url,
    application_name: 'refund-desk-listener',
    keepAlive: true,
    connectionTimeoutMillis: connectMsMax,
  });
  const ended = new Promise<void>((resolve) => {
    client.once('end', () => resolve());
    // Whatever is wrong with the connection, it ends; unheard, the event would end the process.
    client.on('error', () => resolve());
  });
  client.on('notification', ({ channel, payload }) => {
    if (channel === given.channel && payload !== undefined) given.hear(payload);
  });
  const close = (): void => {
    // A half-open connection would wait for ever for the server's goodbye.
    void client.end().catch(() => undefined);
    socket.destroy();
  };
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(given.channel)}`);
  } catch (fault) {
    close();
    throw fault;
  }
  return {
    ended,
    close,
    ask: async (statement) => {
      const { rows } = await client.query<Record<string, unknown>>(statement);
      return readRow('answer', z.record(z.string(), z.unknown()), rows[0]);
    },
  };
}
