/**
 * The handler of files of CSV. Each record is taken in a transaction of its own, with the input that it is kept as, so that
 * a crash in the middle loses nothing and the same file changes nothing; a dry run undoes what it took.
 */

import type { z } from 'zod';
import type { importReportSchema } from '../contract/imports.ts';
import { operations } from '../contract/operations.ts';
import { groupsByName } from '../domain/bearing.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { importProblemsMax } from '../domain/limits.ts';
import { type CsvProblem, type CsvRecord, groupRows, placeOf } from './csv-record.ts';
import { type Importer, type Importing, importersOver } from './import-kinds.ts';
import type { Inputs, Stores } from './ports.ts';
import type { Principal } from './principal.ts';
import { hashRequest } from './request-hash.ts';
import { type Route, route } from './route.ts';
import { inSavepoint } from './savepoint.ts';
import type { Transactor } from './transactor.ts';

type Report = z.output<typeof importReportSchema>;
type Problem = Report['problems'][number];

interface Taking {
  readonly importer: Importer;
  readonly inputs: Inputs;
  readonly principal: Principal;
  readonly at: Date;
}

/** Undoes what a dry run wrote. */
class Rehearsed extends Error {}

export function importRoutes(stores: Pick<Stores, 'imports' | 'inputs'>, database: Transactor): Route[] {
  const importers = importersOver(stores.imports);
  return [
    route(operations.importCsv, {
      kind: 'rows',
      take: async ({ params, query, principal, bytes, at }) => {
        const importer = importers[params.kind];
        const names = Object.keys(importer.columns);
        const required = names.filter((name) => importer.columns[name]?.required);
        const rows = stores.imports.read(bytes, { known: names, required });
        if (isRefusal(rows)) return rows;
        const { records, problems: ragged } = groupRows(rows, importer.name);
        const parsed = records.map((record) => ({ record, ...importer.parse(record) }));
        const taking = { importer, inputs: stores.inputs, principal, at };
        const dryRun = query.dryRun === 'true';
        const whole = parsed.flatMap((one) => ('value' in one ? [{ record: one.record, importing: one.value }] : []));
        const found = dryRun ? await rehearse(database, taking, whole) : await takeEach(database, taking, whole);
        const malformed = [
          ...parsed.map((one) => ('problems' in one ? one.problems : [])),
          ...ragged.map((one) => [one]),
        ];
        return { body: { kind: params.kind, dryRun, rows: rows.length, ...outcomeOf(found, malformed) } };
      },
    }),
  ];
}

interface Whole {
  readonly record: CsvRecord;
  readonly importing: Importing;
}

type Found = 'taken' | 'unchanged' | Problem;

async function takeEach(on: Transactor, taking: Taking, records: readonly Whole[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const { record, importing } of records) {
    const done = await inSavepoint(on, (trx) => keepAndPut(trx, taking, importing));
    found.push(isRefusal(done) ? problemOf(done, taking.importer, record) : done);
  }
  return found;
}

/**
 * Records that bear on each other are taken together and undone at once, so that each sees what the ones before it wrote,
 * and nobody waits for the end of the file.
 */
async function rehearse(database: Transactor, taking: Taking, records: readonly Whole[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const group of groupsByName(records, ({ importing }) => importing.ties))
    try {
      await database.transaction(async (trx) => {
        found.push(...(await takeEach(trx, taking, group)));
        throw new Rehearsed();
      });
    } catch (fault) {
      if (!(fault instanceof Rehearsed)) throw fault;
    }
  return found;
}

function outcomeOf(
  found: readonly Found[],
  malformed: readonly (readonly CsvProblem[])[],
): Omit<Report, 'kind' | 'dryRun' | 'rows'> {
  const refused = found.flatMap((one) => (typeof one === 'string' ? [] : [one]));
  const flawed = malformed.filter((problems) => problems.length > 0);
  const problems = [
    ...refused,
    ...flawed.flat().map((problem): Problem => ({ ...problem, error: 'request-invalid' })),
  ].sort((left, right) => left.line - right.line);
  return {
    taken: found.filter((one) => one === 'taken').length,
    unchanged: found.filter((one) => one === 'unchanged').length,
    refused: refused.length + flawed.length,
    problems: problems.slice(0, importProblemsMax),
    problemsLeftOut: Math.max(0, problems.length - importProblemsMax),
  };
}

/** A refusal undoes the input as well: the file may be mended and come again. */
async function keepAndPut(
  trx: Transactor,
  { importer, inputs, principal, at }: Taking,
  importing: Importing,
): Promise<'taken' | 'unchanged' | Refusal> {
  const standing = await importing.compare(trx);
  if (isRefusal(standing)) return standing;
  if (standing === 'same') return 'unchanged';
  const { operation } = importer;
  const requestHash = hashRequest({ operation, path: {}, body: importing.body });
  const { kind, input } = await inputs.keep(trx, {
    source: 'api',
    scope: principal.subjectId,
    key: `csv/${operation}/${requestHash.toString('hex')}`,
    operation,
    requestHash,
    subjectId: principal.subjectId,
    ticketId: null,
    payoutId: null,
    body: importing.body,
    at,
    delivery: 'none',
  });
  // A twin of the file was faster.
  if (kind !== 'new') return kind === 'same' ? 'unchanged' : refuse('idempotency-key-reused');
  const refusal = await importing.put(trx, { inputId: input.id, at });
  if (refusal) return refusal;
  await inputs.answer(trx, input.id, { status: 200, body: '{}' });
  return 'taken';
}

function problemOf(refusal: Refusal, { columns, root }: Importer, record: CsvRecord): Problem {
  const what = refusal.facts?.['what'];
  const told = { error: refusal.refused, expected: null };
  const line = record.rows[0]?.line ?? 0;
  if (typeof what !== 'string') return { line, column: null, ...told };
  if (Object.hasOwn(columns, what)) return { line, column: what, ...told };
  return { ...placeOf(record, columns, `/${root}/${what}`), ...told };
}
