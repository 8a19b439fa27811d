/** The card provider's books as one page for people: every charge, every refund, and how often each was held. */

import { booksPage, newest } from './sandbox-page.ts';
import type { Books } from './stripe-sandbox-books.ts';

const when = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export function sandboxPage(books: Books, nowMs: number): string {
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
  const now = when(Math.floor(nowMs / 1000));
  return booksPage(
    'Card provider’s sandbox',
    `What the provider holds, by its own books; amounts in minor units. It is now ${now} here.`,
    [
      {
        title: 'Refunds',
        heads: ['Refund', 'Charge', 'Amount', 'Status', 'Desk’s payout', 'Bank reference', 'Created'],
        rows: refunds,
      },
      { title: 'Charges', heads: ['Charge', 'Captured', 'Refunded', 'Refunds', 'Dispute', 'Created'], rows: charges },
    ],
  );
}
