/** Chance from a printed seed: the same seed draws the same orders and the same faults in the same order. */

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Chance {
  /** A whole number of the range, both ends included. */
  between(from: number, to: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** `true` so often in a hundred. */
  happens(percent: number): boolean;
  shuffle<Item>(items: readonly Item[]): Item[];
}

/** `stream` tells the draws of one part of a storm from another's, so that neither disturbs the other. */
export function createChance(seed: number, stream: number): Chance {
  const generator = xoroshiro128plus(seed ^ Math.imul(stream + 1, 0x9e3779b1));
  const between = (from: number, to: number): number => uniformInt(generator, from, to);
  return {
    between,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    happens: (percent) => between(1, 100) <= percent,
    shuffle(items) {
      const drawn = items.map((item) => ({ item, rank: between(0, 0x7fffffff) }));
      return drawn.sort((left, right) => left.rank - right.rank).map(({ item }) => item);
    },
  };
}
