/** A file of CSV as rows by column, whoever reads it: nothing is known here of what its cells mean. */

import type { Refusal } from './errors.ts';

export interface CsvRow {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** By column; an empty cell is none. `null` where the row has not as many cells as the header. */
  readonly cells: Readonly<Record<string, string>> | null;
}

export interface CsvHeader {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

export type CsvReader = (bytes: Uint8Array, header: CsvHeader) => readonly CsvRow[] | Refusal;
