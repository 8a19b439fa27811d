/**
 * Where the workflow bundle lies that was built with this very code, and whether it is whole. Never builds one: workflow
 * code that was made on the fly would be other code than what was tested.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CannotStart } from './cannot-start.ts';
import type { Config } from './config.ts';

/** Beside the build's own code; for the sources, among what is built from them. */
const besides = import.meta.url.endsWith('.ts') ? '../build/workflow-bundle.js' : '../workflow-bundle.js';

export const bundleFile = ({ WORKFLOW_BUNDLE }: Pick<Config, 'WORKFLOW_BUNDLE'>): string =>
  WORKFLOW_BUNDLE || fileURLToPath(new URL(besides, import.meta.url));

/** Written beside a bundle by the production build, in the form that `sha256sum --check` reads. */
export const checksumFile = (file: string): string => `${file}.sha256`;

export const checksumOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Throws `CannotStart` where the bundle is missing, or is not the one that its checksum tells of. */
export function requireBundle(file: string): string {
  if (!existsSync(file))
    throw new CannotStart(`The workflow bundle ${file} is missing; build it with: npm run bundle (or npm run build).`);
  const sums = checksumFile(file);
  if (existsSync(sums) && readFileSync(sums, 'utf8').split(/\s/)[0] !== checksumOf(file))
    throw new CannotStart(`The workflow bundle ${file} is not the one that was built: its checksum differs.`);
  return file;
}
