/**
 * Rows of CSV as what the contract's schemas take, and their problems as lines and columns. Where a thing has several parts,
 * each is a row of its own, one after the other, under the same name.
 */

import type { z } from 'zod';
import type { CsvRow } from '../domain/csv.ts';
import { maskBody } from './mask-body.ts';
import { parsePart } from './parse-request.ts';

/** Where a column's cell goes: a path, in which `*` stands for the row's number among those of one name. */
export interface CsvColumn {
  readonly path: string;
  readonly required?: true;
  readonly isNumber?: true;
  /** Several in one cell, with blanks between them. */
  readonly isList?: true;
}

export type CsvColumns = Readonly<Record<string, CsvColumn>>;

export interface CsvProblem {
  readonly line: number;
  readonly column: string | null;
  readonly expected: string | null;
}

export interface CsvRecord {
  /** Each with as many cells as the header. */
  readonly rows: readonly { readonly line: number; readonly cells: Readonly<Record<string, string>> }[];
}

/** Rows that follow one another under the same name are one record; what is no row is told apart. */
export function groupRows(rows: readonly CsvRow[], name: string | null) {
  const records: { rows: CsvRecord['rows'][number][] }[] = [];
  const problems: CsvProblem[] = [];
  for (const { line, cells } of rows) {
    if (cells === null) {
      problems.push({ line, column: null, expected: 'expected as many cells as the header has' });
      continue;
    }
    const last = records.at(-1);
    const isSame = name !== null && cells[name] !== undefined && last?.rows[0]?.cells[name] === cells[name];
    if (last && isSame) last.rows.push({ line, cells });
    else records.push({ rows: [{ line, cells }] });
  }
  return { records, problems };
}

type Tree = { [key: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

export type CsvParsed<Value> = { readonly value: Value } | { readonly problems: readonly CsvProblem[] };

/** `empty` is what a record says whose cells are all empty. */
export function parseRecord<Schema extends z.ZodType>(
  { rows }: CsvRecord,
  { columns, empty, schema }: { readonly columns: CsvColumns; readonly empty: () => object; readonly schema: Schema },
): CsvParsed<z.output<Schema>> {
  const contrary = contrariesOf(rows, columns);
  if (contrary.length > 0) return { problems: contrary };
  const tree: Tree = { ...empty() };
  for (const [name, { path, isNumber, isList }] of Object.entries(columns))
    for (const [index, { cells }] of rows.entries()) {
      const cell = cells[name];
      if (cell === undefined || (index > 0 && !path.includes('*'))) continue;
      const value = isNumber && /^\d{1,15}$/.test(cell) ? Number(cell) : cell;
      put(tree, path.replace('*', String(index)).split('/'), isList ? cell.split(/\s+/) : value);
    }
  const masked = Object.fromEntries(
    Object.entries(tree).map(([key, held]) => [key, isTree(held) ? maskBody(held) : held]),
  );
  const parsed = parsePart('body', schema, masked);
  if (parsed.ok) return { value: parsed.value };
  return {
    problems: parsed.problems.map(({ pointer, expected }) => ({ ...placeOf({ rows }, columns, pointer), expected })),
  };
}

/** What is said of the whole must be the same in each of its rows. */
function contrariesOf(rows: CsvRecord['rows'], columns: CsvColumns): CsvProblem[] {
  const [first, ...others] = rows;
  const ofWhole = Object.keys(columns).filter((name) => !columns[name]?.path.includes('*'));
  return others.flatMap(({ line, cells }) =>
    ofWhole
      .filter((name) => cells[name] !== first?.cells[name])
      .map((column) => ({ line, column, expected: 'expected the same as in the row before' })),
  );
}

function put(tree: Tree, [step = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[step] = value;
    return;
  }
  const held = tree[step];
  const within: unknown = isTree(held) ? held : /^\d+$/.test(rest[0] ?? '') ? [] : {};
  tree[step] = within;
  if (isTree(within)) put(within, rest, value);
}

/** The line and column that a pointer into the record means; of a whole, its first column. */
export function placeOf(
  { rows }: CsvRecord,
  columns: CsvColumns,
  pointer: string,
): Pick<CsvProblem, 'line' | 'column'> {
  const steps = pointer.split('/').filter((step) => step !== '');
  const index = Number(steps.find((step) => /^\d+$/.test(step)) ?? 0);
  const path = steps.map((step) => (/^\d+$/.test(step) ? '*' : step)).join('/');
  const column = Object.keys(columns).find((name) => {
    const own = columns[name]?.path ?? '';
    return own === path || own.startsWith(`${path}/`);
  });
  return { line: rows[index]?.line ?? rows[0]?.line ?? 0, column: column ?? null };
}
