/** The data map of policy versions: published rules, which say nothing of a person but who posted them. */

import type { DataMap, DataMapEntry } from './entry.ts';

const published: DataMapEntry = {
  purpose: 'support',
  basis: 'contract',
  retention: '10_years_after_payment',
  readers: ['subject', 'agent', 'lead', 'finance', 'admin', 'privacy'],
  personal: false,
};
const author: DataMapEntry = {
  ...published,
  basis: 'legitimate_interest',
  readers: ['admin', 'lead'],
  personal: true,
};

export const policyVersionDataMap = {
  policy_versions: {
    id: published,
    number: published,
    effective_at: published,
    posted_at: published,
    posted_by: author,
    document: published,
  },
  policy_texts: {
    policy_version_id: published,
    language: published,
    clause: published,
    body: published,
  },
} as const satisfies DataMap;
