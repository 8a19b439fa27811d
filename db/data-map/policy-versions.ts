/** The data map of policy versions, published rules that name nobody but who posted them, and of what was judged by them. */

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

/** What was judged and on which facts: codes, amounts and instants, which outlive the erasure of the person. */
const judgement: DataMapEntry = {
  purpose: 'support',
  basis: 'legal_duty',
  retention: '10_years_after_payment',
  readers: ['subject', 'agent', 'lead', 'finance'],
  personal: true,
};
const proof: DataMapEntry = { ...judgement, readers: ['desk'], personal: false };

export const policyVersionDataMap = {
  policy_versions: {
    id: published,
    number: published,
    effective_at: published,
    posted_at: published,
    posted_by: author,
    document: published,
  },
  assessments: {
    id: judgement,
    ticket_id: judgement,
    number: judgement,
    at: judgement,
    occasion: judgement,
    engine: judgement,
    policy_version_id: judgement,
    purchase_version_id: judgement,
    facts: judgement,
    result: judgement,
    proposal: judgement,
    result_sha256: proof,
  },
} as const satisfies DataMap;
