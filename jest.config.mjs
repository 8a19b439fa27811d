/**
 * Two projects: `unit` needs nothing but this repository, `integration` runs against real servers, which its global
 * setup starts once. Jest must leave by itself: what is still open at the end is a fault, so nothing is forced.
 */

import { existsSync } from 'node:fs';

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
  ],
};

const project = (displayName, testMatch, more) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  transform,
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/', '<rootDir>/.data/'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/walls/fixtures/'],
  ...more,
});

const inFolders = (...folders) => folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`);

export default {
  // One more than the two cores of the machines that this must run on: a suite of a whole desk waits half of its time.
  maxWorkers: 3,
  testSequencer: '<rootDir>/jest.sequencer.mjs',
  // Modules of finished suites are never freed; a worker that has grown so large spends its time on looking for garbage.
  workerIdleMemoryLimit: '512MB',
  testTimeout: 180_000,
  projects: [
    project(
      'unit',
      ['<rootDir>/test/*.test.ts', ...inFolders('domain', 'contract', 'providers', 'dev', 'bench', 'tidy', 'walls')],
      { setupFilesAfterEnv: ['<rootDir>/test/unit-time-limit.ts'] },
    ),
    project(
      'integration',
      inFolders('db', 'workflows', 'activities', 'api', 'runtime', 'journey', 'crash', 'start', 'web'),
      {
        ...(existsSync(new URL('test/environment/global-setup.mjs', import.meta.url)) && {
          globalSetup: '<rootDir>/test/environment/global-setup.mjs',
          globalTeardown: '<rootDir>/test/environment/global-teardown.mjs',
        }),
      },
    ),
  ],
};
