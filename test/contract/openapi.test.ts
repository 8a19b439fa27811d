/** The printed description: valid by its linter, complete by the contract. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openApiDocument } from '../../contract/openapi.ts';
import type { OperationSpec } from '../../contract/operation.ts';
import { operations } from '../../contract/operations.ts';
import { errorCatalogue } from '../../domain/errors.ts';

const document = openApiDocument('http://127.0.0.1:3000');
const folder = mkdtempSync(join(tmpdir(), 'refund-desk-openapi-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the linter finds no fault in it', () => {
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(document));
  const redocly = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
  // The probes answer no 4XX, and have none to tell of.
  const skipped = ['operation-4xx-response', 'info-license-strict', 'no-server-example.com'].map(
    (rule) => `--skip-rule=${rule}`,
  );
  const lint = spawnSync(
    process.execPath,
    [redocly, 'lint', '--extends=recommended', '--format=json', ...skipped, file],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  const report = JSON.parse(lint.stdout.slice(lint.stdout.indexOf('{'))) as {
    totals: { errors: number; warnings: number };
    problems: unknown[];
  };
  expect({ status: lint.status, totals: report.totals, problems: report.problems }).toMatchObject({
    status: 0,
    totals: { errors: 0, warnings: 0 },
    problems: [],
  });
});

describe.each(Object.entries(operations) as [string, OperationSpec][])('%s', (id, spec) => {
  const printed = document.paths?.[spec.path]?.[spec.method];

  test('stands at its address under its fixed id', () => {
    expect([spec.id, printed?.operationId]).toEqual([id, id]);
  });

  test('asks for an Idempotency-Key where it writes, and tells of 202 where it may be kept', () => {
    const headers = JSON.stringify(printed?.parameters ?? []);
    expect(headers.includes('Idempotency-Key')).toBe(spec.writes === 'direct' || spec.writes === 'delivered');
    expect('202' in (printed?.responses ?? {})).toBe(spec.writes === 'delivered');
  });

  test('names in its path exactly the parameters that it parses', () => {
    const named = [...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(named).toEqual(Object.keys(spec.params?.shape ?? {}));
  });

  test('refuses fields that it does not know', () => {
    const schema = spec.body === 'bytes' || spec.body === 'csv' ? undefined : spec.body;
    const issues = schema?.safeParse({ unknownField: 1 }).error?.issues ?? [];
    const takesAny =
      schema !== undefined &&
      !issues.some((issue) => issue.code === 'unrecognized_keys' || issue.code === 'invalid_union');
    expect(takesAny).toBe(false);
  });
});

test('every id of the catalogue may stand in a problem', () => {
  const schema = JSON.stringify(document.components?.schemas?.['Problem']);
  for (const id of Object.keys(errorCatalogue)) expect(schema).toContain(`"${id}"`);
});
