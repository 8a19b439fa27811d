/** The data map of orders, of what paid for them, and of measured usage. */

import type { DataMap, DataMapEntry } from './entry.ts';

const order: DataMapEntry = {
  purpose: 'orders_payments',
  basis: 'contract',
  retention: '10_years_after_payment',
  readers: ['subject', 'agent', 'lead', 'finance', 'service'],
  personal: true,
};
const bookkeeping: DataMapEntry = { ...order, readers: ['desk'], personal: false };
const payment: DataMapEntry = { ...order, basis: 'legal_duty' };
const providerFact: DataMapEntry = { ...payment, readers: ['finance', 'desk'] };
const matched: DataMapEntry = {
  ...payment,
  purpose: 'fraud_abuse',
  basis: 'legitimate_interest',
  retention: '3_years_after_closing',
  readers: ['desk'],
};
const measured: DataMapEntry = {
  ...order,
  purpose: 'service',
  retention: '90_days_after_closing',
  readers: ['agent', 'lead', 'service'],
};

export const orderDataMap = {
  orders: {
    id: order,
    ref: order,
    account_id: order,
    subject_id: order,
    channel: order,
    plan_key: order,
    plan_kind: order,
    plan_name: order,
    first_purchased_at: order,
    purchased_at: order,
    period_from: order,
    period_until: order,
    metered_bytes: order,
    renewal_of: order,
    currency: order,
    places: order,
    last_payout_no: bookkeeping,
    last_remedy_no: bookkeeping,
    created_at: bookkeeping,
    updated_at: bookkeeping,
  },
  order_tenders: {
    id: payment,
    order_id: payment,
    position: bookkeeping,
    method: payment,
    amount_minor: payment,
    tax_minor: payment,
    currency: payment,
    capture_ref: providerFact,
    captured_at: payment,
    captured_minor: providerFact,
    instrument: matched,
    elsewhere_minor: providerFact,
    disputed_minor: providerFact,
    committed_minor: providerFact,
    committed_tax_minor: providerFact,
    elsewhere_tax_minor: providerFact,
    last_change_no: bookkeeping,
    read_at: bookkeeping,
    capture_problem: providerFact,
  },
  order_egress: { order_id: order, range: order },
  usage_reports: {
    order_id: measured,
    at: measured,
    used_bytes: measured,
    requests: measured,
    reported_at: measured,
  },
} as const satisfies DataMap;
