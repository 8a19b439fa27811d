/** Which of the ledger’s entries are asked for: by the list and by what is taken away. */

import type { PayoutId } from '../domain/ids.ts';
import type { LedgerKind } from '../domain/ledger.ts';
import type { LedgerFilter } from './ledger-views.ts';

interface AskedFilter {
  readonly orderRef?: string | undefined;
  readonly payoutId?: string | undefined;
  readonly account?: string | undefined;
  readonly kind?: LedgerKind | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

export const ledgerFilterOf = ({ orderRef, payoutId, account, kind, from, until }: AskedFilter): LedgerFilter => ({
  ...(orderRef === undefined ? {} : { orderRef }),
  ...(payoutId === undefined ? {} : { payoutId: payoutId as PayoutId }),
  ...(account === undefined ? {} : { account }),
  ...(kind === undefined ? {} : { kind }),
  ...(from === undefined ? {} : { from: new Date(from) }),
  ...(until === undefined ? {} : { until: new Date(until) }),
});
