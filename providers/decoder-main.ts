/**
 * The process in which strangers' files are decoded: it has no secret, no database and no way to the network of its own
 * to lose, and ends with whoever started it. A task at a time, each answered under its number.
 */

import { Worker } from 'node:worker_threads';
import { minimiseHar } from '../domain/minimise-har.ts';
import { type Answer, answerSchema, type Task, taskSchema } from './decoder-wire.ts';
import { decodeImage } from './image.ts';

async function answerTo({ what, bytes }: Task): Promise<Answer['answer']> {
  if (what === 'pdf') {
    // Loaded for PDFs alone: it takes a while.
    const { decodePdf } = await import('./pdf.ts');
    return decodePdf(bytes);
  }
  if (what === 'har') return harOf(bytes);
  return decodeImage(what, bytes);
}

function harOf(bytes: Uint8Array): Answer['answer'] {
  const har = minimiseHar(new TextDecoder().decode(bytes));
  return har === null ? 'undecodable' : { har: new TextEncoder().encode(har) };
}

/**
 * Ends the process once whoever started it is gone: in a thread of its own, since a file may keep this one busy for good
 * and nobody is left then to say that it takes too long. As text, so that nothing but Node.js is needed to load it.
 */
const watch = `
  const { workerData: parent } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, 500);
`;
// Told by who starts it, since that may be gone by now.
new Worker(watch, { eval: true, execArgv: [], workerData: Number(process.argv[2]) }).unref();

process.on('message', (message: unknown) => {
  const task = taskSchema.parse(message);
  void answerTo(task).then((answer) => process.send?.(answerSchema.parse({ number: task.number, answer })));
});
process.on('disconnect', () => process.exit());
// Whatever it says first, it is there.
process.send?.({ begun: true });
