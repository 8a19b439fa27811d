/**
 * ClamAV's own daemon, for suites about scanning: in the foreground as a child, on a socket of its own, with one
 * signature that we wrote, which knows the harmless test file that every scanner is to find (EICAR).
 */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from '../../dev/child.ts';
import { findClamd } from '../../dev/clamd.ts';
import { until } from '../../dev/until.ts';
import { createClamd } from '../../providers/clamd.ts';
import { patienceMs } from './patience.ts';

/** In two parts, so that no scanner of the machine finds it here. */
export const eicar = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD${'-ANTIVIRUS-TEST-FILE!$H+H*'}`;

/** What our signature calls it; the daemon adds that it is none of ClamAV's own. */
export const eicarFound = 'Local.Eicar.UNOFFICIAL';

export interface ClamdForSuite {
  readonly socket: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it, and leaves nothing. */
  close(): Promise<void>;
}

const streamMegabytesMax = 2;

export async function createClamdForSuite(): Promise<ClamdForSuite> {
  const command = findClamd(process.env);
  if (command === null) throw new Error('there is no clamd: `npm test` installs it');
  const folder = await mkdtemp(join(tmpdir(), 'refund-desk-clamd-'));
  const [socket, signatures, settings] = ['clamd.sock', 'signatures', 'clamd.conf'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await mkdir(signatures);
  await writeFile(join(signatures, 'local.ndb'), `Local.Eicar:0:*:${Buffer.from(eicar).toString('hex')}\n`);
  const lines = [
    'Foreground yes',
    `LocalSocket ${socket}`,
    `DatabaseDirectory ${signatures}`,
    `TemporaryDirectory ${folder}`,
    `StreamMaxLength ${streamMegabytesMax}M`,
    'MaxThreads 2',
    'Bytecode no',
    ...(process.getuid?.() === 0 ? ['User root'] : []),
  ];
  await writeFile(settings, `${lines.join('\n')}\n`);
  const scanner = createClamd({ address: { socket } });
  let daemon: ReturnType<typeof startChild> | null = null;
  const stop = async (): Promise<void> => {
    await daemon?.stop();
    daemon = null;
  };
  return {
    socket,
    stop,
    async start() {
      const environment = { PATH: process.env['PATH'] ?? '' };
      daemon = startChild({ command, args: ['-c', settings], environment, logFile: join(folder, 'clamd.log') });
      if (!(await until(() => scanner.isUp(), { withinMs: patienceMs }))) throw new Error('clamd did not come up');
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
