/** Tables for a bookkeeper: CSV that any program reads and none runs, and a PDF with every row. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLetterPrinter } from '../../providers/letter.ts';
import { pdfPages } from './pdf-text.ts';

const printer = createLetterPrinter();

async function* each(rows: readonly (readonly string[])[]): AsyncGenerator<readonly string[]> {
  yield* rows;
}

async function csvOf(columns: readonly string[], rows: readonly (readonly string[])[]): Promise<string> {
  let text = '';
  for await (const piece of printer.writeCsv({ columns, rows: each(rows) })) text += piece;
  return text;
}

/** Reads RFC 4180 as a spreadsheet does. */
function read(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r\n|$)/g)) {
    row.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
    if (end === '') break;
  }
  return rows.filter((cells) => cells.length > 1 || cells[0] !== '');
}

describe('CSV', () => {
  test('a cell that would begin a formula has an apostrophe in front of it', async () => {
    const cells = ['=1+1', '+1', '-1', '@sum(A1)', '\tx', '\rx', 'plain', '1-1'];
    expect(
      read(
        await csvOf(
          ['a', 'b'],
          cells.map((cell) => [cell, 'next']),
        ),
      ),
    ).toEqual([['a', 'b'], ...cells.map((cell) => [/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell, 'next'])]);
  });

  test('whatever stands in a cell, rows and columns stay what they were, and none begins a formula', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '"', ',', '\n', '\r', '=', '+', '-', '@', '\t', 'ё', '💶', ' '),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { maxLength: 6 }), async (rows) => {
        const found = read(await csvOf(['left', 'right'], rows));
        expect(found).toHaveLength(rows.length + 1);
        for (const [index, cells] of found.slice(1).entries()) {
          expect(cells.map((cell) => cell.replace(/^'/, ''))).toEqual(
            rows[index]?.map((cell) => cell.replace(/^'/, '')),
          );
          for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('of many rows is written a piece at a time, and of none has its columns', async () => {
    const rows = Array.from({ length: 450 }, (_, index) => [String(index), 'x']);
    const pieces: string[] = [];
    for await (const piece of printer.writeCsv({ columns: ['n', 'x'], rows: each(rows) })) pieces.push(piece);
    expect(pieces.length).toBe(3);
    expect(read(pieces.join(''))).toHaveLength(451);
    expect(await csvOf(['n', 'x'], [])).toBe('n,x\r\n');
  });
});

describe('a table on paper', () => {
  const table = {
    title: 'Payouts 2026-11-01 to 2026-12-01',
    author: 'Refund Desk',
    at: new Date('2026-12-01T00:00:00Z'),
    rows: Array.from({ length: 120 }, (_, index) => [`row ${index}`, `${index}.00 USD`] as const),
    sums: [['settled USD', '7140.00 USD'] as const],
  };

  test('has every row and the sums, over as many pages as it takes, and is the same bytes each time', async () => {
    const bytes = await printer.printTable(table);
    const pages = pdfPages(bytes);
    expect(pages.length).toBeGreaterThan(2);
    const told = pages.flat();
    for (const [name, amount] of [...table.rows, ...table.sums]) {
      expect(told).toContain(name);
      expect(told).toContain(amount);
    }
    expect(await printer.printTable(table)).toEqual(bytes);
  });
});
