/** PostgreSQL through knex: one pool a process, and what a fault of the connection looks like. */

import knex, { type Knex } from 'knex';

export type Database = Knex;
export type Transaction = Knex.Transaction;
/** Either the pool or a transaction of it: for reads that may stand in both. */
export type Queryable = Knex;

const ignore = (): void => undefined;

/** Opens the pool lazily: no connection is made before the first statement. `max` counts connections. */
export function openDatabase(settings: { url: string; max: number; statementMsMax?: number }): Database {
  return knex({
    // Knex prints to the console by itself; whoever meets a fault logs it.
    log: { warn: ignore, error: ignore, deprecate: ignore, debug: ignore },
    client: 'pg',
    connection: {
      connectionString: settings.url,
      application_name: 'refund-desk',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      ...(settings.statementMsMax === undefined ? {} : { statement_timeout: settings.statementMsMax }),
    },
    pool: { min: 0, max: settings.max },
    acquireConnectionTimeout: 5_000,
  });
}

const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);

/** Whether the fault says that the database cannot be reached or is going down, so that nothing was (surely) done. */
export function isUnavailable(fault: unknown): boolean {
  // By its shape, since a fault may come from another realm, where `instanceof` says no.
  if (typeof fault !== 'object' || fault === null) return false;
  const code = 'code' in fault ? String(fault.code) : '';
  if (connectionCodes.has(code) || code.startsWith('08') || code.startsWith('57P') || code === '53300') return true;
  if ('errors' in fault && Array.isArray(fault.errors) && fault.errors.some(isUnavailable)) return true;
  const text = 'message' in fault ? String(fault.message) : '';
  return /Timeout acquiring a connection|Connection (terminated|ended)|timeout exceeded when trying to connect/.test(
    text,
  );
}

/** The name of the constraint that refused a statement, if one did. */
export function violatedConstraint(fault: unknown): string | null {
  if (!(fault instanceof Error) || !('constraint' in fault) || !('code' in fault)) return null;
  return String(fault.code).startsWith('23') && typeof fault.constraint === 'string' ? fault.constraint : null;
}
