/** The policy document's reference: no field without its clause and meaning, no value without its place. */

import { expect, test } from '@jest/globals';
import { readFirstVersion } from '../../dev/first-version.ts';
import { policyFields, printPolicyPage } from '../../dev/policy-page.ts';
import { clauseIds } from '../../domain/clauses.ts';

const { document } = readFirstVersion();
const fields = policyFields();

/** Every place of the document that holds a value, as the reference would name it. */
function placesOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, held]) => placesOf(held, path === '' ? key : `${path}.${key}`));
}

test('every place of a document is told of, by itself or by what it stands in', () => {
  const told = new Set(fields.map(({ path }) => path));
  const isTold = (place: string): boolean => {
    const steps = place.split('.');
    return steps.some((_, index) => told.has(steps.slice(0, index + 1).join('.')));
  };
  const places = placesOf(document);
  expect(places.length).toBeGreaterThan(80);
  expect(places.filter((place) => !isTold(place))).toEqual([]);
});

test('every field names clauses that there are, and its form', () => {
  const ids: readonly string[] = clauseIds;
  expect(fields.filter(({ clauses }) => clauses.some((id) => !ids.includes(id)))).toEqual([]);
  expect(fields.filter(({ form }) => /undefined|object/.test(form))).toEqual([]);
  expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
});

test('what holds for any kind of plan or any item is told once', () => {
  const paths = fields.map(({ path }) => path);
  expect(paths).toContain('parameters.plans.*.usageCaps');
  expect(paths).toContain('parameters.plans.*.compensation');
  expect(paths.filter((path) => path.includes('metered'))).toEqual([]);
});

test('RP-2.3: the page shows what the first version says', () => {
  const page = printPolicyPage();
  const { requestWindowDays } = document.parameters;
  expect(page).toMatch(new RegExp(`requestWindowDays\` \\|.+\\| RP-2\\.3 \\|.+\\| ${requestWindowDays} \\|`));
  for (const kind of Object.keys(document.parameters.plans)) expect(page).toContain(`\`${kind}\``);
  expect(page).not.toMatch(/undefined|\[object/);
});
