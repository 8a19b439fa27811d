/**
 * The handler of files of CSV. Each record is taken in a transaction of its own, with the input that it is kept as, so that
 * a crash in the middle loses nothing and the same file changes nothing; a dry run is all of it in one that is undone.
 */

import type { z } from 'zod';
import type { importReportSchema } from '../contract/imports.ts';
import { operations } from '../contract/operations.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import { importProblemsMax } from '../domain/limits.ts';
import { type CsvRecord, groupRows, placeOf } from './csv-record.ts';
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
        const taking = { importer, inputs: stores.inputs, principal, at };
        const take = (on: Transactor) => takeAll(on, taking, groupRows(rows, importer.name));
        const dryRun = query.dryRun === 'true';
        const outcome = dryRun ? await rehearse(database, take) : await take(database);
        return { body: { kind: params.kind, dryRun, rows: rows.length, ...outcome } };
      },
    }),
  ];
}

type Outcome = Omit<Report, 'kind' | 'dryRun' | 'rows'>;

async function rehearse(database: Transactor, take: (on: Transactor) => Promise<Outcome>): Promise<Outcome> {
  const told: Outcome[] = [];
  try {
    await database.transaction(async (trx) => {
      told.push(await take(trx));
      throw new Rehearsed();
    });
  } catch (fault) {
    if (!(fault instanceof Rehearsed)) throw fault;
  }
  const [outcome] = told;
  if (!outcome) throw new Error('a dry run told nothing');
  return outcome;
}

async function takeAll(
  on: Transactor,
  taking: Taking,
  { records, problems: ragged }: ReturnType<typeof groupRows>,
): Promise<Outcome> {
  const count = { taken: 0, unchanged: 0, refused: ragged.length };
  const problems: Problem[] = ragged.map((problem) => ({ ...problem, error: 'request-invalid' }));
  for (const record of records) {
    const found = await takeRecord(on, taking, record);
    if (typeof found === 'string') {
      count[found] += 1;
      continue;
    }
    count.refused += 1;
    problems.push(...found);
  }
  problems.sort((left, right) => left.line - right.line);
  return {
    ...count,
    problems: problems.slice(0, importProblemsMax),
    problemsLeftOut: Math.max(0, problems.length - importProblemsMax),
  };
}

async function takeRecord(
  on: Transactor,
  taking: Taking,
  record: CsvRecord,
): Promise<'taken' | 'unchanged' | readonly Problem[]> {
  const { importer } = taking;
  const parsed = importer.parse(record);
  if ('problems' in parsed) return parsed.problems.map((problem) => ({ ...problem, error: 'request-invalid' }));
  const done = await inSavepoint(on, (trx) => keepAndPut(trx, taking, parsed.value));
  return isRefusal(done) ? [problemOf(done, importer, record)] : done;
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
