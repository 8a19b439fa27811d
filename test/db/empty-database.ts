/** An empty database on the shared server, for suites that migrate one themselves. */

import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '../../db/database.ts';
import { readServers } from '../environment/servers.ts';

export interface EmptyDatabase {
  readonly url: string;
  readonly db: Database;
  drop(): Promise<void>;
}

export async function emptyDatabase(): Promise<EmptyDatabase> {
  const server = readServers().databaseUrl;
  const name = `empty_${randomBytes(8).toString('hex')}`;
  const onServer = async (statement: string) => {
    const admin = openDatabase({ url: server, max: 1 });
    try {
      await admin.raw(statement);
    } finally {
      await admin.destroy();
    }
  };
  await onServer(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = openDatabase({ url: url.toString(), max: 4 });
  return {
    url: url.toString(),
    db,
    drop: async () => {
      await db.destroy();
      await onServer(`drop database if exists ${name} with (force)`);
    },
  };
}
