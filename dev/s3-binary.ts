/** Where the S3 server comes from on which the evidence store is tested: the PATH, the cache, a build with Go. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildWithGo, type ProvisionOptions } from './go-build.ts';
import { findProgram, isExecutable, toolCacheDirectory } from './tool-cache.ts';
import { Trouble } from './trouble.ts';

const version = '1.8.0';
const goPackage = `github.com/versity/versitygw/cmd/versitygw@v${version}`;

/** Finds `versitygw` or builds it; `Trouble` where none can be had. */
export async function provisionS3(options: ProvisionOptions): Promise<string> {
  const { environment } = options;
  // By its version, so that another one is built where this changes.
  const cached = join(toolCacheDirectory(environment), `versitygw-${version}`, 'versitygw');
  for (const path of [findProgram('versitygw', environment), cached])
    if (path !== null && (await isVersity(path))) return path;
  const built = await buildWithGo(options, {
    goPackage,
    title: 'Building the S3 server for the tests from its source with Go',
    estimate: '1 to 3 minutes, once',
    cached,
    isRight: isVersity,
  });
  if (built === null) return cached;
  throw new Trouble(`No S3 server could be had (${built}). Install Go, or versitygw on the PATH.`);
}

async function isVersity(path: string): Promise<boolean> {
  if (!isExecutable(path)) return false;
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 30_000 });
    return /^version\s*:/im.test(stdout);
  } catch {
    return false;
  }
}
