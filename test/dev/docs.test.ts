/** The printed documents lie in `docs/` as the code prints them. */

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { printDocuments } from '../../dev/docs.ts';
import { configKeys } from '../../runtime/config.ts';

const documents = printDocuments();

test.each(Object.keys(documents))('%s is current', (path) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(documents[path]);
});

test('every key of the configuration is told, and whether it is needed', () => {
  const page = documents['docs/operations/configuration.md'] ?? '';
  for (const key of Object.keys(configKeys)) expect(page).toContain(`\`${key}\``);
  expect(page).toMatch(/`AUTH_SECRET` +\| _needed_/);
  expect(page).toMatch(/`METRICS_TOKEN` +\| empty/);
});
