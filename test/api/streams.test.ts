/** Streams of events over real HTTP, told of by a feed that the test plays: what a slow or gone client costs, and how they end. */

import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import express from 'express';
import type { FeedListener, FeedSubscription } from '../../api/feed.ts';
import { createStreams } from '../../api/streams.ts';
import { until } from '../../dev/until.ts';
import { streamBacklogBytesMax } from '../../domain/limits.ts';

const listeners = new Set<FeedListener>();
let server: Server;
let port: number;
let missed: FeedSubscription['missed'] = null;
let isAdmitted = true;
const sockets: Socket[] = [];

beforeEach(async () => {
  const app = express();
  const streams = createStreams({ beatMs: 50 });
  app.get('/', async (request, response) => {
    const refusal = await streams.serve({
      subjectId: 'one',
      request,
      response,
      open: async (_after, listener) => {
        listeners.add(listener);
        // What happens between hearing and being told what was missed.
        listener.tell({ position: '8', name: 'during', data: {} });
        return { position: '7', missed, close: () => void listeners.delete(listener) };
      },
      isAdmitted: async () => isAdmitted,
    });
    if (refusal) response.status(429).end();
  });
  server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  listeners.clear();
  isAdmitted = true;
  missed = null;
  await new Promise((resolve) => void server.close(resolve));
});

/** A client below HTTP, so that it may stop reading. */
function aClient(): { socket: Socket; text(): string } {
  let text = '';
  const socket = connect(port, '127.0.0.1', () => void socket.write('GET / HTTP/1.1\r\nHost: desk.test\r\n\r\n'));
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return { socket, text: () => text };
}

const heard = async (client: { text(): string }, part: string): Promise<void> => {
  expect({ part, came: await until(() => client.text().includes(part), { withinMs: 5_000 }) }).toEqual({
    part,
    came: true,
  });
};

test('what was missed comes first, then what happened while it was read, each under its place', async () => {
  missed = [{ position: '7', name: 'missed', data: { id: 1 } }];
  const client = aClient();
  await heard(client, 'event: during');
  const body = client.text().slice(client.text().indexOf('retry:'));
  expect(body.replaceAll(/^[0-9a-f]+\r$|\r/gm, '').replaceAll(/\n{3,}/g, '\n\n')).toContain(
    'retry: 1000\nid: 7\nevent: hello\ndata: {"resumed":true}\n\nid: 7\nevent: missed\ndata: {"id":1}\n\nid: 8\nevent: during\ndata: {}\n\n',
  );
  await heard(client, ': beat');
});

test('a client that does not read is dropped before it fills our memory, and others hear on', async () => {
  const [slow, quick] = [aClient(), aClient()];
  await heard(slow, 'event: hello');
  await heard(quick, 'event: hello');
  slow.socket.pause();
  expect(listeners.size).toBe(2);
  const data = { text: 'x'.repeat(streamBacklogBytesMax / 8) };
  let told = 0;
  // Far more than sockets hold between them.
  while (listeners.size === 2 && told < 10_000) {
    for (const listener of listeners) listener.tell({ position: String(9 + told), name: 'much', data });
    told += 1;
    await setImmediate();
  }
  expect(listeners.size).toBe(1);
  await heard(quick, `id: ${8 + told}`);
});

test('a client that is gone is told nothing more, and whoever may read no longer is let go', async () => {
  const [gone, refused] = [aClient(), aClient()];
  await heard(gone, 'event: hello');
  await heard(refused, 'event: hello');
  gone.socket.destroy();
  expect(await until(() => listeners.size === 1, { withinMs: 5_000 })).toBe(true);
  isAdmitted = false;
  expect(await until(() => listeners.size === 0, { withinMs: 5_000 })).toBe(true);
});

test('the end of the feed ends the stream whole', async () => {
  const client = aClient();
  await heard(client, 'event: hello');
  for (const listener of listeners) listener.end();
  await heard(client, '\r\n0\r\n\r\n');
  expect(client.text()).not.toContain('event: end');
});
