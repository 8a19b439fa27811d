/**
 * Runs one of the runtime's mains that need the database alone: on that which DATABASE_URL names, or else on that of the
 * embedded stack, which must be running.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readPorts } from './ports.ts';
import { databaseName } from './stack-settings.ts';

const secretsSchema = z.object({ postgresPassword: z.string() });

/** Where the embedded stack's database answers, as far as its data directory and the shell tell; else nothing. */
function embeddedUrl(): string | undefined {
  const file = join(process.env['REFUND_DESK_DATA'] ?? '.data', 'secrets.json');
  if (!existsSync(file)) return undefined;
  const { postgresPassword } = secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const { postgres } = readPorts(process.env);
  return `postgres://desk:${encodeURIComponent(postgresPassword)}@127.0.0.1:${postgres}/${databaseName}`;
}

/** Hands on the command line and what the main ended with. */
export function runOnDatabase(main: 'rederive' | 'prove'): void {
  const url = process.env['DATABASE_URL'] ?? embeddedUrl();
  const script = fileURLToPath(new URL(`../runtime/${main}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...(url === undefined ? {} : { DATABASE_URL: url }) },
  });
  process.exitCode = status ?? 1;
}
