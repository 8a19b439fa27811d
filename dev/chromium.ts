/** Where the browser of the tests comes from: the PATH, or Debian's package, which is installed where we may. */

import { type DebianOptions, provisionDebianProgram } from './debian-package.ts';
import { type Environment, findProgram } from './tool-cache.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The browser's path. */
export const findChromium = (environment: Environment): string | null =>
  names.map((name) => findProgram(name, environment)).find((path) => path !== null) ?? null;

/** `Trouble` where there is none and it cannot be installed. */
export const provisionChromium = (options: DebianOptions): Promise<string> =>
  provisionDebianProgram({ ...options, debianPackage: 'chromium', what: 'Chromium', find: findChromium });
