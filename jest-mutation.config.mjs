/**
 * The tests that mutants of the policy engine must not pass: those of domain, but for the long properties, since each
 * mutant would run all of them and the examples alone must notice.
 */

import jestConfig from './jest.config.mjs';

const { displayName: _displayName, ...unit } = jestConfig.projects.find(({ displayName }) => displayName === 'unit');

export default {
  ...unit,
  testMatch: ['<rootDir>/test/domain/{engine,calendar,clocks,compensation}*.test.ts'],
  testPathIgnorePatterns: [...unit.testPathIgnorePatterns, 'engine-property'],
};
