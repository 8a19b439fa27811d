/**
 * What stands in each row of an export, as text: amounts in units with a point, times in UTC, nobody's name; and on each
 * line of its paper, which has room for less.
 */

import { creditNoteReference } from '../domain/credit-note.ts';
import { formatAmount, type Money, subtract, zero } from '../domain/money.ts';
import type { CreditNoteView, ExportedPayoutView, LedgerEntryView } from './ledger-views.ts';
import type { PayoutCostView } from './payout-views.ts';

/** A line of paper, and what its amount is summed under. */
interface PrintedLine {
  readonly text: string;
  readonly amount: Money;
  readonly sums: readonly (readonly [name: string, amount: Money])[];
}

export interface Exported<View> {
  /** Of the file. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: (view: View) => readonly (readonly string[])[];
  readonly lines: (view: View) => readonly PrintedLine[];
}

const line = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join(' · ');

const day = (at: Date): string => at.toISOString().slice(0, 10);

const instant = (at: Date | null): string => at?.toISOString() ?? '';

const ledgerColumns = [
  'entry',
  'at',
  'kind',
  'order',
  'ticket',
  'payout',
  'dispute',
  'account',
  'standing',
  'debit',
  'credit',
  'currency',
] as const;

/** A row a line, so that any program can sum its columns. */
const ledgerRowsOf = (view: LedgerEntryView): string[][] =>
  view.lines.map(({ account, standing, side, amount }) => [
    view.id,
    instant(view.at),
    view.kind,
    view.orderRef,
    view.ticketReference ?? '',
    view.payoutId ?? '',
    view.disputeRef ?? '',
    account,
    standing,
    side === 'debit' ? formatAmount(amount) : '',
    side === 'credit' ? formatAmount(amount) : '',
    amount.currency,
  ]);

/** What came in on each account and what went out, and that both are the same over all. */
export const exportedLedger: Exported<LedgerEntryView> = {
  name: 'ledger',
  title: 'Ledger',
  columns: ledgerColumns,
  rows: ledgerRowsOf,
  lines: (view) =>
    view.lines.map(({ account, standing, side, amount }) => ({
      text: line(day(view.at), view.kind, view.orderRef, view.ticketReference, `${account}, ${standing}, ${side}`),
      amount,
      sums: [
        [`${account}, ${standing}, ${side}`, amount],
        [`all, ${side}`, amount],
      ],
    })),
};

const payoutColumns = [
  'payout',
  'made',
  'ticket',
  'order',
  'number',
  'method',
  'rail',
  'state',
  'reason',
  'net',
  'tax',
  'amount',
  'currency',
  'provider reference',
  'bank reference',
  'called for',
  'settled',
  'ended',
  'credit note',
  'reversed by',
  'fee',
  'fee given back',
  'fee currency',
  'exchange loss',
  'exchange gain',
  'exchange currency',
  'booked on',
  'value date',
] as const;

const payoutRowOf = (view: ExportedPayoutView): string[] => [
  view.id,
  instant(view.createdAt),
  view.ticketReference,
  view.orderRef,
  String(view.payoutNo),
  view.method,
  view.rail,
  view.state,
  view.reason ?? '',
  formatAmount(subtract(view.amount, view.tax)),
  formatAmount(view.tax),
  formatAmount(view.amount),
  view.amount.currency,
  view.providerRef ?? '',
  view.bankRef ?? '',
  instant(view.sendingAt),
  instant(view.settledAt),
  instant(view.endedAt),
  ...[view.creditNoteNumber, view.reversalNumber].map((number) => (number === null ? '' : creditNoteReference(number))),
  ...costColumnsOf(view, 'fee'),
  ...costColumnsOf(view, 'exchange'),
  view.bookedOn ?? '',
  view.valueOn ?? '',
];

/** Without a sign, which a program might take for a formula; of several currencies each has its place in all columns, also by a zero. */
function costColumnsOf({ costs }: ExportedPayoutView, kind: PayoutCostView['kind']): string[] {
  const amounts = costs.filter((cost) => cost.kind === kind).map(({ amount }) => amount);
  const column = (written: (amount: Money) => Money): string => {
    const found = amounts.map(written);
    return amounts.length === 1 && found.every(({ minor }) => minor === 0n) ? '' : found.map(formatAmount).join(' ');
  };
  const positive = (amount: Money): Money => (amount.minor > 0n ? amount : zero(amount.currency));
  return [
    column(positive),
    column((amount) => positive(subtract(zero(amount.currency), amount))),
    amounts.map(({ currency }) => currency).join(' '),
  ];
}

export const exportedPayouts: Exported<ExportedPayoutView> = {
  name: 'payouts',
  title: 'Payouts',
  columns: payoutColumns,
  rows: (view) => [payoutRowOf(view)],
  lines: (view) => [
    {
      text: line(day(view.createdAt), view.ticketReference, view.orderRef, view.rail, view.state, view.bankRef),
      amount: view.amount,
      sums: [[view.state, view.amount]],
    },
  ],
};

const creditNoteColumns = [
  'entity',
  'credit note',
  'kind',
  'reverses',
  'issued',
  'ticket',
  'order',
  'payout',
  'method',
  'net',
  'tax',
  'total',
  'currency',
] as const;

/** Of a reversal as well without a sign, which a program might take for a formula: its kind says it. */
const creditNoteRowOf = (view: CreditNoteView): string[] => [
  view.entity,
  view.reference,
  view.kind,
  view.reversedNumber === null ? '' : creditNoteReference(view.reversedNumber),
  instant(view.issuedAt),
  view.ticketReference,
  view.orderRef,
  view.payoutId,
  view.method,
  formatAmount(view.net),
  formatAmount(view.tax),
  formatAmount(view.total),
  view.total.currency,
];

export const exportedCreditNotes: Exported<CreditNoteView> = {
  name: 'credit-notes',
  title: 'Credit notes',
  columns: creditNoteColumns,
  rows: (view) => [creditNoteRowOf(view)],
  lines: (view) => [
    {
      text: line(day(view.issuedAt), view.entity, view.reference, view.kind, view.ticketReference, view.orderRef),
      amount: view.total,
      sums: [
        [`${view.entity}, ${view.kind}, net`, view.net],
        [`${view.entity}, ${view.kind}, tax`, view.tax],
        [`${view.entity}, ${view.kind}, total`, view.total],
      ],
    },
  ],
};
