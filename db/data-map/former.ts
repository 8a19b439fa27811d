/** Tables and columns that a later migration dropped: named still, since the first migrations make them on their way. */

import type { DataMap, DataMapEntry } from './entry.ts';

const published: DataMapEntry = {
  purpose: 'support',
  basis: 'contract',
  retention: '10_years_after_payment',
  readers: ['subject', 'agent', 'lead', 'finance', 'admin', 'privacy'],
  personal: false,
};

export const formerDataMap = {
  policy_texts: {
    policy_version_id: published,
    language: published,
    clause: published,
    body: published,
  },
  tickets: {
    network_context: {
      purpose: 'support',
      basis: 'contract',
      retention: '90_days_after_closing',
      readers: ['subject', 'agent', 'lead'],
      personal: true,
    },
  },
} as const satisfies DataMap;
