/**
 * The sandbox's books as one page for people: every charge, every refund, and how often each was held. Server-rendered,
 * without script.
 */

import type { Books } from './stripe-sandbox-books.ts';

const rowsShownMax = 500;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (value: unknown): string => String(value).replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const when = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

function table(title: string, heads: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const head = heads.map((text) => `<th scope="col">${escaped(text)}</th>`).join('');
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('\n');
  const body = rows.length === 0 ? `<tr><td colspan="${heads.length}">none yet</td></tr>` : lines;
  return `<h2>${escaped(title)} (${rows.length})</h2>\n<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

export function sandboxPage(books: Books, nowMs: number): string {
  const newest = <Row>(rows: readonly Row[]): Row[] => [...rows].reverse().slice(0, rowsShownMax);
  const refunds = newest(books.all('refund')).map((refund) => [
    refund.id,
    refund.charge,
    `${refund.amount} ${refund.currency.toUpperCase()}`,
    refund.status + (refund.failure_reason ? `: ${refund.failure_reason}` : ''),
    refund.metadata.refund_desk_payout ?? '–',
    refund.destination_details.card.reference ?? '–',
    when(refund.created),
  ]);
  const charges = newest(books.all('charge')).map((charge) => [
    charge.id,
    `${charge.amount_captured} ${charge.currency.toUpperCase()}`,
    charge.amount_refunded,
    books.all('refund').filter((refund) => refund.charge === charge.id).length,
    charge.disputed ? 'disputed' : '–',
    when(charge.created),
  ]);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Card provider’s sandbox</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1f24; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d5dae0; overflow-wrap: anywhere; }
th { background: #f2f4f7; }
</style>
</head>
<body>
<h1>Card provider’s sandbox</h1>
<p>What the provider holds, by its own books; amounts in minor units. It is now ${escaped(when(Math.floor(nowMs / 1000)))} here.</p>
${table('Refunds', ['Refund', 'Charge', 'Amount', 'Status', 'Desk’s payout', 'Bank reference', 'Created'], refunds)}
${table('Charges', ['Charge', 'Captured', 'Refunded', 'Refunds', 'Dispute', 'Created'], charges)}
</body>
</html>
`;
}
