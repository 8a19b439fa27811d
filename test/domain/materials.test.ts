/** RP-4.1: what is missing is told by name, all of it at once, and a blank is nothing. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type MaterialsGiven, materials, missingMaterials } from '../../domain/materials.ts';

const complete: MaterialsGiven = { description: 'It does not connect.', evidenceCount: 1, hasNetworkContext: true };

describe('RP-4.1, RP-5.2: missing materials', () => {
  test('a request with all of them misses none', () => {
    expect(missingMaterials(complete)).toEqual([]);
  });

  test.each([
    ['description', { description: '' }],
    ['description', { description: ' \n\t ' }],
    ['evidence', { evidenceCount: 0 }],
    ['network_context', { hasNetworkContext: false }],
  ] as const)('%s alone is missed where %j', (name, lack) => {
    expect(missingMaterials({ ...complete, ...lack })).toEqual([name]);
  });

  test('an empty request misses all of them, in the order in which they are asked for', () => {
    expect(missingMaterials({ description: '', evidenceCount: 0, hasNetworkContext: false })).toEqual([...materials]);
  });

  test('giving more never makes more missing', () => {
    const anyGiven = fc.record({
      description: fc.string(),
      evidenceCount: fc.nat(3),
      hasNetworkContext: fc.boolean(),
    });
    fc.assert(
      fc.property(anyGiven, anyGiven, (first, more) => {
        const both = {
          description: first.description + more.description,
          evidenceCount: first.evidenceCount + more.evidenceCount,
          hasNetworkContext: first.hasNetworkContext || more.hasNetworkContext,
        };
        const before = missingMaterials(first);
        for (const missing of missingMaterials(both)) expect(before).toContain(missing);
      }),
    );
  });
});
