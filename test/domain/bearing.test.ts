/** What bears on what: shared names, also by way of others, and nothing besides. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { groupsByName, type Names } from '../../domain/bearing.ts';

const grouped = (...items: Names[]): Names[][] => groupsByName(items, (names) => names);

describe('things that share a name', () => {
  test('are one group in the order given, also where a third ties two that came before', () => {
    expect(grouped(['a'], ['b', 'c'], ['d'], ['c', 'a'])).toEqual([[['a'], ['b', 'c'], ['c', 'a']], [['d']]]);
  });

  test('are one group along a chain as long as a file, and stand alone without one', () => {
    const chain = Array.from({ length: 2_000 }, (_, index): Names => [`${index}`, `${index - 1}`]);
    expect(grouped(...chain)).toHaveLength(1);
    const alone = Array.from({ length: 2_000 }, (_, index): Names => [`${index}`]);
    expect(grouped(...alone)).toHaveLength(2_000);
  });

  test('are never apart, nothing is lost or doubled, and each group keeps the order', () => {
    const names = fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      fc.constantFrom('a', 'b', 'h', 'i', 'j'),
    );
    fc.assert(
      fc.property(fc.array(names, { maxLength: 12 }), (items) => {
        const numbered = items.map((own, index) => ({ own, index }));
        const groups = groupsByName(numbered, ({ own }) => own);
        expect(
          groups
            .flat()
            .map(({ index }) => index)
            .sort((left, right) => left - right),
        ).toEqual(items.map((_, index) => index));
        const holders = new Map<string, number>();
        for (const [group, members] of groups.entries())
          for (const { own } of members)
            for (const name of own) {
              expect(holders.get(name) ?? group).toBe(group);
              holders.set(name, group);
            }
        for (const members of groups)
          expect(members.map(({ index }) => index)).toEqual(members.map(({ index }) => index).sort((a, b) => a - b));
      }),
    );
  });
});
