/** Our programs compiled: as the tree has them at that moment, with what stands beside them, or refused with the log that says why. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { compiledProgram, compilePrograms } from '../../dev/programs.ts';
import { repositoryRoot } from '../tidy/sources.ts';
import { makeWorkplace, type Workplace } from './stand-ins.ts';

let place: Workplace;
let root: string;
beforeEach(() => {
  place = makeWorkplace();
  root = join(place.directory, 'tree');
  for (const name of ['domain', 'contract', 'workflows', 'activities', 'providers', 'db', 'api', 'runtime', 'dev'])
    mkdirSync(join(root, name), { recursive: true });
  for (const name of ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.programs.json', 'package.json'])
    copyFileSync(join(repositoryRoot, name), join(root, name));
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'api/words.txt'), 'beside the code');
  writeProgram(`import { z } from 'zod';
    import { readFileSync } from 'node:fs';
    const text: string = readFileSync(new URL('../api/words.txt', import.meta.url), 'utf8');
    process.stdout.write(z.string().parse(text));`);
});
afterEach(() => place.remove());

const writeProgram = (text: string): void => writeFileSync(join(root, 'dev/say.ts'), text);

const folder = () => join(place.directory, 'compiled');
const logFile = () => join(place.directory, 'compiler.log');

const compile = () =>
  compilePrograms({ root, folder: folder(), logFile: logFile(), signal: new AbortController().signal });

const says = () => spawnSync(process.execPath, [compiledProgram(folder(), 'dev/say.ts')], { encoding: 'utf8' }).stdout;

test('one finds packages and what stands beside it, and is what it was when it was compiled', async () => {
  await compile();
  expect(says()).toBe('beside the code');
  writeProgram(`process.stdout.write('edited since');`);
  expect(says()).toBe('beside the code');
  await compile();
  expect(says()).toBe('edited since');
});

test('what makes no sense is named in the log, and nothing is started', async () => {
  writeProgram('const = ;');
  await expect(compile()).rejects.toMatchObject({ name: 'Trouble', logFile: logFile() });
  expect(readFileSync(logFile(), 'utf8')).toContain('dev/say.ts');
});
