/**
 * The stack's last servant: waits until the stack that started it is gone, however it went, and ends what it left
 * behind. Touches only what the records prove to be that stack's. Arguments: the records' directory, the stack's pid.
 */

import { endLeftovers } from './leftovers.ts';

const [directory, owner] = process.argv.slice(2);
if (directory === undefined || owner === undefined) throw new Error('expected the records’ directory and a pid');

// A terminal's or a shell's signals are for the stack, which stops its parts and then closes our input.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

process.stdin.resume();
process.stdin.once('close', () => {
  void endLeftovers(directory, { owner: Number(owner) }).then(() => process.exit(0));
});
