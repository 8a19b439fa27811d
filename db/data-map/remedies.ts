/** The data map of offers and the customer's choice, of remedies at the shop, of what was compensated, and of appeals. */

import type { DataMap, DataMapEntry } from './entry.ts';

const given: DataMapEntry = {
  purpose: 'orders_payments',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['subject', 'agent', 'lead', 'finance'],
  personal: true,
};
const staffOnly: DataMapEntry = { ...given, readers: ['agent', 'lead', 'finance'] };
const bookkeeping: DataMapEntry = { ...given, readers: ['desk'], personal: false };

export const remedyDataMap = {
  offers: {
    id: given,
    ticket_id: given,
    decision_id: given,
    refund_minor: given,
    currency: given,
    extend_minutes: given,
    extend_bytes: given,
    intervals: given,
    offered_at: given,
    told_at: given,
    offer_days: given,
    ends_plan: given,
    choice: given,
    chosen_by: given,
    chosen_at: given,
  },
  remedies: {
    id: given,
    ticket_id: given,
    order_id: given,
    decision_id: given,
    remedy_no: given,
    key: staffOnly,
    kind: given,
    extend_minutes: given,
    extend_bytes: given,
    state: given,
    shop_ref: given,
    plan_ends_at: given,
    reason: staffOnly,
    created_at: given,
    updated_at: bookkeeping,
    ended_at: given,
  },
  compensated_intervals: {
    id: given,
    order_id: given,
    ticket_id: given,
    offer_id: given,
    span: given,
    at: given,
    released_at: given,
  },
  appeals: {
    id: given,
    ticket_id: given,
    decision_id: given,
    ground: given,
    appealed_by: given,
    at: given,
    input_id: bookkeeping,
  },
} as const satisfies DataMap;
