/**
 * The SDK's own download of a test server, done in a process of its own: it can only be had together with a start of
 * the server, and where there is no network it must not hold up the other ways.
 */

import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Report, runLongStep } from './long-step.ts';
import { type Environment, isExecutable, toolCacheDirectory } from './tool-cache.ts';

export interface SdkDownload {
  readonly server: 'dev-server' | 'time-skipping';
  readonly title: string;
  readonly environment: Environment;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

export interface SdkDownloadEnd {
  /** `null` where it failed. */
  readonly path: string | null;
  readonly why: string;
}

/** No byte for so long means no network. */
const silentMsMax = 20_000;

/** The path of the downloaded program, in the cache under a name of its own; the caller moves it to its place. */
export async function downloadWithSdk(options: SdkDownload): Promise<SdkDownloadEnd> {
  const cache = toolCacheDirectory(options.environment);
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'download-'));
  let bytes = 0;
  let grewMs = performance.now();
  const hopeless = () => {
    const now = sizeOf(directory);
    if (now > bytes) grewMs = performance.now();
    bytes = now;
    // Once something came, the rest of the time is the server's own start.
    return bytes === 0 && performance.now() - grewMs > silentMsMax;
  };
  try {
    const end = await runLongStep({
      command: process.execPath,
      args: [
        '--import',
        'tsx',
        fileURLToPath(new URL('./sdk-download-main.ts', import.meta.url)),
        options.server,
        directory,
      ],
      environment: options.environment,
      directory: fileURLToPath(new URL('..', import.meta.url)),
      title: options.title,
      estimate: 'half a minute, once',
      withinMs: 10 * 60_000,
      report: options.report,
      hopeless,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    // Its own words name an address and a cause that nobody here can mend.
    if (!end.ok) return { path: null, why: end.why.startsWith('exit code') ? 'its server was not reached' : end.why };
    const name = readdirSync(directory).find((each) => isExecutable(join(directory, each)));
    if (name === undefined) return { path: null, why: 'it left no program behind' };
    const path = join(cache, `${options.server}.${process.pid}.new`);
    renameSync(join(directory, name), path);
    return { path, why: '' };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const sizeOf = (directory: string): number =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    try {
      return sum + statSync(join(directory, name)).size;
    } catch {
      return sum;
    }
  }, 0);
