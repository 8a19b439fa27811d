/**
 * Mutation testing of the policy engine: each change of its code must make a test fail. Tests are told apart by name and
 * run per mutant; the TypeScript compiler in use has no API for this tool, hence a tsconfig that is not there.
 */

export default {
  mutate: ['domain/{engine,engine-*,judges,proposal,favour,compensation,tender-facts,clocks,calendar,spans}.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    configFile: 'jest-mutation.config.mjs',
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  tsconfigFile: 'no-tsconfig-for-mutation.json',
  // Mutants run in a copy; what no test of the engine reads stays out of it.
  ignorePatterns: ['.data', 'dist', 'coverage', 'docs', 'ops', 'test/histories'],
  tempDirName: 'build/mutation',
  concurrency: 2,
  timeoutMS: 5_000,
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
