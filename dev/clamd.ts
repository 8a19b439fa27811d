/**
 * Where ClamAV's daemon comes from: the PATH, or Debian's package, which is installed where we may. It comes without
 * signatures; whoever starts it brings some.
 */

import { type Report, runLongStep } from './long-step.ts';
import { type Environment, findProgram } from './tool-cache.ts';
import { Trouble } from './trouble.ts';

export interface ClamdOptions {
  readonly environment: Environment;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

const debianPackage = 'clamav-daemon';
const steps = [
  ['install', '--yes', '--no-install-recommends', debianPackage],
  ['update'],
  ['install', '--yes', '--no-install-recommends', debianPackage],
] as const;

/** The daemon's path; administrators' programs are not on everyone's PATH. */
export const findClamd = (environment: Environment): string | null =>
  findProgram('clamd', { PATH: `${environment['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin` });

/** `Trouble` where there is none and it cannot be installed. */
export async function provisionClamd(options: ClamdOptions): Promise<string> {
  const { environment } = options;
  const there = findClamd(environment);
  if (there !== null) return there;
  let why = 'this system has no apt-get';
  const installer = findProgram('apt-get', environment);
  // The lists of packages may be missing, or older than what is there.
  for (const args of installer === null ? [] : steps) {
    const end = await runLongStep({
      command: installer ?? '',
      args: [...args],
      environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive' },
      directory: '/',
      title: `Installing ${debianPackage}, since there is no clamd`,
      estimate: 'up to a minute, once',
      withinMs: 10 * 60_000,
      report: options.report,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const found = findClamd(environment);
    if (found !== null) return found;
    if (!end.ok) why = end.why;
  }
  throw new Trouble(`No clamd could be had (${why}). Install ClamAV's daemon, as Debian's ${debianPackage}.`);
}
