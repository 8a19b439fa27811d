/** A sandbox's books as one page for people. Server-rendered, without script. */

const rowsShownMax = 500;

export interface BooksTable {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export const newest = <Row>(rows: readonly Row[]): Row[] => [...rows].reverse().slice(0, rowsShownMax);

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (value: unknown): string => String(value).replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

function table({ title, heads, rows }: BooksTable): string {
  const head = heads.map((text) => `<th scope="col">${escaped(text)}</th>`).join('');
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('\n');
  const body = rows.length === 0 ? `<tr><td colspan="${heads.length}">none yet</td></tr>` : lines;
  return `<h2>${escaped(title)} (${rows.length})</h2>\n<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

export const booksPage = (title: string, said: string, tables: readonly BooksTable[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1f24; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d5dae0; overflow-wrap: anywhere; }
th { background: #f2f4f7; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(said)}</p>
${tables.map(table).join('\n')}
</body>
</html>
`;
