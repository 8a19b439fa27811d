/**
 * Where ClamAV's daemon comes from: the PATH, or Debian's package, which is installed where we may. It comes without
 * signatures; whoever starts it brings some.
 */

import { type DebianOptions, provisionDebianProgram } from './debian-package.ts';
import { type Environment, findProgram } from './tool-cache.ts';

/** The daemon's path; administrators' programs are not on everyone's PATH. */
export const findClamd = (environment: Environment): string | null =>
  findProgram('clamd', { PATH: `${environment['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin` });

/** `Trouble` where there is none and it cannot be installed. */
export const provisionClamd = (options: DebianOptions): Promise<string> =>
  provisionDebianProgram({ ...options, debianPackage: 'clamav-daemon', what: 'clamd', find: findClamd });
