/** A way to the desk that is cut once so many bytes of a request went through it. */

import { connect, createServer, type Socket } from 'node:net';
import { findFreePort } from '../../dev/ports.ts';

export interface CutOffRelay {
  readonly url: string;
  /** Once the desk has seen the end of what it was cut off from. */
  isCut(): Promise<void>;
  close(): Promise<void>;
}

export async function startCutOffRelay(to: string, bytesMax: number): Promise<CutOffRelay> {
  const port = await findFreePort();
  let cut: () => void = () => undefined;
  const isCut = new Promise<void>((resolve) => {
    cut = resolve;
  });
  const server = createServer((client: Socket) => {
    const desk = connect(Number(new URL(to).port), new URL(to).hostname);
    let passed = 0;
    for (const end of [client, desk]) end.on('error', () => undefined);
    desk.on('data', (bytes) => client.write(bytes));
    desk.on('close', cut);
    client.on('data', (bytes) => {
      const part = bytes.subarray(0, bytesMax - passed);
      passed += part.length;
      desk.write(part, () => {
        if (passed < bytesMax) return;
        desk.destroy();
        client.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    isCut: () => isCut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
