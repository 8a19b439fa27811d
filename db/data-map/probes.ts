/** The data map of the desk's own tests: targets go with the evidence that named them (PV-2.1). */

import type { DataMap, DataMapEntry } from './entry.ts';

const tested: DataMapEntry = {
  purpose: 'support',
  basis: 'contract',
  retention: '90_days_after_closing',
  readers: ['agent', 'lead'],
  personal: true,
};
const bookkeeping: DataMapEntry = { ...tested, readers: ['desk'], personal: false };
/** Of no ticket: which plans the seller has a test account for. */
const setting: DataMapEntry = { ...bookkeeping, basis: 'legitimate_interest', readers: ['agent', 'lead', 'desk'] };

export const probeDataMap = {
  probe_gateways: { plan_kind: setting, place: setting, protocols: setting, told_at: setting },
  probe_rounds: {
    ticket_id: tested,
    number: tested,
    key: bookkeeping,
    place: bookkeeping,
    begun_at: tested,
    ended_at: tested,
  },
  probe_attempts: {
    ticket_id: tested,
    round: tested,
    host: tested,
    port: tested,
    protocol: tested,
    begun_at: tested,
    ended_at: tested,
    step: tested,
    failure: tested,
    status: tested,
    answered_by: tested,
    class: tested,
    vendor: tested,
    egress: tested,
    latency_ms: tested,
  },
  probe_targets: { ticket_id: tested, target: tested, refused: tested, looked_at: tested },
} as const satisfies DataMap;
