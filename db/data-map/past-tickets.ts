/** The data map of tickets that a former desk closed. */

import type { DataMap, DataMapEntry } from './entry.ts';

const past: DataMapEntry = {
  purpose: 'orders_payments',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['desk'],
  personal: true,
};

export const pastTicketDataMap = {
  past_tickets: {
    id: past,
    ref: past,
    order_id: past,
    outcome: past,
    asked_at: past,
    closed_at: past,
    input_id: { ...past, personal: false },
  },
  past_refunds: { past_ticket_id: past, tender_id: past, amount_minor: past, currency: past },
} as const satisfies DataMap;
