/** Programs that tests need and that Debian has: one that is there, else its package, installed where we may. */

import { type Report, runLongStep } from './long-step.ts';
import { type Environment, findProgram } from './tool-cache.ts';
import { Trouble } from './trouble.ts';

export interface DebianOptions {
  readonly environment: Environment;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

interface Wanted extends DebianOptions {
  readonly debianPackage: string;
  /** As people call it. */
  readonly what: string;
  readonly find: (environment: Environment) => string | null;
}

/** The program's path; `Trouble` where there is none and it cannot be installed. */
export async function provisionDebianProgram(wanted: Wanted): Promise<string> {
  const { environment, debianPackage, what, find } = wanted;
  const there = find(environment);
  if (there !== null) return there;
  const install = ['install', '--yes', '--no-install-recommends', debianPackage];
  let why = 'this system has no apt-get';
  const installer = findProgram('apt-get', environment);
  // The lists of packages may be missing, or older than what is there.
  for (const args of installer === null ? [] : [install, ['update'], install]) {
    const end = await runLongStep({
      command: installer ?? '',
      args,
      environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
      directory: '/',
      title: `Installing ${debianPackage}, since there is no ${what}`,
      estimate: 'up to a minute, once',
      withinMs: 10 * 60_000,
      report: wanted.report,
      ...(wanted.signal === undefined ? {} : { signal: wanted.signal }),
    });
    const found = find(environment);
    if (found !== null) return found;
    if (!end.ok) why = end.why;
  }
  throw new Trouble(`No ${what} could be had (${why}). Install it, as Debian's package ${debianPackage}.`);
}
