/** Run once per deployment: brings PostgreSQL to the present schema and registers Temporal's search attributes. */

import { Connection } from '@temporalio/client';
import { migrate } from '../db/migrate.ts';
import { readConfig } from './config.ts';
import { runMain } from './main.ts';
import { registerSearchAttributes } from './search-attributes.ts';

await runMain('migrate', async (log) => {
  const config = readConfig(process.env);
  const names = await migrate(config.DATABASE_URL.reveal());
  log.info(
    { event: 'migrated', state: names.length === 0 ? 'current' : names.join(' ') },
    'the database is at the present schema',
  );
  const connection = await Connection.connect({ address: config.TEMPORAL_ADDRESS });
  try {
    await registerSearchAttributes(connection, config.TEMPORAL_NAMESPACE);
    log.info({ event: 'registered' }, 'the search attributes are registered');
  } finally {
    await connection.close();
  }
});
