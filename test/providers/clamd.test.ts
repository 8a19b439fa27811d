/** Whatever the scanner does but say OK is no good verdict (E2). What it says when it is well is tried with the real one. */

import { createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { findFreePort } from '../../dev/ports.ts';
import { createClamd } from '../../providers/clamd.ts';

const bytes = () => Readable.from([Buffer.alloc(300_000, 65), Buffer.alloc(300_000, 66)]);

interface Treated {
  /** Whether it answers at once that it is well, whatever it does with a file; by turns, until it no longer does. */
  readonly pongs?: number;
  readonly idleMsMax?: number;
}

/** What is told of bytes that a server takes which treats each connection so. */
async function toldBy(treat: (socket: Socket) => void, { pongs = 0, idleMsMax = 200 }: Treated = {}) {
  let pongsLeft = pongs;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    if (pongsLeft === 0) return treat(socket);
    socket.once('data', (first: Buffer) => {
      if (!first.includes('zPING')) {
        treat(socket);
        socket.emit('data', first);
        return;
      }
      pongsLeft -= 1;
      socket.end('PONG\0');
    });
  });
  const port = await findFreePort();
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const clamd = createClamd({ address: { host: '127.0.0.1', port }, idleMsMax, fitMsMax: 200 });
  const told = [await clamd.scan(bytes()), await clamd.isUp()];
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return told;
}

const says = (words: string) => (socket: Socket) => void socket.on('data', () => socket.end(words));

const unfit: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['says nothing', (socket: Socket) => void socket.resume()],
  ['reads nothing', (socket: Socket) => void socket.pause()],
  ['hangs up at once', (socket: Socket) => void socket.destroy()],
  ['hangs up in the middle', (socket: Socket) => void socket.once('data', () => socket.destroy())],
  ['says what nobody understands', says('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['breaks off its answer', says('stream: O')],
  ['cannot scan', says('stream: Can’t allocate memory ERROR\0')],
];

test.each(unfit)('E2: one that %s is away', async (_what, treat) => {
  expect(await toldBy(treat)).toEqual([{ kind: 'away' }, false]);
});

test.each(unfit.filter(([what]) => !what.includes('in the middle') && !what.includes('at once')))(
  'E2: one that is well by its own words and %s with a file is away',
  async (_what, treat) => {
    expect(await toldBy(treat, { pongs: 1_000 })).toEqual([{ kind: 'away' }, true]);
  },
);

test('E2: one that was well when it was asked, and says nothing any more, is not waited for until a verdict would be late', async () => {
  const begun = performance.now();
  expect(await toldBy((socket) => void socket.resume(), { pongs: 1, idleMsMax: 60_000 })).toEqual([
    { kind: 'away' },
    false,
  ]);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('E2: one that finds something while it is still being sent to is heard, and one that takes no more as well', async () => {
  expect((await toldBy(says('stream: Some.Thing FOUND\0'), { pongs: 1_000 }))[0]).toEqual({
    kind: 'infected',
    signature: 'Some.Thing',
  });
  expect((await toldBy(says('INSTREAM size limit exceeded. ERROR\0'), { pongs: 1_000 }))[0]).toEqual({ kind: 'limit' });
});

test('E2: one that hangs up in the middle and is well otherwise took no more', async () => {
  const verdict = await toldBy((socket) => {
    socket.once('data', (first: Buffer) => {
      if (first.includes('zPING')) socket.end('PONG\0');
      // With bytes that it has not read, so that nothing that it said could arrive.
      else socket.resetAndDestroy();
    });
  });
  expect(verdict).toEqual([{ kind: 'limit' }, true]);
});

test('E2: where nobody listens it is away', async () => {
  const clamd = createClamd({ address: { host: '127.0.0.1', port: await findFreePort() } });
  expect([await clamd.scan(bytes()), await clamd.isUp()]).toEqual([{ kind: 'away' }, false]);
});
