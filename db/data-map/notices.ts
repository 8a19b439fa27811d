/** The data map of what people are told, and of who looked at customers' data. */

import type { DataMap, DataMapEntry } from './entry.ts';

const told: DataMapEntry = {
  purpose: 'notices',
  basis: 'contract',
  retention: '3_years_after_closing',
  readers: ['subject', 'desk'],
  personal: true,
};
const sending: DataMapEntry = { ...told, readers: ['desk'], personal: false };
const look: DataMapEntry = {
  purpose: 'legal_duty',
  basis: 'legal_duty',
  retention: '3_years_after_closing',
  readers: ['subject', 'privacy'],
  personal: true,
};

export const noticeDataMap = {
  notices: {
    id: sending,
    key: told,
    ticket_id: told,
    dispute_id: told,
    order_id: told,
    subject_id: told,
    audience: told,
    template: told,
    parameters: told,
    state: sending,
    created_at: told,
    sent_at: told,
  },
  access_log: {
    id: look,
    at: look,
    viewer_id: look,
    operation: look,
    subject_id: look,
    ticket_id: look,
  },
} as const satisfies DataMap;
