/** Builds the pages from the sources as they stand, unless they were built from the same already. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Trouble } from './trouble.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Types are no part of what is built. */
const isBuilt = (name: string): boolean => !name.endsWith('.d.ts');

function hashSources(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of ['web', 'domain']) {
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isBuilt(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
    for (const file of files.sort()) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** Throws `Trouble` where the bundler finds no sense in a file. */
export function buildPages(directory = join(root, 'build/pages')): 'built' | 'current' {
  const stamp = join(directory, '.sources');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources()) return 'current';
  const bundler = join(root, 'node_modules/vite/bin/vite.js');
  const args = ['build', '--config', join(root, 'web/vite.config.ts'), '--outDir', directory, '--logLevel', 'warn'];
  // Whatever runs us, such as jest, may say something else, by which React would bring its development's code.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync(process.execPath, [bundler, ...args], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Trouble('The pages could not be built; the lines above say why.');
  // The bundler writes the table of routes anew, which is one of the sources.
  writeFileSync(stamp, hashSources());
  return 'built';
}
