/**
 * Writes tables: as CSV, a piece at a time, in which no cell can begin a formula in whatever program opens it, and as a PDF
 * of rows one under another.
 */

import { stringify } from 'csv-stringify/sync';
import type { PrintedTable, Table } from '../domain/table.ts';
import { createLetterPage, type LetterFonts } from './letter-page.ts';

/** Rows that are written in one go. */
const pieceRowsMax = 200;

/** RFC 4180; a cell that begins with = + - @, a tab or a carriage return gets an apostrophe in front of it. */
const write = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    // Some programs end a row at a lone carriage return, which the library leaves bare.
    { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );

export async function* writeCsv({ columns, rows }: Table): AsyncGenerator<string> {
  let piece: (readonly string[])[] = [columns];
  for await (const row of rows) {
    piece.push(row);
    if (piece.length < pieceRowsMax) continue;
    yield write(piece);
    piece = [];
  }
  if (piece.length > 0) yield write(piece);
}

export async function printTable(
  fonts: LetterFonts,
  { title, author, at, rows, sums }: PrintedTable,
): Promise<Uint8Array> {
  const page = await createLetterPage(fonts, { title, author, language: 'en', createdAt: at });
  page.head(author, at.toISOString());
  page.headline(title);
  page.rows(rows);
  page.section(rows.length === 0 ? 'None' : 'Sums');
  page.rows(sums);
  return page.finish(title, (number, of) => `Page ${number} of ${of}`);
}
