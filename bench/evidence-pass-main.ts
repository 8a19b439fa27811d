/** Runs one pass over a file and prints its figures as JSON: `evidence-pass-main.ts mask FILE`. */

import { passNames, runPass } from './evidence-pass.ts';

const [asked, path] = process.argv.slice(2);
const name = passNames.find((each) => each === asked);
if (name === undefined || path === undefined) throw new TypeError(`expected one of ${passNames.join(', ')} and a file`);
process.stdout.write(JSON.stringify(await runPass(name, path)));
