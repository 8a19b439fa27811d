/**
 * The order in which suites begin. Those that start whole desks and kill their parts wait most of their time, the others
 * compute all of theirs: spread evenly, the ones run in the pauses of the others, and no long one is left for the end.
 */

import Sequencer from '@jest/test-sequencer';

/** The longest first. */
const waiting = ['/test/crash/', '/test/start/', '/test/journey/', '/test/web/', '/test/runtime/'];

const rankOf = ({ path }) => waiting.findIndex((folder) => path.includes(folder));

export default class SpreadSequencer extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const waits = sorted.filter((one) => rankOf(one) >= 0).sort((one, other) => rankOf(one) - rankOf(other));
    const computes = sorted.filter((one) => rankOf(one) < 0);
    const spread = waits.flatMap((one, index) => [
      one,
      ...computes.slice(
        Math.floor((index * computes.length) / waits.length),
        Math.floor(((index + 1) * computes.length) / waits.length),
      ),
    ]);
    return waits.length === 0 ? computes : spread;
  }
}
