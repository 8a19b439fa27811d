/** The data map of tickets that a former desk closed. */

import type { DataMap, DataMapEntry } from './entry.ts';

const past: DataMapEntry = {
  purpose: 'orders_payments',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['agent', 'lead', 'finance'],
  personal: true,
};

const proof: DataMapEntry = { ...past, readers: ['desk'] };

export const pastTicketDataMap = {
  past_tickets: {
    id: { ...past, readers: ['desk'] },
    ref: past,
    order_id: past,
    outcome: past,
    asked_at: past,
    closed_at: past,
    input_id: { ...past, readers: ['desk'], personal: false },
  },
  past_refunds: { past_ticket_id: past, tender_id: past, amount_minor: past, currency: past },
  past_refund_proofs: {
    past_ticket_id: proof,
    tender_id: proof,
    rail: { ...proof, personal: false },
    provider_ref: proof,
    reconciliation_id: { ...proof, personal: false },
    proven_at: { ...proof, personal: false },
  },
} as const satisfies DataMap;
