/** Probes of the parts that processes share, over connections that are open already. */

import type { Connection } from '@temporalio/client';
import type { Database } from '../db/database.ts';
import type { Scanner } from '../domain/scanner.ts';
import type { Probe } from './probes.ts';

export const databaseProbe = (db: Database): Probe => ({
  name: 'postgres',
  check: async () => {
    await db.raw('select 1');
    return true;
  },
});

/** `optional` where writes are kept while Temporal is away. */
export const temporalProbe = (connection: Connection, optional: boolean): Probe => ({
  name: 'temporal',
  optional,
  check: async () => {
    const { status } = await connection.healthService.check({
      service: 'temporal.api.workflowservice.v1.WorkflowService',
    });
    return status === 1;
  },
});

/** Asking costs the scanner a connection, so that it is not asked each time. */
const scannerAskedEveryMs = 10_000;

/** Without it files are held, and all else goes on; a desk that has none says so for good (E2). */
export function scannerProbe(scanner: Scanner | null): Probe {
  let asked: { readonly at: number; readonly isUp: Promise<boolean> } | null = null;
  return {
    name: 'scanner',
    optional: true,
    check: async () => {
      if (scanner === null) return false;
      const now = performance.now();
      if (asked === null || now - asked.at > scannerAskedEveryMs) asked = { at: now, isUp: scanner.isUp() };
      return asked.isUp;
    },
  };
}
