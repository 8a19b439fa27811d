/** When an early fraud warning is spent: by a refund in full, or by the dispute that it warned of. Writes nothing by itself. */

import { type Books, type Put, put } from './stripe-sandbox-books.ts';
import type { WarningObject } from './stripe-sandbox-objects.ts';

/** Nothing is left to be done about the warnings of the charge. */
export function spendWarnings(
  books: Books,
  chargeId: string,
): {
  readonly puts: readonly Put[];
  readonly events: readonly { readonly type: string; readonly object: WarningObject }[];
} {
  const spent = books
    .all('warning')
    .filter((one) => one.charge === chargeId && one.actionable)
    .map((one): WarningObject => ({ ...one, actionable: false }));
  return {
    puts: spent.map((one) => put('warning', one)),
    events: spent.map((object) => ({ type: 'radar.early_fraud_warning.updated', object })),
  };
}
