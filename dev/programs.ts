/**
 * Our programs as plain JavaScript: Node loads them in half the time that it takes by way of tsx, and what a stack
 * starts again after a death is the code that it began with, whatever was edited since.
 */

import { cpSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { runProgram } from './node-part.ts';

const project = 'tsconfig.programs.json';

const projectSchema = z.object({ include: z.array(z.string()) });

export interface CompileOptions {
  /** The working tree. */
  readonly root: string;
  /** Written anew. */
  readonly folder: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/** Where a program of the tree lies once it is compiled. */
export const compiledProgram = (folder: string, file: string): string => join(folder, file.replace(/\.ts$/, '.js'));

/** Types are left to the checks. Throws `Trouble` where the compiler finds no sense in a file. */
export async function compilePrograms({ root, folder, logFile, signal }: CompileOptions): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const program = {
    title: 'the compiling of our programs',
    root,
    file: 'node_modules/typescript/bin/tsc',
    arguments: ['-p', project, '--outDir', resolve(folder)],
    environment: {},
    logFile,
  };
  await runProgram(program, signal);
  const { include } = projectSchema.parse(JSON.parse(readFileSync(join(root, project), 'utf8')));
  // What stands beside the code, such as templates; `package.json` says that it is made of modules.
  for (const name of [...include, 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => extname(path) !== '.ts' });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
}
