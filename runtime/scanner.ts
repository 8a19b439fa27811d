/** The scanner that the configuration names; `null` where it names none. */

import type { Scanner } from '../domain/scanner.ts';
import { createClamd } from '../providers/clamd.ts';
import type { Config } from './config.ts';

type Keys = Pick<Config, 'CLAMD_SOCKET' | 'CLAMD_HOST' | 'CLAMD_PORT'>;

export function createScanner({ CLAMD_SOCKET: socket, CLAMD_HOST: host, CLAMD_PORT: port }: Keys): Scanner | null {
  if (socket !== '') return createClamd({ address: { socket } });
  return host === '' ? null : createClamd({ address: { host, port } });
}
