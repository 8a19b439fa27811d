/**
 * PayPal's transaction search as the sandbox has it: captures and refunds in the reporting system's own form, by page,
 * over 31 days at most, and no newer than PayPal's reports are.
 */

import type { Amount, Books, CaptureRow, RefundRow } from './paypal-sandbox-books.ts';
import { PaypalSandboxRefusal } from './paypal-sandbox-wire.ts';

const daysMax = 31;
const pageSizeMax = 500;
const itemsMax = 10_000;

interface Transaction {
  readonly at: string;
  readonly transaction_info: {
    readonly transaction_event_code: string;
    readonly transaction_status: string;
    readonly paypal_reference_id?: string;
    readonly paypal_reference_id_type?: 'TXN';
    readonly custom_field?: string;
  };
}

const refundStatus: Readonly<Record<RefundRow['status'], string>> = {
  PENDING: 'P',
  COMPLETED: 'S',
  FAILED: 'V',
  CANCELLED: 'D',
};

const captureStatus: Readonly<Record<CaptureRow['status'], string>> = {
  PENDING: 'P',
  COMPLETED: 'S',
  DECLINED: 'D',
  FAILED: 'D',
};

const infoOf = (id: string, code: string, status: string, amount: Amount, created: string, updated: string) => ({
  transaction_id: id,
  transaction_event_code: code,
  transaction_initiation_date: dateOf(created),
  transaction_updated_date: dateOf(updated),
  transaction_amount: amount,
  transaction_status: status,
  protection_eligibility: '02',
  instrument_type: 'PAYPAL',
});

/** Whole seconds and an offset without a colon, as PayPal's reports write them. */
const dateOf = (instant: string): string => instant.replace(/\.\d+Z$/, '+0000');

const refundTransaction = (refund: RefundRow): Transaction => ({
  at: refund.created,
  transaction_info: {
    ...infoOf(
      refund.id,
      'T1107',
      refundStatus[refund.status],
      { ...refund.amount, value: `-${refund.amount.value}` },
      refund.created,
      refund.updated,
    ),
    paypal_reference_id: refund.capture_id,
    paypal_reference_id_type: 'TXN',
    ...(refund.custom_id === null ? {} : { custom_field: refund.custom_id }),
  },
});

const captureTransaction = (capture: CaptureRow): Transaction => ({
  at: capture.created,
  transaction_info: infoOf(
    capture.id,
    'T0006',
    captureStatus[capture.status],
    capture.amount,
    capture.created,
    capture.created,
  ),
});

/** As `GET /v1/reporting/transactions` answers; `refreshedMs` is when the reports were brought up to date. */
export function searchTransactions(books: Books, query: URLSearchParams, refreshedMs: number): object {
  const [startMs, endMs] = [instantOf(query, 'start_date'), instantOf(query, 'end_date')];
  if (endMs < startMs) throw invalid('INVALID_DATE_RANGE');
  if (endMs - startMs > daysMax * 86_400_000) throw invalid('DATE_RANGE_GREATER_THAN_31_DAYS');
  const size = wholeOf(query, 'page_size', 100, pageSizeMax);
  const page = wholeOf(query, 'page', 1, itemsMax);
  const code = query.get('transaction_type');
  const isAll = query.get('balance_affecting_records_only') === 'N';
  const found = [...books.all('refund').map(refundTransaction), ...books.all('capture').map(captureTransaction)]
    .filter(({ at }) => Date.parse(at) >= startMs && Date.parse(at) <= endMs && Date.parse(at) <= refreshedMs)
    .filter(({ transaction_info: info }) => code === null || info.transaction_event_code === code)
    .filter(({ transaction_info: info }) => isAll || ['S', 'V'].includes(info.transaction_status))
    .sort((left, right) => (left.at < right.at ? -1 : 1));
  if (found.length > itemsMax) throw invalid('RESULTSET_TOO_LARGE');
  return {
    transaction_details: found
      .slice((page - 1) * size, page * size)
      .map(({ transaction_info }) => ({ transaction_info })),
    account_number: 'SANDBOXSELLER',
    start_date: dateOf(new Date(startMs).toISOString()),
    end_date: dateOf(new Date(endMs).toISOString()),
    last_refreshed_datetime: dateOf(new Date(refreshedMs).toISOString()),
    page,
    total_items: found.length,
    total_pages: Math.ceil(found.length / size),
    links: [],
  };
}

const invalid = (issue: string): PaypalSandboxRefusal => new PaypalSandboxRefusal(400, 'INVALID_REQUEST', issue);

function instantOf(query: URLSearchParams, name: string): number {
  const instant = Date.parse(query.get(name) ?? '');
  if (Number.isNaN(instant)) throw invalid('MISSING_REQUIRED_PARAMETER');
  return instant;
}

function wholeOf(query: URLSearchParams, name: string, usual: number, max: number): number {
  const given = Number(query.get(name) ?? usual);
  if (!Number.isInteger(given) || given < 1 || given > max) throw invalid('INVALID_PARAMETER_VALUE');
  return given;
}
