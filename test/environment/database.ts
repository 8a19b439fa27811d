/** Databases for suites: copies of the template that the global setup migrated once. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { readServers, templateDatabase } from './servers.ts';

export interface SuiteDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export async function copyTemplate(): Promise<SuiteDatabase> {
  const server = readServers().databaseUrl;
  const name = `suite_${randomBytes(8).toString('hex')}`;
  await execute(server, `create database ${name} template ${templateDatabase}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => execute(server, `drop database if exists ${name} with (force)`) };
}

/** Two copies at once may find the template in use by each other; the second waits for the first. */
async function execute(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(1)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
