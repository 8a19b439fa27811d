/** PayPal's books as one page for people: every capture, every refund, every case. */

import type { Books } from './paypal-sandbox-books.ts';
import { statusOf } from './paypal-sandbox-wire.ts';
import { booksPage, newest } from './sandbox-page.ts';

const when = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

export function sandboxPage(books: Books, nowMs: number): string {
  const refunds = newest(books.all('refund')).map((refund) => [
    refund.id,
    refund.capture_id,
    `${refund.amount.value} ${refund.amount.currency_code}`,
    refund.status + (refund.reason ? `: ${refund.reason}` : ''),
    refund.custom_id ?? '–',
    when(refund.created),
  ]);
  const captures = newest(books.all('capture')).map((capture) => [
    capture.id,
    capture.order_id ?? '–',
    `${capture.amount.value} ${capture.amount.currency_code}`,
    statusOf(books, capture),
    books.all('refund').filter(({ capture_id }) => capture_id === capture.id).length,
    when(capture.created),
  ]);
  const cases = newest(books.all('dispute')).map((dispute) => [
    dispute.id,
    dispute.capture_id,
    dispute.stage,
    dispute.status + (dispute.outcome ? `: ${dispute.outcome}` : ''),
    when(dispute.updated),
  ]);
  return booksPage(
    'PayPal’s sandbox',
    `What PayPal holds, by its own books. It is now ${when(new Date(nowMs).toISOString())} here.`,
    [
      {
        title: 'Refunds',
        heads: ['Refund', 'Capture', 'Amount', 'Status', 'Desk’s payout', 'Created'],
        rows: refunds,
      },
      { title: 'Captures', heads: ['Capture', 'Order', 'Amount', 'Status', 'Refunds', 'Created'], rows: captures },
      { title: 'Cases', heads: ['Case', 'Capture', 'Stage', 'Status', 'Updated'], rows: cases },
    ],
  );
}
