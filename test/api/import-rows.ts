/** Files of CSV as a former desk would give them, for suites of their import. */

import { randomUUID } from 'node:crypto';

export const orderHeader =
  'orderRef,accountRef,email,channel,planKey,planKind,planName,firstPurchasedAt,purchasedAt,periodFrom,periodUntil,meteredBytes,renewalOf,tenderMethod,tenderMinor,tenderCurrency,taxMinor,taxCurrency,captureRef,capturedAt';

const bought = '2026-10-01T10:00:00Z';
const until = '2026-11-01T10:00:00Z';

interface Row {
  readonly ref: string;
  readonly account?: string;
  readonly email?: string;
  readonly plan?: string;
  readonly method?: string;
  readonly minor?: string;
  readonly capture?: string;
}

export const row = ({ ref, account, email, plan, method, minor, capture }: Row): string =>
  [
    ref,
    account ?? `account-${ref}`,
    email ?? `${ref}@Example.com`,
    'official,residential-5gb,metered',
    plan ?? 'Residential',
    `${bought},${bought},${bought},${until},5368709120,`,
    method ?? 'card',
    minor ?? '1999',
    'USD,333,USD',
    capture ?? `ch_${ref}`,
    bought,
  ].join(',');

export const aRef = () => `csv-${randomUUID()}`;
export const file = (header: string, ...rows: string[]) => [header, ...rows, ''].join('\n');

export const pastHeader = 'ticketRef,orderRef,outcome,askedAt,closedAt,refundTender,refundMinor,refundCurrency';

/** Of one tender; nothing was paid back where there is no amount. */
export const past = (ticket: string, order: string, minor = '500', outcome = 'refunded'): string =>
  [ticket, order, outcome, '2026-10-05T00:00:00Z', '2026-10-06T00:00:00Z', minor && '1', minor, minor && 'USD'].join(
    ',',
  );
