/** The data map of reconciliation: ids, amounts and the provider's references, and who of finance closed a break. */

import type { DataMap, DataMapEntry } from './entry.ts';

const compared: DataMapEntry = {
  purpose: 'legal_duty',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['finance'],
  personal: false,
};
const person: DataMapEntry = { ...compared, personal: true };

export const reconciliationDataMap = {
  reconciliations: {
    id: compared,
    rail: compared,
    from_at: compared,
    until_at: compared,
    listed_until: compared,
    started_at: compared,
    finished_at: compared,
    listed: compared,
    matched: compared,
    taken_over: compared,
    problem: compared,
  },
  payout_proofs: {
    payout_id: person,
    reconciliation_id: compared,
    provider_ref: person,
    status: compared,
    word: compared,
    proven_at: compared,
  },
  reconciliation_breaks: {
    id: compared,
    key: person,
    rail: compared,
    kind: compared,
    payout_id: person,
    order_id: person,
    provider_ref: person,
    minor: compared,
    currency: compared,
    record_at: compared,
    first_seen_at: compared,
    last_seen_at: compared,
    reconciliation_id: compared,
    owner_id: person,
    closed_at: compared,
    closed_by: person,
    closed_as: compared,
    ground: person,
  },
} as const satisfies DataMap;
