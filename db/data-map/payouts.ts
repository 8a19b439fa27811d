/** The data map of decisions, grants and payouts, and of the switch that stops all payouts. */

import type { DataMap, DataMapEntry } from './entry.ts';

const paid: DataMapEntry = {
  purpose: 'orders_payments',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['subject', 'agent', 'lead', 'finance'],
  personal: true,
};
const staffOnly: DataMapEntry = { ...paid, readers: ['agent', 'lead', 'finance'] };
const bookkeeping: DataMapEntry = { ...paid, readers: ['desk'], personal: false };
const reference: DataMapEntry = { ...paid, readers: ['subject', 'finance'] };
const payee: DataMapEntry = { ...paid, readers: ['finance', 'admin'] };
const stop: DataMapEntry = { ...paid, readers: ['finance', 'lead', 'admin'] };

export const payoutDataMap = {
  decisions: {
    id: paid,
    ticket_id: paid,
    decided_by: staffOnly,
    decision: paid,
    ground: paid,
    clauses: paid,
    amount_minor: paid,
    currency: paid,
    at: paid,
    input_id: bookkeeping,
    assessment_id: paid,
    exception: paid,
    provision: paid,
    state: paid,
    confirmed_by: staffOnly,
    confirmed_at: paid,
    confirm_ground: staffOnly,
  },
  grants: {
    id: paid,
    ticket_id: paid,
    order_id: paid,
    decision_id: paid,
    offer_id: paid,
    amount_minor: paid,
    currency: paid,
    at: paid,
  },
  payouts: {
    id: paid,
    ticket_id: paid,
    order_id: paid,
    grant_id: paid,
    tender_id: paid,
    payout_no: paid,
    key: staffOnly,
    method: paid,
    rail: paid,
    amount_minor: paid,
    currency: paid,
    state: paid,
    decided_by: staffOnly,
    approval: staffOnly,
    approved_by: staffOnly,
    approved_at: paid,
    sending_at: paid,
    settled_at: paid,
    ended_at: paid,
    checked_at: bookkeeping,
    provider_ref: reference,
    bank_ref: reference,
    reason: staffOnly,
    replaces: staffOnly,
    rerouted_by: staffOnly,
    payee_id: payee,
    created_at: paid,
    updated_at: bookkeeping,
  },
  payees: {
    id: payee,
    ticket_id: payee,
    input_id: bookkeeping,
    holder: payee,
    account: payee,
    country: payee,
    verified_how: payee,
    verified_by: payee,
    name_check: payee,
    at: payee,
  },
  payout_stops: {
    id: stop,
    ground: stop,
    stopped_by: stop,
    stopped_at: stop,
    resumed_by: stop,
    resumed_at: stop,
  },
} as const satisfies DataMap;
