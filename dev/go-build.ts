/** Builds a server from its Go module into the tool cache; put in its place by one rename, so that nothing broken stays. */

import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, runLongStep } from './long-step.ts';
import { type Environment, findProgram, toolCacheDirectory } from './tool-cache.ts';

export interface ProvisionOptions {
  readonly environment: Environment;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

export interface GoBuild {
  /** With its version. */
  readonly goPackage: string;
  readonly title: string;
  readonly estimate: string;
  /** Where it is kept; its last part is the program's name. */
  readonly cached: string;
  /** Whether the program runs and is what its name says. */
  readonly isRight: (path: string) => Promise<boolean>;
}

/** `null` when it is in its place, else why not. */
export async function buildWithGo(
  { environment, report, signal }: ProvisionOptions,
  { goPackage, title, estimate, cached, isRight }: GoBuild,
): Promise<string | null> {
  const go = findProgram('go', environment);
  if (go === null) return 'Go is not installed';
  const cache = toolCacheDirectory(environment);
  mkdirSync(cache, { recursive: true });
  const workshop = mkdtempSync(join(cache, 'build-'));
  try {
    const end = await runLongStep({
      command: go,
      args: ['install', goPackage],
      environment: { ...environment, GOBIN: workshop, GOTOOLCHAIN: 'local' },
      directory: workshop,
      title,
      estimate,
      withinMs: 30 * 60_000,
      report,
      ...(signal === undefined ? {} : { signal }),
    });
    if (!end.ok) return end.why;
    const built = join(workshop, cached.split('/').at(-1) ?? '');
    return (await keep(built, cached, isRight)) ? null : 'what was built does not run';
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Puts a program in its place where it is the right one; else it is removed. */
export async function keep(from: string, to: string, isRight: GoBuild['isRight']): Promise<boolean> {
  chmodSync(from, 0o755);
  if (!(await isRight(from))) {
    rmSync(from, { force: true });
    return false;
  }
  mkdirSync(join(to, '..'), { recursive: true });
  renameSync(from, to);
  return true;
}
