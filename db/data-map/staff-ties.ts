/** The data map of what staff declare of their own addresses and instruments. */

import type { DataMap, DataMapEntry } from './entry.ts';

const tie: DataMapEntry = {
  purpose: 'fraud_abuse',
  basis: 'legitimate_interest',
  retention: '3_years_after_closing',
  readers: ['admin'],
  personal: true,
};

export const staffTieDataMap = {
  staff_ties: {
    id: tie,
    person_id: tie,
    kind: tie,
    hash: { ...tie, readers: ['desk'] },
    key_mark: { ...tie, readers: ['desk'], personal: false },
    declared_by: tie,
    declared_at: tie,
    ended_by: tie,
    ended_at: tie,
    end_ground: tie,
  },
} as const satisfies DataMap;
