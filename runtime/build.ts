/**
 * `npm run build`: everything that production runs, in `dist/` or the folder that is named: compiled code, mail
 * templates, the workflow bundle with its checksum, and a build id. Nothing in it needs a development package.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checksumFile, checksumOf } from './bundle-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const buildIdLength = 12;

/** Runs a program of Node's to its end; throws where that is not a good one. */
function run(title: string, file: string, ...args: string[]): void {
  process.stdout.write(`${title}\n`);
  // Whatever runs us may say something else, by which React would bring its development's code into the pages.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status, signal } = spawnSync(process.execPath, [file, ...args], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${title} failed (${signal ?? `exit code ${status}`})`);
}

/** The same for the same code and packages: compiled files, templates and bundle by name and content, and the lock file. */
function buildIdOf(folder: string): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, buildIdLength);
}

function build(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  run('Compiling', compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', folder);
  cpSync(join(root, 'providers/templates'), join(folder, 'providers/templates'), { recursive: true });
  cpSync(join(root, 'runtime/failure-converter.cjs'), join(folder, 'runtime/failure-converter.cjs'));
  const bundler = join(root, 'node_modules/vite/bin/vite.js');
  run(
    'Building the pages',
    bundler,
    'build',
    '--config',
    join(root, 'web/vite.config.ts'),
    '--outDir',
    join(folder, 'pages'),
    '--logLevel',
    'warn',
  );
  const bundle = join(folder, 'workflow-bundle.js');
  // By the compiled code itself, which proves that it runs without what compiled it.
  run('Bundling the workflows', join(folder, 'runtime/bundle.js'), bundle);
  writeFileSync(checksumFile(bundle), `${checksumOf(bundle)}  ${basename(bundle)}\n`);
  const buildId = buildIdOf(folder);
  writeFileSync(join(folder, 'build-id'), `${buildId}\n`);
  process.stdout.write(`Built ${relative(process.cwd(), folder)}, build id ${buildId}.\n`);
}

build(resolve(process.argv[2] ?? join(root, 'dist')));
