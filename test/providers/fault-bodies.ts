/** The faults of the conformance suite in the words of the sandboxes' controls, which they share. */

import type { RailFault } from './rail-bench.ts';

export const faultBodies: Readonly<Record<RailFault, object>> = {
  'answer-lost': { kind: 'lose-answer' },
  'never-answers': { kind: 'hang' },
  'error-after-work': { kind: 'fail', status: 500, worked: true },
  'error-kept-under-key': { kind: 'fail', status: 500, worked: true, saved: true },
  truncated: { kind: 'truncate' },
  'cut-off': { kind: 'truncate', cut: true },
  html: { kind: 'html' },
  'connection-reset': { kind: 'reset' },
  'server-error': { kind: 'fail', status: 500 },
  'bad-gateway': { kind: 'fail', status: 502 },
  unavailable: { kind: 'fail', status: 503 },
  'rate-limited': { kind: 'rate-limit', retryAfterSeconds: 7 },
};
