/** Where servers that the stack and the tests need are kept between clones: `$XDG_CACHE_HOME/refund-desk`. */

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export const toolCacheDirectory = (environment: Environment): string =>
  join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'refund-desk');

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of a program on the PATH, or `null`. */
export function findProgram(name: string, environment: Environment): string | null {
  const directories = (environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return directories.map((directory) => join(directory, name)).find(isExecutable) ?? null;
}
