/** The data map of the inbox: what came from outside, masked, as it was kept before it was acted on. */

import type { DataMap, DataMapEntry } from './entry.ts';

const kept: DataMapEntry = {
  purpose: 'support',
  basis: 'contract',
  retention: '3_years_after_closing',
  readers: ['desk'],
  personal: true,
};
const delivery: DataMapEntry = { ...kept, personal: false };
const answer: DataMapEntry = { ...kept, readers: ['subject', 'desk'] };

export const inputDataMap = {
  inputs: {
    id: delivery,
    source: delivery,
    scope: kept,
    key: kept,
    operation: kept,
    request_hash: kept,
    subject_id: kept,
    ticket_id: kept,
    payout_id: kept,
    dispute_id: kept,
    body: kept,
    kept_at: kept,
    delivery,
    recorded_at: delivery,
    delivered_at: delivery,
    refusal: answer,
    answer_status: answer,
    answer_body: answer,
  },
} as const satisfies DataMap;
