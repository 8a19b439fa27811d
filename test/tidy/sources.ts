/** The repository's own files as the tidy rules see them: path and text, without what is installed, built or kept. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const skippedNames = ['.git', 'node_modules', 'dist', 'build', 'coverage', '.data'];
/** The clients are a customer's programs, which follow no rule of ours. */
const skippedPaths = [
  'test/walls/fixtures',
  'test/histories',
  'test/client-logs/clients',
  'web/route-tree.gen.ts',
  'web/api/openapi.d.ts',
];
const readEndings = ['.ts', '.tsx', '.css', '.mjs', '.md', '.json', '.yml', '.yaml'];

/** Reads all files below a root that are text of ours. */
export function readSources(root: string, below = ''): Source[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (skippedNames.includes(entry.name) || skippedPaths.includes(path)) return [];
    if (entry.isDirectory()) return readSources(root, path);
    if (!entry.isFile() || !readEndings.some((ending) => path.endsWith(ending))) return [];
    return [{ path, text: readFileSync(join(root, path), 'utf8') }];
  });
}
