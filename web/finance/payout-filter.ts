/**
 * What a list of payouts is narrowed to, as it stands in the address. Loaded with the table of all pages, so that it knows
 * no tables of ours: whether there is such a state or way, whoever asks for the list says.
 */

export interface PayoutFilter {
  readonly state?: string;
  readonly rail?: string;
  readonly currency?: string;
  readonly only?: 'exceptions';
  readonly sort?: 'newest';
}

const word = (value: unknown): value is string => typeof value === 'string' && /^[a-z_]{1,30}$/.test(value);

/** Reads an address; what it does not know, it leaves out. */
export function filterIn(search: Record<string, unknown>): PayoutFilter {
  const { state, rail, currency } = search;
  return {
    ...(word(state) ? { state } : {}),
    ...(word(rail) ? { rail } : {}),
    ...(typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? { currency } : {}),
    ...(search['only'] === 'exceptions' ? { only: 'exceptions' } : {}),
    ...(search['sort'] === 'newest' ? { sort: 'newest' } : {}),
  };
}
