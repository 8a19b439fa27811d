/**
 * A file of CSV as rows by column: UTF-8, commas or semicolons, cells as they stand. What a program might take for a formula
 * is text here. No word of the file is ever told back, its unknown columns neither.
 */

import { CsvError, parse } from 'csv-parse/sync';
import type { CsvHeader, CsvRow } from '../domain/csv.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import { importRecordBytesMax, importRowsMax } from '../domain/limits.ts';

interface Told {
  readonly record: readonly string[];
  readonly line: number;
}

export function readCsv(bytes: Uint8Array, header: CsvHeader): readonly CsvRow[] | Refusal {
  const text = textOf(bytes);
  if (text === null) return refuse('csv-unreadable', { why: 'encoding' });
  const records = recordsOf(text);
  if ('refused' in records) return records;
  const [first, ...rows] = records.told;
  const names = (first?.record ?? []).map((name) => name.trim());
  const flaw = flawOf(names, header);
  if (flaw) return flaw;
  if (rows.length > importRowsMax) return refuse('csv-too-long', { rows: rows.length, rowsMax: importRowsMax });
  return rows.map(({ record, line }) => ({
    line,
    cells: record.length === names.length ? cellsOf(names, record) : null,
  }));
}

/** UTF-8 with or without its mark, and nothing else: what is guessed may be guessed wrongly. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

/** The header's names hold neither sign, so that it tells which one separates. */
const separatorOf = (text: string): ',' | ';' => (/^[^\r\n]*/.exec(text)?.[0].includes(';') ? ';' : ',');

const lineBreaks = /\r\n|\n|\r/g;

function recordsOf(text: string): { readonly told: readonly Told[] } | Refusal {
  try {
    const told: Told[] = [];
    parse(text, {
      delimiter: separatorOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: importRecordBytesMax,
      on_record: (record: string[], { lines }) => {
        const within = record.reduce((count, cell) => count + (cell.match(lineBreaks)?.length ?? 0), 0);
        told.push({ record, line: lines - within });
        return null;
      },
    });
    return { told };
  } catch (fault) {
    if (!(fault instanceof CsvError)) throw fault;
    const line = fault['lines'];
    return refuse('csv-unreadable', {
      why: fault.code.toLowerCase(),
      ...(typeof line === 'number' ? { line } : {}),
    });
  }
}

/** Unknown columns are told by number: a file without a header has somebody's name there. */
function flawOf(names: readonly string[], { known, required }: CsvHeader): Refusal | null {
  const missing = required.filter((name) => !names.includes(name));
  const unknown = names.flatMap((name, index) => (known.includes(name) ? [] : [index + 1]));
  const double = known.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (missing.length + unknown.length + double.length === 0) return null;
  return refuse('csv-columns', {
    ...(missing.length > 0 ? { missing: missing.join(' ') } : {}),
    ...(unknown.length > 0 ? { unknown: unknown.join(' ') } : {}),
    ...(double.length > 0 ? { double: double.join(' ') } : {}),
  });
}

const cellsOf = (names: readonly string[], record: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name, index) => {
      const cell = record[index]?.trim() ?? '';
      return cell === '' ? [] : [[name, cell]];
    }),
  );
