/** `npm start`: installs what is missing, then runs the embedded stack in this terminal until Ctrl-C. `-- --pace N` runs its clock N times as fast. */

import { installPackages, requireNode, runNode } from './install.mjs';

requireNode();
await installPackages();
const { code } = await runNode([
  '--enable-source-maps',
  '--import',
  'tsx',
  'dev/stack-main.ts',
  ...process.argv.slice(2),
]);
process.exitCode = code;
