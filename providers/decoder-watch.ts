/**
 * Ends the decoder's process once whoever started it is gone. In a thread of its own, since a file may keep the other one
 * busy for good, and nobody is left then to say that it takes too long.
 */

import { workerData } from 'node:worker_threads';

const lookEveryMs = 500;

const parent: unknown = workerData;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, lookEveryMs);
