/** The database's address alone, for what an operator runs beside the desk and that needs no other secret. */

import { ConfigError, configKeys } from './config.ts';

export function databaseUrl(): string {
  const parsed = configKeys.DATABASE_URL.schema.safeParse(process.env['DATABASE_URL']);
  if (!parsed.success) throw new ConfigError([`DATABASE_URL is missing. ${configKeys.DATABASE_URL.doc}`]);
  return parsed.data.reveal();
}
