/** The data map of the ledger: books that the law wants kept, with ids and amounts and no one's name. */

import type { DataMap, DataMapEntry } from './entry.ts';

const booked: DataMapEntry = {
  purpose: 'legal_duty',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['finance'],
  personal: true,
};
const line: DataMapEntry = { ...booked, retention: 'as_long_as_the_row_it_describes' };

export const ledgerDataMap = {
  ledger_entries: {
    id: booked,
    key: booked,
    kind: booked,
    order_id: booked,
    tender_id: booked,
    ticket_id: booked,
    payout_id: booked,
    dispute_id: booked,
    at: booked,
  },
  ledger_lines: {
    entry_id: line,
    position: line,
    account: line,
    side: line,
    minor: line,
    currency: line,
    at: line,
  },
} as const satisfies DataMap;
