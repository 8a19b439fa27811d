/**
 * The rail for store balance: money that was paid from it goes back to it through the shop, never as cash. Sends under
 * the payout's own key; what the shop has credited has arrived, so that its word is the rail's last.
 */

import { isUuid } from '../domain/ids.ts';
import { sum } from '../domain/money.ts';
import {
  type CaptureProblem,
  type CaptureState,
  type OutcomeUnknown,
  type PayoutRequest,
  type Rail,
  type RailFacts,
  type RailRecord,
  type RailReport,
  RailUnavailable,
} from '../domain/rail.ts';
import {
  type CreditPage,
  type ListedCredit,
  type Shop,
  type ShopReport,
  type ShopRequest,
  ShopUnavailable,
} from '../domain/shop.ts';

export const shopRailFacts: RailFacts = {
  list: { word: 'provider', withinMs: 3_600_000 },
  reports: ['settled', 'failed'],
  postingDays: { min: 0, max: 0 },
  currencies: 'all',
  exponents: {},
  disputes: [],
};

export const createShopRail = ({ shop }: { readonly shop: Shop }): Rail => ({
  name: 'store_balance',
  facts: shopRailFacts,
  send: (request) => send(shop, request),
  lookUp: (request) => asked(() => lookUp(shop, request)),
  readCapture: (captureRef, ownPayoutIds) => asked(() => readCapture(shop, captureRef, ownPayoutIds)),
  list: (window) => listed(shop, window),
});

/** No shop has more pages than this in 45 days; one that says so goes round in circles. */
const pagesMax = 10_000;

async function* listed(
  shop: Shop,
  window: { readonly from: Date; readonly until: Date },
): AsyncGenerator<readonly RailRecord[]> {
  let next: string | null = null;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const from: string | null = next;
    const page: CreditPage = await asked(() => shop.listCredits(window, from));
    yield page.credits.flatMap(recordOf);
    next = page.next;
    if (next === null) return;
  }
  throw new RailUnavailable('the shop’s list of credits has no end');
}

/** What the shop has credited has arrived. One in a currency that the desk does not reckon in is of no order here. */
const recordOf = ({ shopRef, remedyId, captureRef, amount, at }: ListedCredit): RailRecord[] =>
  amount === null
    ? []
    : [
        {
          providerRef: shopRef,
          payoutId: remedyId !== null && isUuid(remedyId) ? remedyId : null,
          captureRefs: [captureRef],
          amount,
          report: { status: 'settled', providerRef: shopRef },
          at,
          word: 'provider',
        },
      ];

async function send(shop: Shop, request: PayoutRequest): Promise<RailReport | OutcomeUnknown> {
  const outcome = await shop.apply(shopRequestOf(request));
  return outcome.status === 'unknown' ? outcome : railReportOf(outcome);
}

async function lookUp(shop: Shop, request: PayoutRequest): Promise<RailReport | null> {
  const report = await shop.lookUp(shopRequestOf(request));
  const found = report && railReportOf(report);
  if (found?.status === 'unknown')
    throw new RailUnavailable(`the shop could not be asked (${found.reason})`, { reason: found.reason });
  return found;
}

const shopRequestOf = ({ key, payoutId, captureRef, amount }: PayoutRequest): ShopRequest => ({
  key,
  remedyId: payoutId,
  action: { kind: 'credit_balance', captureRef, amount },
});

function railReportOf(report: ShopReport): RailReport | OutcomeUnknown {
  if (report.status === 'applied') return { status: 'settled', providerRef: report.shopRef };
  // What was paid was read from the shop before anything was granted. A shop that no longer knows it is another than
  // the one that may already have credited it.
  if (report.reason === 'payment_not_found') return { status: 'unknown', reason: 'capture_not_found' };
  return { status: 'failed', reason: report.reason };
}

async function readCapture(
  shop: Shop,
  captureRef: string,
  ownPayoutIds: readonly string[],
): Promise<CaptureState | CaptureProblem> {
  const payment = await shop.readBalancePayment(captureRef);
  if ('problem' in payment) return payment;
  const { captured, credits, disputed } = payment;
  const elsewhere = credits.filter(({ remedyId }) => remedyId === null || !ownPayoutIds.includes(remedyId));
  const amounts = elsewhere.map(({ amount }) => amount);
  return { captured, refundedElsewhere: sum(amounts, captured.currency), disputeBars: disputed };
}

async function asked<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ShopUnavailable)) throw error;
    const { message, retryAfterMs, reason } = error;
    throw new RailUnavailable(message, { retryAfterMs, reason });
  }
}
