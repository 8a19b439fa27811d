/** `npm start`: installs what is missing, then runs the embedded stack in this terminal until Ctrl-C. */

import { installPackages, requireNode, runNode } from './install.mjs';

requireNode();
await installPackages();
const { code } = await runNode(['--enable-source-maps', '--import', 'tsx', 'dev/stack-main.ts']);
process.exitCode = code;
