/** `npm run pages`, and the step of the embedded stack that builds them. */

import { buildPages } from './pages.ts';

process.stdout.write(`The pages are ${buildPages() === 'built' ? 'built' : 'up to date'}.\n`);
