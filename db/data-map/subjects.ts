/**
 * How the rows of a table lead to the person they are about, so that what is held about somebody can be found, handed
 * out and erased. Literal data; a test follows every way through the schema's own foreign keys.
 */

/**
 * `is`: the row is the person. `names`: a column refers to a person. `belongs`: a column refers to a table whose rows
 * lead to a person. `linked`: rows of another table tie this one's to people. `matches`: a column has the value of one
 * whose rows lead to a person, without referring to it, since what a bank tells may come first. `hashed`: a column holds
 * the hash of what the person signs in by, since there may be no person yet.
 */
export type SubjectWay =
  | { readonly way: 'is'; readonly column: 'id' }
  | { readonly way: 'names'; readonly column: string }
  | { readonly way: 'belongs'; readonly column: string }
  | { readonly way: 'linked'; readonly by: string }
  | { readonly way: 'matches'; readonly column: string; readonly table: string; readonly its: string }
  | { readonly way: 'hashed'; readonly column: string };

const names = (column: string): SubjectWay => ({ way: 'names', column });
const belongs = (column: string): SubjectWay => ({ way: 'belongs', column });
const matches = (column: string, table: string, its: string): SubjectWay => ({ way: 'matches', column, table, its });

export const subjectWays: Readonly<Record<string, readonly [SubjectWay, ...SubjectWay[]]>> = {
  people: [{ way: 'is', column: 'id' }],
  sessions: [names('person_id')],
  credentials: [names('person_id')],
  verifications: [{ way: 'hashed', column: 'identifier' }],
  second_factors: [names('person_id')],
  second_factor_uses: [names('person_id')],
  accounts: [{ way: 'linked', by: 'account_members' }],
  staff_ties: [names('person_id'), names('declared_by'), names('ended_by')],
  account_members: [names('person_id')],
  contact_channels: [names('person_id')],
  orders: [names('subject_id')],
  order_tenders: [belongs('order_id')],
  order_egress: [belongs('order_id')],
  usage_reports: [belongs('order_id')],
  policy_versions: [names('posted_by')],
  assessments: [belongs('ticket_id')],
  inputs: [names('subject_id'), belongs('ticket_id'), belongs('payout_id'), belongs('dispute_id')],
  tickets: [names('subject_id'), names('assignee_id')],
  ticket_events: [belongs('ticket_id'), names('actor_id')],
  past_tickets: [belongs('order_id')],
  past_refunds: [belongs('past_ticket_id')],
  past_refund_proofs: [belongs('past_ticket_id')],
  messages: [names('subject_id'), belongs('ticket_id')],
  notes: [names('subject_id'), belongs('ticket_id')],
  evidence_files: [names('subject_id')],
  reviews: [belongs('ticket_id'), names('reviewer_id')],
  probe_rounds: [belongs('ticket_id')],
  probe_attempts: [belongs('ticket_id')],
  probe_targets: [belongs('ticket_id')],
  holds: [belongs('ticket_id'), names('placed_by'), names('released_by')],
  clock_pauses: [belongs('ticket_id'), names('started_by')],
  information_requests: [belongs('ticket_id'), names('asked_by'), names('answered_by')],
  fix_reports: [belongs('ticket_id'), names('reported_by'), names('answered_by')],
  reminders: [belongs('ticket_id')],
  order_incidents: [belongs('order_id')],
  incident_events: [names('actor_id')],
  incident_waves: [names('decided_by'), names('confirmed_by')],
  incident_offers: [belongs('order_id'), belongs('ticket_id')],
  disputes: [belongs('order_id'), names('evidence_submitted_by')],
  dispute_events: [belongs('dispute_id'), names('actor_id')],
  bank_withdrawals: [belongs('payout_id')],
  dispute_packets: [belongs('dispute_id'), names('submitted_by')],
  ticket_facts: [belongs('ticket_id'), names('stated_by')],
  ticket_network_contexts: [belongs('ticket_id')],
  ticket_egress: [belongs('ticket_id')],
  log_diagnoses: [belongs('evidence_id')],
  decisions: [belongs('ticket_id'), names('decided_by'), names('confirmed_by')],
  offers: [belongs('ticket_id'), names('chosen_by')],
  remedies: [belongs('ticket_id')],
  compensated_intervals: [belongs('ticket_id')],
  appeals: [belongs('ticket_id'), names('appealed_by')],
  grants: [belongs('ticket_id')],
  payout_proofs: [belongs('payout_id')],
  reconciliation_breaks: [belongs('order_id'), names('owner_id'), names('closed_by')],
  payouts: [
    belongs('ticket_id'),
    names('decided_by'),
    names('approved_by'),
    names('rerouted_by'),
    names('cancel_asked_by'),
  ],
  manual_payments: [belongs('payout_id'), names('recorded_by'), names('returned_by')],
  told_captures: [belongs('tender_id'), names('told_by'), names('confirmed_by')],
  payees: [belongs('ticket_id'), names('verified_by')],
  payout_stops: [names('stopped_by'), names('resumed_by')],
  ledger_entries: [belongs('order_id')],
  ledger_lines: [belongs('entry_id')],
  notices: [names('subject_id'), belongs('ticket_id'), belongs('dispute_id'), belongs('order_id')],
  credit_notes: [belongs('ticket_id')],
  bank_files: [names('uploaded_by')],
  bank_accounts: [{ way: 'linked', by: 'bank_entries' }],
  bank_entries: [
    matches('end_to_end_id', 'order_tenders', 'capture_ref'),
    matches('bank_ref', 'order_tenders', 'capture_ref'),
    matches('payout_id', 'payouts', 'id'),
  ],
  bank_statuses: [matches('payout_id', 'payouts', 'id')],
  bank_instructions: [matches('payout_id', 'payouts', 'id')],
  access_log: [names('subject_id'), names('viewer_id'), belongs('ticket_id')],
};
