/** A look's questions about costs: each answer counts as of the instant before it was asked for. */

import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ReconciliationSteps } from '../../activities/ports.ts';
import { createReconciliationActivities } from '../../activities/reconciliation.ts';
import type { PayoutId, ReconciliationId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import { type Rail, RailUnavailable } from '../../domain/rail.ts';
import { paypalFacts } from '../../providers/paypal.ts';

const noon = Date.parse('2026-11-20T12:00:00Z');

const untold = (): Promise<never> => Promise.reject(new Error('this is no question of a look'));

test.each([
  ['an answer', [], []],
  ['no answer', new RailUnavailable('gone'), null],
])(
  'S1: %s is kept as of before the call, so that what comes back meanwhile is asked about again',
  async (_what, answer, kept) => {
    let nowMs = noon;
    const recorded: unknown[] = [];
    const payoutId = randomUUID() as PayoutId;
    const made = { key: 'payout/o/1', payoutId, captureRef: 'c_1', amount: money(500n, 'USD'), providerRef: 'pp_1' };
    const result = { listed: 0, matched: 0, takenOver: 0, openBreaks: 0 };
    const steps: ReconciliationSteps = {
      beginLook: (given) => Promise.resolve({ ...given, id: randomUUID() as ReconciliationId }),
      takePage: () => Promise.resolve(),
      finishLook: () => Promise.resolve(result),
      closeLook: () => Promise.resolve(result),
      listUncosted: () => Promise.resolve([made]),
      async recordCosts(...given) {
        recorded.push(given);
      },
    };
    const rail: Rail = {
      name: 'paypal',
      facts: paypalFacts,
      readCapture: untold,
      send: untold,
      lookUp: untold,
      async *list() {},
      async readCosts() {
        nowMs += 30_000;
        if (answer instanceof RailUnavailable) throw answer;
        return answer;
      },
    };
    const clock = { now: () => new Date(nowMs) };
    const { reconcile } = createReconciliationActivities({ steps, rails: new Map([['paypal', rail]]), clock });
    await new MockActivityEnvironment().run(() => reconcile({ rail: 'paypal', days: 45 }));
    expect(recorded).toEqual([[payoutId, kept, new Date(noon)]]);
  },
);
