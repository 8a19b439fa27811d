/**
 * The sandbox's books: all that it holds, in memory and in a journal file. Every change is one line, flushed to disk
 * before it counts, so that a killed sandbox never forgets what it has done nor keeps half of it.
 */

import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type {
  ChargeObject,
  DisputeObject,
  EventObject,
  PaymentIntentObject,
  RefundObject,
} from './stripe-sandbox-objects.ts';

/** An answer as it was given, so that the same key gets the same bytes. */
export interface SavedAnswer {
  readonly status: number;
  readonly body: string;
}

export interface KeyRow {
  readonly id: string;
  readonly fingerprint: string;
  readonly requestId: string;
  readonly createdMs: number;
  readonly answer: SavedAnswer;
}

/** What will become of a refund by itself; survives a restart. */
export interface PlanRow {
  readonly id: string;
  readonly dueMs: number;
  readonly step: 'succeed' | 'fail' | 'reference';
  readonly failureReason?: string;
}

export interface DeliveryRow {
  readonly id: string;
  readonly delivered: boolean;
  readonly attempts: number;
}

export interface Tables {
  charge: ChargeObject;
  intent: PaymentIntentObject;
  refund: RefundObject;
  dispute: DisputeObject;
  event: EventObject;
  delivery: DeliveryRow;
  key: KeyRow;
  plan: PlanRow;
  clock: { readonly id: 'clock'; readonly offsetMs: number };
}

export type TableName = keyof Tables;

/** One row written; `row: null` strikes it out. */
export type Put = { [Name in TableName]: { table: Name; id: string; row: Tables[Name] | null } }[TableName];

export const put = <Name extends TableName>(table: Name, row: Tables[Name]): Put => ({ table, id: row.id, row }) as Put;

export const strike = (table: TableName, id: string): Put => ({ table, id, row: null });

export interface Books {
  get<Name extends TableName>(table: Name, id: string): Tables[Name] | undefined;
  /** In the order in which the rows were first written. */
  all<Name extends TableName>(table: Name): Tables[Name][];
  /** All of the changes or none of them; on disk before it returns. */
  commit(puts: readonly Put[]): void;
  close(): void;
}

/** Past this many lines the journal is written anew, from what stands in it, at the next start. */
const journalLinesMax = 2_000;

const emptyTables = (): { [Name in TableName]: Map<string, Tables[Name]> } => ({
  charge: new Map(),
  intent: new Map(),
  refund: new Map(),
  dispute: new Map(),
  event: new Map(),
  delivery: new Map(),
  key: new Map(),
  plan: new Map(),
  clock: new Map(),
});

export function openBooks(stateFile: string): Books {
  const tables = emptyTables();
  const apply = (puts: readonly Put[]): void => {
    for (const change of puts) {
      const table = tables[change.table] as Map<string, Tables[TableName]>;
      if (change.row === null) table.delete(change.id);
      else table.set(change.id, change.row);
    }
  };

  mkdirSync(dirname(stateFile), { recursive: true });
  const lines = readJournal(stateFile);
  for (const line of lines) apply(JSON.parse(line) as Put[]);
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

function rewriteJournal(stateFile: string, tables: ReturnType<typeof emptyTables>): void {
  const fresh = `${stateFile}.new`;
  const file = openSync(fresh, 'w', 0o600);
  for (const [table, rows] of Object.entries(tables))
    for (const [id, row] of rows) writeLine(file, JSON.stringify([{ table, id, row }]));
  fsyncSync(file);
  closeSync(file);
  renameSync(fresh, stateFile);
}
