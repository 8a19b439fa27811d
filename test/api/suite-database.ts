/** A database of its own for each suite: a copy of the migrated template, dropped at the end. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { readServers, templateDatabase } from '../environment/servers.ts';

export interface SuiteDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: readServers().databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function createSuiteDatabase(): Promise<SuiteDatabase> {
  const name = `api_${randomBytes(6).toString('hex')}`;
  await onServer(`create database ${name} template ${templateDatabase}`);
  const url = new URL(readServers().databaseUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`drop database ${name} with (force)`) };
}
