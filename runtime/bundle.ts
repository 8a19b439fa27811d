/**
 * Builds the workflow bundle once, from the sources as they stand; the worker runs nothing else. Prints whether the one
 * that is there still fits.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { bundleFile } from './bundle-file.ts';
import { failureConverterPath } from './failure-encoding.ts';
import { createTracing } from './tracing.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..');
/** In `dist` the sources are JavaScript. */
const ending = new URL(import.meta.url).pathname.endsWith('.ts') ? '.ts' : '.js';

/** Builds into `file` unless it was built from the same sources; tells which. */
export async function bundleWorkflows(file: string): Promise<'built' | 'current'> {
  const stamp = `${file}.sources`;
  const sources = hashSources();
  if (readQuietly(stamp) === sources && readQuietly(file) !== null) return 'current';
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows', `index${ending}`),
    failureConverterPath,
    plugins: [createTracing('').plugin],
    webpackConfigHook: (config) => ({
      ...config,
      mode: 'production',
      optimization: { ...config.optimization, minimize: true },
    }),
    logger: { trace() {}, debug() {}, info() {}, log() {}, warn: process.emitWarning, error: process.emitWarning },
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, code);
  renameSync(`${file}.new`, file);
  writeFileSync(stamp, sources);
  return 'built';
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const folder of ['domain', 'workflows']) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith(ending),
    );
    for (const name of files.sort()) hash.update(name).update(readFileSync(join(root, folder, name)));
  }
  hash.update(readFileSync(failureConverterPath));
  return hash.update(readQuietly(join(root, 'package-lock.json')) ?? '').digest('hex');
}

function readQuietly(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? bundleFile({ WORKFLOW_BUNDLE: process.env['WORKFLOW_BUNDLE'] ?? '' });
  const what = await bundleWorkflows(file);
  process.stdout.write(
    `Workflow bundle ${relative(process.cwd(), file)} is ${what === 'built' ? 'built' : 'up to date'}.\n`,
  );
}
