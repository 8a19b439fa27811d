/**
 * Where the Temporal dev server comes from: a given address, the PATH, the cache, the SDK's own download, a build with
 * Go; in this order. Whatever is fetched is put in its place by one rename, so that an interrupted step leaves nothing
 * broken behind.
 */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildWithGo, keep, type ProvisionOptions } from './go-build.ts';
import { downloadWithSdk } from './sdk-download.ts';
import { findProgram, isExecutable, toolCacheDirectory } from './tool-cache.ts';
import { Trouble } from './trouble.ts';

export type TemporalSource =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'binary'; readonly path: string };

/** Later tags carry a replace directive and cannot be installed so. */
const goPackage = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** Finds the Temporal server, or fetches or builds it; `Trouble` where none can be had. */
export async function provisionTemporal(options: ProvisionOptions): Promise<TemporalSource> {
  const { environment, report } = options;
  const address = environment['TEMPORAL_ADDRESS'];
  if (address) return { kind: 'address', address };
  const cached = join(toolCacheDirectory(environment), 'bin', 'temporal');
  for (const path of [findProgram('temporal', environment), cached])
    if (path !== null && (await isTemporal(path))) return { kind: 'binary', path };

  const downloaded = await downloadWithSdk({
    ...options,
    server: 'dev-server',
    title: 'Fetching the Temporal server, since none is installed',
  });
  if (downloaded.path !== null && (await keep(downloaded.path, cached, isTemporal)))
    return { kind: 'binary', path: cached };
  const refused = downloaded.why || 'what it brought does not run';
  report(`  The download did not work (${refused}); trying to build it.`);

  const built = await buildWithGo(options, {
    goPackage,
    title: 'Building the Temporal server from its source with Go, since it can be had in no other way',
    estimate: '2 to 5 minutes, once',
    cached,
    isRight: isTemporal,
  });
  if (built === null) return { kind: 'binary', path: cached };
  throw new Trouble(
    `No Temporal server could be had (download: ${refused}; build: ${built}). ` +
      'Install the temporal command line, or Go, or name a running server with TEMPORAL_ADDRESS=host:port.',
  );
}

/** Whether the program runs and is what its name says. */
async function isTemporal(path: string): Promise<boolean> {
  if (!isExecutable(path)) return false;
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 30_000 });
    return /^temporal version .*Server/i.test(stdout);
  } catch {
    return false;
  }
}
