/** The data map of tickets and of what is said, handed in, found and recorded on them. */

import type { DataMap, DataMapEntry } from './entry.ts';

const claim: DataMapEntry = {
  purpose: 'support',
  basis: 'contract',
  retention: '3_years_after_closing',
  readers: ['subject', 'agent', 'lead', 'finance'],
  personal: true,
};
const bookkeeping: DataMapEntry = { ...claim, readers: ['desk'], personal: false };
/** What the seller judged by and did: kept as long as the books that stand on it. */
const record: DataMapEntry = { ...claim, basis: 'legal_duty', retention: '10_years_after_payment' };
const chain: DataMapEntry = { ...record, readers: ['desk'], personal: false };
const internal: DataMapEntry = { ...claim, basis: 'legitimate_interest', readers: ['agent', 'lead', 'finance'] };
const handedIn: DataMapEntry = { ...claim, retention: '90_days_after_closing', readers: ['subject', 'agent', 'lead'] };
const upload: DataMapEntry = { ...handedIn, readers: ['desk'], personal: false };
const finding: DataMapEntry = { ...claim, readers: ['agent', 'lead', 'finance'] };

export const ticketDataMap = {
  tickets: {
    id: claim,
    number: claim,
    order_id: claim,
    account_id: claim,
    subject_id: claim,
    request_id: bookkeeping,
    phase: claim,
    outcome: claim,
    run: bookkeeping,
    asked_at: claim,
    claimed_method: claim,
    description: claim,
    policy_version_id: claim,
    purchase_version_id: claim,
    fault: claim,
    materials_complete_at: claim,
    due_kind: claim,
    due_at: claim,
    assignee_id: internal,
    last_event_number: bookkeeping,
    last_event_hash: bookkeeping,
    created_at: claim,
    updated_at: claim,
    closed_at: claim,
  },
  ticket_network_contexts: {
    ticket_id: handedIn,
    targets: handedIn,
    seen: handedIn,
    protocol: handedIn,
    client_name: handedIn,
    client_version: handedIn,
    client_configuration: handedIn,
  },
  ticket_egress: { ticket_id: handedIn, position: handedIn, egress: handedIn, seen: handedIn },
  ticket_events: {
    ticket_id: record,
    number: record,
    kind: record,
    at: record,
    actor_id: record,
    actor_role: record,
    data: record,
    input_id: chain,
    previous_number: chain,
    previous_hash: chain,
    hash: { ...chain, readers: ['subject', 'agent', 'lead', 'finance', 'desk'] },
  },
  messages: {
    id: claim,
    ticket_id: claim,
    subject_id: claim,
    author_role: claim,
    body: claim,
    at: claim,
    input_id: bookkeeping,
  },
  notes: {
    id: internal,
    ticket_id: internal,
    subject_id: internal,
    body: internal,
    at: internal,
    input_id: bookkeeping,
  },
  log_diagnoses: { evidence_id: handedIn, result: handedIn, at: handedIn },
  evidence_files: {
    id: handedIn,
    account_id: handedIn,
    subject_id: handedIn,
    ticket_id: handedIn,
    state: upload,
    name: handedIn,
    announced_bytes: upload,
    announced_sha256: upload,
    received_bytes: upload,
    kind: handedIn,
    stored_bytes: handedIn,
    stored_sha256: handedIn,
    masked: handedIn,
    created_at: handedIn,
    completed_at: handedIn,
    attached_at: handedIn,
  },
  reviews: {
    id: finding,
    ticket_id: finding,
    reviewer_id: finding,
    cause: finding,
    finding,
    persistent: finding,
    seller_mistake: finding,
    mended: finding,
    lost: finding,
    diagnosis: finding,
    at: finding,
    input_id: bookkeeping,
  },
} as const satisfies DataMap;
