/** Where the pages lie that were built with this very code. Never builds them. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotStart } from './cannot-start.ts';
import type { Config } from './config.ts';

/** Beside the build's own code; for the sources, among what is built from them. */
const besides = import.meta.url.endsWith('.ts') ? '../build/pages' : '../pages';

/** Throws `CannotStart` where they were not built. */
export function requirePages({ PAGES_DIRECTORY }: Pick<Config, 'PAGES_DIRECTORY'>): string {
  const directory = PAGES_DIRECTORY || fileURLToPath(new URL(besides, import.meta.url));
  if (!existsSync(join(directory, 'index.html')))
    throw new CannotStart(`The pages in ${directory} are missing; build them with: npm run pages (or npm run build).`);
  return directory;
}
