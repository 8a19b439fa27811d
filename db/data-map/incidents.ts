/** The data map of the registry of incidents, and of what a wave of offers made of each order. */

import type { DataMap, DataMapEntry } from './entry.ts';

const registered: DataMapEntry = {
  purpose: 'service',
  basis: 'contract',
  retention: '3_years_after_closing',
  readers: ['agent', 'lead', 'finance'],
  personal: false,
};
const who: DataMapEntry = { ...registered, purpose: 'support', personal: true };
const bookkeeping: DataMapEntry = { ...registered, readers: ['desk'] };
const reached: DataMapEntry = { ...registered, purpose: 'support', personal: true };

export const incidentDataMap = {
  incidents: {
    changed_in: registered,
    id: registered,
    ref: registered,
    title: registered,
    plan_kinds: registered,
    places: registered,
    egress: registered,
    from_at: registered,
    until_at: registered,
    widely_impacting: registered,
    lost: registered,
    state: registered,
    version: registered,
    applied_version: bookkeeping,
    created_at: registered,
    updated_at: registered,
  },
  incident_events: {
    incident_id: registered,
    number: registered,
    kind: registered,
    at: registered,
    actor_id: who,
    ground: who,
    data: registered,
    input_id: bookkeeping,
  },
  incident_waves: {
    changed_in: registered,
    id: registered,
    incident_id: registered,
    incident_version: bookkeeping,
    state: registered,
    reason: registered,
    budget: registered,
    orders_per_minute: registered,
    decided_by: who,
    confirmed_by: who,
    after_order: bookkeeping,
    passes: bookkeeping,
    next_pass_at: bookkeeping,
    handed_until: bookkeeping,
    created_at: registered,
    updated_at: registered,
    ended_at: registered,
  },
  incident_offers: {
    incident_id: reached,
    order_id: reached,
    wave_id: bookkeeping,
    outcome: reached,
    reason: reached,
    ticket_id: reached,
    refund_minor: reached,
    currency: reached,
    extend_minutes: reached,
    extend_bytes: reached,
    at: reached,
  },
} as const satisfies DataMap;
