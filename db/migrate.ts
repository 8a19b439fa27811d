/** Brings a database to the present schema: ours by knex, the job queue's by its own migrations. Safe to repeat. */

import { runMigrations } from 'graphile-worker';
import { openDatabase } from './database.ts';
import { migrationSource } from './migration-source.ts';

/** Resolves with the names of the migrations that were run. */
export async function migrate(url: string): Promise<string[]> {
  await runMigrations({ connectionString: url });
  const db = openDatabase({ url, max: 2 });
  try {
    const [, names] = (await db.migrate.latest({ migrationSource })) as [number, string[]];
    return names;
  } finally {
    await db.destroy();
  }
}
