/** RP-4.1: what is missing of what the version asks for is told by name, all of it at once. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type MaterialsGiven, materials, missingMaterials } from '../../domain/materials.ts';

const complete: MaterialsGiven = { description: true, evidence: true, network_context: true };
const nothing: MaterialsGiven = { description: false, evidence: false, network_context: false };

describe('RP-4.1, RP-5.2: missing materials', () => {
  test('a request with all of them misses none', () => {
    expect(missingMaterials(materials, complete)).toEqual([]);
  });

  test.each(materials)('%s alone is missed where it is not there', (name) => {
    expect(missingMaterials(materials, { ...complete, [name]: false })).toEqual([name]);
  });

  test('what the version does not ask for is not missed', () => {
    expect(missingMaterials(['description'], nothing)).toEqual(['description']);
    expect(missingMaterials([], nothing)).toEqual([]);
  });

  test('an empty request misses all of them, in the order in which they are asked for', () => {
    expect(missingMaterials(materials, nothing)).toEqual([...materials]);
  });

  test('giving more never makes more missing', () => {
    const anyGiven = fc.record({ description: fc.boolean(), evidence: fc.boolean(), network_context: fc.boolean() });
    fc.assert(
      fc.property(fc.subarray([...materials]), anyGiven, anyGiven, (needed, first, more) => {
        const both = {
          description: first.description || more.description,
          evidence: first.evidence || more.evidence,
          network_context: first.network_context || more.network_context,
        };
        const before = missingMaterials(needed, first);
        for (const missing of missingMaterials(needed, both)) expect(before).toContain(missing);
      }),
    );
  });
});
