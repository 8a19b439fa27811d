/** A process that has a file decoded which takes for ever, and can be killed over it. */

import { readFileSync } from 'node:fs';
import { createDecoder } from '../../providers/decoder.ts';

const decoder = createDecoder();
const [, , endless = ''] = process.argv;
// Once this is answered the decoder's process is there, and takes what it is asked.
await decoder.pdf(Buffer.from('no PDF'));
void decoder.pdf(readFileSync(endless));
process.send?.('asked');
