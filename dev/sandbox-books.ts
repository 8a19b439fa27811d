/**
 * A sandbox's books: all that it holds, in memory and in a journal file. Every change is one line, flushed to disk
 * before it counts, so that a killed sandbox never forgets what it has done nor keeps half of it.
 */

import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Each table's row by its name; a row is found by its id. */
type Rows<Tables> = { [Name in keyof Tables]: { readonly id: string } };

/** One row written; `row: null` strikes it out. */
export type JournalPut<Tables> = {
  [Name in keyof Tables]: { table: Name; id: string; row: Tables[Name] | null };
}[keyof Tables];

export interface JournalBooks<Tables> {
  get<Name extends keyof Tables>(table: Name, id: string): Tables[Name] | undefined;
  /** In the order in which the rows were first written. */
  all<Name extends keyof Tables>(table: Name): Tables[Name][];
  /** All of the changes or none of them; on disk before it returns. */
  commit(puts: readonly JournalPut<Tables>[]): void;
  close(): void;
}

/** Past this many lines the journal is written anew, from what stands in it, at the next start. */
const journalLinesMax = 2_000;

export function openJournal<Tables extends Rows<Tables>>(
  stateFile: string,
  tableNames: readonly (keyof Tables & string)[],
): JournalBooks<Tables> {
  const tables = Object.fromEntries(tableNames.map((name) => [name, new Map()])) as {
    [Name in keyof Tables]: Map<string, Tables[Name]>;
  };
  const apply = (puts: readonly JournalPut<Tables>[]): void => {
    for (const change of puts) {
      const table = tables[change.table] as Map<string, Tables[keyof Tables]>;
      if (change.row === null) table.delete(change.id);
      else table.set(change.id, change.row);
    }
  };

  mkdirSync(dirname(stateFile), { recursive: true });
  const lines = readJournal(stateFile);
  for (const line of lines) apply(JSON.parse(line) as JournalPut<Tables>[]);
  if (lines.length > journalLinesMax) rewriteJournal(stateFile, tables);
  const file = openSync(stateFile, 'a', 0o600);
  let closed = false;

  return {
    get: (table, id) => tables[table].get(id),
    all: (table) => [...tables[table].values()],
    commit(puts) {
      if (closed) throw new Error('the sandbox’s books are closed');
      if (puts.length === 0) return;
      writeLine(file, JSON.stringify(puts));
      fsyncSync(file);
      apply(puts);
    },
    close() {
      closed = true;
      closeSync(file);
    },
  };
}

function writeLine(file: number, line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** The journal's whole lines. A last line without its end was never answered for: it is cut off. */
function readJournal(stateFile: string): string[] {
  const file = openSync(stateFile, 'a+', 0o600);
  try {
    const bytes = readFileSync(file);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) ftruncateSync(file, end);
    return bytes
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  } finally {
    closeSync(file);
  }
}

function rewriteJournal(stateFile: string, tables: { readonly [name: string]: ReadonlyMap<string, unknown> }): void {
  const fresh = `${stateFile}.new`;
  const file = openSync(fresh, 'w', 0o600);
  for (const [table, rows] of Object.entries(tables))
    for (const [id, row] of rows) writeLine(file, JSON.stringify([{ table, id, row }]));
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, stateFile);
}
