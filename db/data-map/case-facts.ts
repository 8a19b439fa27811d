/** The data map of facts that bear on a case: incidents of an order, and what staff established. */

import type { DataMap, DataMapEntry } from './entry.ts';

const fact: DataMapEntry = {
  purpose: 'support',
  basis: 'contract',
  retention: '3_years_after_closing',
  readers: ['subject', 'agent', 'lead', 'finance'],
  personal: true,
};
const established: DataMapEntry = {
  ...fact,
  purpose: 'fraud_abuse',
  basis: 'legitimate_interest',
  readers: ['agent', 'lead', 'finance'],
};
const bookkeeping: DataMapEntry = { ...fact, readers: ['desk'], personal: false };

export const caseFactDataMap = {
  order_incidents: {
    order_id: fact,
    ref: fact,
    confirmed: fact,
    widely_impacting: fact,
    covers: fact,
    from_at: fact,
    until_at: fact,
    reported_at: fact,
    incident_id: fact,
    incident_version: bookkeeping,
    lost: fact,
  },
  ticket_facts: {
    id: established,
    ticket_id: established,
    fact: established,
    value: established,
    ground: established,
    stated_by: established,
    stated_role: established,
    at: established,
    input_id: bookkeeping,
  },
} as const satisfies DataMap;
