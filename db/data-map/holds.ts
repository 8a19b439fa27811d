/** The data map of what tickets wait for: holds, clocks that stood still, questions, reports of a fix, reminders. */

import type { DataMap, DataMapEntry } from './entry.ts';

const waiting: DataMapEntry = {
  purpose: 'support',
  basis: 'contract',
  retention: '3_years_after_closing',
  readers: ['subject', 'agent', 'lead', 'finance'],
  personal: true,
};
const staffOnly: DataMapEntry = { ...waiting, basis: 'legitimate_interest', readers: ['agent', 'lead', 'finance'] };
const bookkeeping: DataMapEntry = { ...waiting, readers: ['desk'], personal: false };

export const holdDataMap = {
  holds: {
    id: waiting,
    ticket_id: waiting,
    kind: waiting,
    ground: staffOnly,
    placed_by: staffOnly,
    placed_at: waiting,
    due_at: waiting,
    released_at: waiting,
    released_by: staffOnly,
    result: waiting,
  },
  clock_pauses: {
    id: waiting,
    ticket_id: waiting,
    clock: waiting,
    reason: waiting,
    hold_id: waiting,
    started_at: waiting,
    started_by: staffOnly,
    ended_at: waiting,
  },
  information_requests: {
    id: waiting,
    ticket_id: waiting,
    hold_id: waiting,
    materials: waiting,
    question: waiting,
    asked_by: staffOnly,
    asked_at: waiting,
    answer: waiting,
    answered_by: waiting,
    ended_at: waiting,
    result: waiting,
    input_id: bookkeeping,
  },
  fix_reports: {
    id: waiting,
    ticket_id: waiting,
    finding: staffOnly,
    reported_by: staffOnly,
    reported_at: waiting,
    asked_at: waiting,
    answer: waiting,
    answered_by: waiting,
    answered_at: waiting,
    input_id: bookkeeping,
    probes_failing_at: staffOnly,
  },
  reminders: {
    id: bookkeeping,
    ticket_id: waiting,
    kind: waiting,
    at: waiting,
    due_at: waiting,
    state: bookkeeping,
  },
} as const satisfies DataMap;
