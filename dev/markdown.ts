/** The few pieces of Markdown that the printed documents are made of. */

/** Stands at the top of every printed page. */
export const printedNote = 'Printed from code by `npm run docs`; a test fails where it is out of date.';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** A cell's text, in which a bar would end the cell. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export const code = (text: string): string => `\`${cell(text)}\``;
