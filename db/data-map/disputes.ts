/** The data map of disputes: what providers told of each, what became due on it, and what was submitted as evidence. */

import type { DataMap, DataMapEntry } from './entry.ts';

const payment: DataMapEntry = {
  purpose: 'orders_payments',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['subject', 'agent', 'lead', 'finance'],
  personal: true,
};
const staffOnly: DataMapEntry = { ...payment, readers: ['lead', 'finance'] };
const bookkeeping: DataMapEntry = { ...payment, readers: ['desk'], personal: false };
/** Holds messages of a person, and may be needed for as long as the dispute itself can be taken up again. */
const packet: DataMapEntry = { ...staffOnly, retention: '3_years_after_closing' };

export const disputeDataMap = {
  disputes: {
    id: payment,
    provider: payment,
    provider_ref: payment,
    order_id: payment,
    tender_id: payment,
    kind: payment,
    state: payment,
    reason: staffOnly,
    network_reason: staffOnly,
    amount_minor: payment,
    currency: payment,
    returned_minor: staffOnly,
    includes_refunds: bookkeeping,
    taken_minor: staffOnly,
    fee_minor: staffOnly,
    fee_currency: staffOnly,
    evidence_due_at: staffOnly,
    submissions: staffOnly,
    evidence_submitted_at: staffOnly,
    evidence_submitted_by: staffOnly,
    lapsed_at: staffOnly,
    actionable: staffOnly,
    urgency: bookkeeping,
    version: bookkeeping,
    told_at: bookkeeping,
    opened_at: payment,
    ended_at: payment,
    withdrawn_by_customer_at: payment,
  },
  dispute_events: {
    id: staffOnly,
    dispute_id: staffOnly,
    key: bookkeeping,
    kind: staffOnly,
    data: staffOnly,
    at: staffOnly,
    actor_id: staffOnly,
  },
  dispute_packets: {
    id: packet,
    dispute_id: packet,
    input_id: bookkeeping,
    submitted_by: packet,
    bytes: packet,
    sha256: packet,
    evidence_due_at: packet,
    state: packet,
    reason: packet,
    kept_at: packet,
    submitting_at: packet,
    ended_at: packet,
  },
} as const satisfies DataMap;
