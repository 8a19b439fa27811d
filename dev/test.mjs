/**
 * `npm test`: installs what is missing, provides the servers that tests need, builds the workflow bundle, then runs
 * jest with the arguments given. Jest's closing lines are the last output, and its exit code is ours.
 */

import { installPackages, requireNode, runHere, runNode } from './install.mjs';

requireNode();
await installPackages();

async function orExit(args) {
  const { code } = await runNode(args);
  if (code !== 0) process.exit(code);
}

await orExit(['--import', 'tsx', 'dev/provision-main.ts']);
await orExit(['--import', 'tsx', 'runtime/bundle.ts']);
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  ...process.argv.slice(2),
];
const { code } = await runHere(process.execPath, jest);
process.exitCode = code;
