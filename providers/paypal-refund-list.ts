/**
 * All refunds of a stretch of time, by PayPal's transaction search: for the comparison of its books with ours. What the
 * search tells in short, or of which it does not say whose it is, is read from the refund itself.
 */

import { z } from 'zod';
import { dayMs } from '../domain/clocks.ts';
import { isUuid } from '../domain/ids.ts';
import { ListNotComparable, type RailRecord, type RailReport, RailUnavailable } from '../domain/rail.ts';
import type { PaypalClient } from './paypal-client.ts';
import { fromPaypal, paypalMoneySchema } from './paypal-money.ts';
import { captureOfRefund, payoutOfRefund, refundSchema, reportOfRefund } from './paypal-refund.ts';
import { PaypalRefusal, parsed } from './paypal-refusal.ts';

/** PayPal takes 31 days a request at most; one less, since it counts both ends. */
const windowMsMax = 30 * dayMs;

/** Below this no window is cut in two any more. */
const windowMsMin = 60_000;

/** A page beyond which a list cannot be honest: PayPal has 10,000 transactions a request at most. */
const pagesMax = 10_000;

const transactionSchema = z.object({
  transaction_info: z.object({
    transaction_id: z.string().min(1).max(100),
    paypal_reference_id: z.string().nullish(),
    transaction_event_code: z.string(),
    transaction_initiation_date: z.string(),
    /** Negative, as what leaves the account. */
    transaction_amount: z.object({ currency_code: z.string(), value: z.string() }),
    /** D denied, P pending, S there, V reversed. */
    transaction_status: z.string(),
    custom_field: z.string().nullish(),
  }),
});

type Transaction = z.output<typeof transactionSchema>['transaction_info'];

const pageSchema = z.object({
  transaction_details: z.array(transactionSchema).nullish(),
  total_pages: z.number().int().min(0).max(pagesMax).nullish(),
});

interface Window {
  readonly from: Date;
  readonly until: Date;
}

/** Stretch by stretch, the newest first, and page by page; one page is in memory at a time. */
export async function* listPaypalRefunds(
  paypal: PaypalClient,
  { from, until }: Window,
): AsyncGenerator<readonly RailRecord[]> {
  const waiting: Window[] = [{ from, until }];
  for (let window = waiting.pop(); window; window = waiting.pop()) {
    const lengthMs = window.until.getTime() - window.from.getTime();
    const first = lengthMs > windowMsMax ? null : await firstPage(paypal, window, lengthMs);
    if (first === null) {
      const middle = new Date(
        lengthMs > windowMsMax
          ? window.until.getTime() - windowMsMax
          : window.from.getTime() + Math.floor(lengthMs / 2),
      );
      // A transaction at the middle itself is on both sides; taken twice it changes nothing.
      waiting.push({ from: window.from, until: middle }, { from: middle, until: window.until });
      continue;
    }
    yield await recordsOf(paypal, first);
    for (let page = 2; page <= (first.total_pages ?? 1); page += 1)
      yield await recordsOf(paypal, await readPage(paypal, window, page));
  }
}

/** `null` where PayPal has more transactions in the window than it tells in one request. */
async function firstPage(paypal: PaypalClient, window: Window, lengthMs: number) {
  try {
    return await readPage(paypal, window, 1);
  } catch (error) {
    if (error instanceof PaypalRefusal && error.issue === 'RESULTSET_TOO_LARGE' && lengthMs > windowMsMin) return null;
    throw error;
  }
}

/** An account needs PayPal's leave for its own transactions ("Transaction Search"), which others of its calls do without. */
function orClosed(error: unknown): never {
  throw error instanceof PaypalRefusal && error.status === 403 ? new ListNotComparable('list_not_permitted') : error;
}

async function readPage(paypal: PaypalClient, window: Window, page: number): Promise<z.output<typeof pageSchema>> {
  return parsed(pageSchema, await paypal.searchRefunds({ ...window, page }).catch(orClosed));
}

async function recordsOf(
  paypal: PaypalClient,
  { transaction_details: details }: z.output<typeof pageSchema>,
): Promise<RailRecord[]> {
  const records: RailRecord[] = [];
  for (const { transaction_info: listed } of details ?? []) {
    const record = await recordOf(paypal, listed);
    if (record) records.push(record);
  }
  return records;
}

/** `null` for one in a currency that the desk does not reckon in: it is of no order here. */
async function recordOf(paypal: PaypalClient, listed: Transaction): Promise<RailRecord | null> {
  const { currency_code, value } = listed.transaction_amount;
  const amount = paypalMoneySchema.safeParse({ currency_code, value: value.replace(/^-/, '') });
  const at = new Date(listed.transaction_initiation_date);
  if (!amount.success || Number.isNaN(at.getTime()))
    throw new RailUnavailable('PayPal lists a refund in a shape that the desk does not know');
  const money = fromPaypal(amount.data);
  if (!money) return null;
  const whole = await wholeOf(paypal, listed);
  return { providerRef: listed.transaction_id, amount: money, at, word: 'provider', ...whole };
}

/**
 * What the search calls there and ours is so. The custom field of any other may be that of the payment, and what waits,
 * was denied or was reversed says no more than that: the refund itself says which.
 */
async function wholeOf(
  paypal: PaypalClient,
  listed: Transaction,
): Promise<Pick<RailRecord, 'payoutId' | 'captureRefs' | 'report'>> {
  const { transaction_id: providerRef, paypal_reference_id: captureRef, custom_field: customField } = listed;
  const ours = customField && isUuid(customField) ? customField : null;
  if (listed.transaction_status === 'S' && ours !== null) {
    const report: RailReport = { status: 'settled', providerRef };
    return { payoutId: ours, captureRefs: captureRef ? [captureRef] : [], report };
  }
  const refund = refundSchema.safeParse(await paypal.readRefund(providerRef));
  const report = refund.success ? reportOfRefund(refund.data) : null;
  if (!refund.success || report === null)
    throw new RailUnavailable('PayPal lists a refund that it does not tell the desk of');
  const refs = [captureRef, captureOfRefund(refund.data)].filter((ref) => typeof ref === 'string');
  return { payoutId: payoutOfRefund(refund.data), captureRefs: [...new Set(refs)], report };
}
