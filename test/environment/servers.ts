/** Hands the shared servers' addresses from jest's global setup to the suites, and the stack itself to the teardown. */

import type { Stack } from '../../dev/stack.ts';

/** Migrated once; every suite's database is a copy of it. */
export const templateDatabase = 'desk_template';

export interface Servers {
  /** Of the server's maintenance database or any of its databases, as its superuser. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** Where our programs lie compiled. */
  readonly programs: string;
}

const variable = 'REFUND_DESK_TEST_SERVERS';

/** Jest's workers inherit the environment; the teardown runs in the setup's own process. */
export function keepServers(servers: Servers, stack: Stack): void {
  process.env[variable] = JSON.stringify(servers);
  Object.assign(globalThis, { [Symbol.for(variable)]: stack });
}

export function keptStack(): Stack | undefined {
  return (globalThis as Record<symbol, Stack | undefined>)[Symbol.for(variable)];
}

export function readServers(): Servers {
  const kept = process.env[variable];
  if (kept === undefined) throw new Error('the shared servers are not up: run integration tests through jest');
  return JSON.parse(kept) as Servers;
}
