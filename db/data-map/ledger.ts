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

/** The paper for the customer's own books. */
const note: DataMapEntry = { ...booked, readers: ['subject', 'finance'] };
const series: DataMapEntry = { ...booked, readers: ['desk'], personal: false };

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
    entry_kind: line,
  },
  credit_note_series: { entity: series, last_number: series },
  credit_notes: {
    id: note,
    entity: note,
    number: note,
    kind: note,
    account_id: note,
    order_id: note,
    ticket_id: note,
    payout_id: note,
    policy_version_id: note,
    method: note,
    net_minor: note,
    tax_minor: note,
    total_minor: note,
    currency: note,
    issued_at: note,
  },
} as const satisfies DataMap;
