/**
 * Brings a database to the present schema: ours by knex, the job queue's by its own migrations. Safe to repeat, and safe
 * beside another that does the same: the second waits for the first and finds nothing left to do.
 */

import { runMigrations } from 'graphile-worker';
import { openDatabase } from './database.ts';
import { migrationSource } from './migration-source.ts';

/** Any number will do, as long as nothing else in the database locks the same one. */
const migrationLock = 20_261_122;

/** Resolves with the names of the migrations that were run. */
export async function migrate(url: string): Promise<string[]> {
  const db = openDatabase({ url, max: 2 });
  try {
    return await db.transaction(async (guard) => {
      await guard.raw('select pg_advisory_xact_lock(?)', [migrationLock]);
      await runMigrations({ connectionString: url });
      // Knex's own lock is a row, which a killed migration leaves behind; ours ends with its connection.
      await db.migrate.forceFreeMigrationsLock({ migrationSource });
      const [, names] = (await db.migrate.latest({ migrationSource })) as [number, string[]];
      return names;
    });
  } finally {
    await db.destroy();
  }
}
