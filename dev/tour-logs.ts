/** Logs that customers of the tour hand in: what real clients printed behind a gateway that failed as it was told. */

import { readFileSync } from 'node:fs';

export interface HandedIn {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const recorded = new URL('../test/client-logs/recorded/', import.meta.url);

/** Named as by its client, e.g. `curl/egress-dead.log`. */
export const recordedLog = (path: string): HandedIn => ({
  name: path.replace('/', '-'),
  bytes: new Uint8Array(readFileSync(new URL(path, recorded))),
});

export const plainLog: HandedIn = {
  name: 'fault.log',
  bytes: new TextEncoder().encode('CONNECT shop.example:443 via gate.example:7000 -> 502 egress dead\n'),
};
