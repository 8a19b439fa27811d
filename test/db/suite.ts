/** A suite's own database, a copy of the migrated template, opened before its tests and dropped after them. */

import { afterAll, beforeAll } from '@jest/globals';
import { type Database, openDatabase } from '../../db/database.ts';
import { copyTemplate, type SuiteDatabase } from '../environment/database.ts';

export interface Suite {
  readonly db: Database;
  readonly url: string;
}

/** `connections` bounds how many statements can really run at once. */
export function openSuite(connections = 10): Suite {
  let copy: SuiteDatabase | undefined;
  let db: Database | undefined;
  beforeAll(async () => {
    copy = await copyTemplate();
    db = openDatabase({ url: copy.url, max: connections });
  });
  afterAll(async () => {
    await db?.destroy();
    await copy?.drop();
  });
  return {
    get db() {
      if (!db) throw new Error('the suite’s database is not open yet');
      return db;
    },
    get url() {
      if (!copy) throw new Error('the suite’s database is not there yet');
      return copy.url;
    },
  };
}

/** Resolves once a statement in the suite's database waits for a lock. */
export async function aLockIsWaitedFor({ db }: Suite): Promise<void> {
  for (;;) {
    const { rows } = await db.raw<{ rows: unknown[] }>(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}
