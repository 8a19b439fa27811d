/** Remedies at their ports: when the shop is asked, asked again, and asked no more. */

import { expect, test } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/common';
import type { RemedySteps } from '../../activities/ports.ts';
import { createRemedyActivities } from '../../activities/remedy.ts';
import type { RemedyId, TicketId } from '../../domain/ids.ts';
import type { Shop, ShopReport, ShopRequest } from '../../domain/shop.ts';
import type { TicketSnapshot } from '../../domain/ticket.ts';

const remedyId = '0c9d1b6e-0000-4000-8000-000000000001' as RemedyId;
const ticketId = '0c9d1b6e-0000-4000-8000-000000000002' as TicketId;

const request: ShopRequest = { key: 'remedy/order/1', remedyId, action: { kind: 'replace_plan', orderRef: 'ORDER-1' } };
const applied: ShopReport = { status: 'applied', shopRef: 'act_1' };

const snapshot: TicketSnapshot = {
  ticketNumber: 'RD-1',
  version: 1,
  phase: 'settling',
  outcome: null,
  capturesKnown: true,
  decidedBy: null,
  payouts: [],
};

interface Script {
  readonly begin: Awaited<ReturnType<RemedySteps['beginApplying']>>;
  readonly found?: ShopReport;
  readonly again?: Awaited<ReturnType<RemedySteps['lookAgain']>>;
}

/** Runs the activity once; answers with what was asked of the shop and the store, and with the failure, if one came. */
async function apply({ begin, found, again = 'free' }: Script) {
  const asked: string[] = [];
  const steps: RemedySteps = {
    readSnapshot: async () => snapshot,
    readRequest: async () => request,
    findPlanToEnd: async () => null,
    beginApplying: async () => begin,
    lookAgain: async () => {
      asked.push('lookAgain');
      return again;
    },
    recordShopReport: async ({ report }) => {
      asked.push(`record ${report.status}`);
      return snapshot;
    },
  };
  const shop: Shop = {
    async apply(given: ShopRequest) {
      asked.push(`apply ${given.key}`);
      return applied;
    },
    async lookUp() {
      asked.push('lookUp');
      return found ?? null;
    },
    readBalancePayment: async () => ({ problem: 'capture_not_found' }),
  };
  const { applyRemedy } = createRemedyActivities({ steps, shop });
  const failure = await applyRemedy({ ticketId, remedyId }).then(
    () => null,
    (fault: ApplicationFailure) => ({ type: fault.type, nextRetryDelay: fault.nextRetryDelay }),
  );
  return { asked, failure };
}

test('is asked for once, under its key', async () => {
  expect(await apply({ begin: 'apply' })).toEqual({ asked: ['apply remedy/order/1', 'record applied'], failure: null });
});

test('R3: what the shop has done already is recorded and not asked for again', async () => {
  expect(await apply({ begin: 'look-up', found: applied })).toEqual({
    asked: ['lookUp', 'record applied'],
    failure: null,
  });
});

test('R3: what the shop has nothing of is asked for again under the same key, if it still may go', async () => {
  expect((await apply({ begin: 'look-up' })).asked).toEqual([
    'lookUp',
    'lookAgain',
    'apply remedy/order/1',
    'record applied',
  ]);
});

test.each([
  ['held', { type: 'RemedyHeld', nextRetryDelay: 10_000 }],
  ['barred', { type: 'RemedyBarred', nextRetryDelay: 3_600_000 }],
  ['ended', null],
] as const)('RP-3.8, RP-5.3: what is %s since its first call is not asked for again', async (again, failure) => {
  expect(await apply({ begin: 'look-up', again })).toEqual({ asked: ['lookUp', 'lookAgain'], failure });
});

test('RP-3.8: what is held before its first call troubles no shop', async () => {
  expect(await apply({ begin: 'held' })).toEqual({
    asked: [],
    failure: { type: 'RemedyHeld', nextRetryDelay: 10_000 },
  });
});
