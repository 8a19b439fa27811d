/** Remedies at their ports: when the shop is asked, asked again, and asked no more. */

import { describe, expect, test } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/common';
import type { RemedySteps } from '../../activities/ports.ts';
import { createPlanEnder, createRemedyActivities } from '../../activities/remedy.ts';
import type { PayoutId, RemedyId, TicketId } from '../../domain/ids.ts';
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
  readonly plan?: Awaited<ReturnType<RemedySteps['findPlanToEnd']>>;
}

/** The shop and the steps behind a remedy, as the script has them, and what was asked of each. */
function scriptRemedy({ begin, found, again = 'free', plan = null }: Script) {
  const asked: string[] = [];
  const steps: RemedySteps = {
    readSnapshot: async () => snapshot,
    readRequest: async () => request,
    findPlanToEnd: async () => plan,
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
    listCredits: async () => ({ credits: [], next: null }),
  };
  return { asked, given: { steps, shop } };
}

const failureOf = (running: Promise<unknown>) =>
  running.then(
    () => null,
    (fault: ApplicationFailure) => ({ type: fault.type, nextRetryDelay: fault.nextRetryDelay }),
  );

/** Runs the activity once; answers with what was asked of the shop and the store, and with the failure, if one came. */
async function apply(script: Script) {
  const { asked, given } = scriptRemedy(script);
  return { asked, failure: await failureOf(createRemedyActivities(given).applyRemedy({ ticketId, remedyId })) };
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

const payout = { ticketId, payoutId: '0c9d1b6e-0000-4000-8000-000000000003' as PayoutId };

describe('the end of a plan', () => {
  test('RP-4.4: is asked for before the money goes, and followed no further once it is known', async () => {
    const { asked, given } = scriptRemedy({ begin: 'apply', plan: { remedyId, isTakenBack: false } });
    const plans = createPlanEnder(given);
    expect([await plans.end(payout), await plans.follow(payout)]).toEqual([true, null]);
    expect(asked).toEqual(['apply remedy/order/1', 'record applied']);
  });

  test('RP-4.4: whose refund was taken back is not asked for, nor waited for by what still goes', async () => {
    const { asked, given } = scriptRemedy({ begin: 'look-up', plan: { remedyId, isTakenBack: true } });
    expect(await createPlanEnder(given).end(payout)).toBe(false);
    expect(asked).toEqual([]);
  });

  test('R3: whose refund was taken back is looked up alone, until what the shop did is known', async () => {
    const plan = { remedyId, isTakenBack: true };
    const open = scriptRemedy({ begin: 'look-up', again: 'barred', plan });
    expect(await failureOf(createPlanEnder(open.given).follow(payout))).toMatchObject({ type: 'RemedyBarred' });
    expect(open.asked).toEqual(['lookUp', 'lookAgain']);
    const known = scriptRemedy({ begin: 'look-up', found: applied, plan });
    expect(await createPlanEnder(known.given).follow(payout)).toBe(snapshot);
    expect(known.asked).toEqual(['lookUp', 'record applied']);
  });

  test('where there is none, no payout is followed', async () => {
    const { asked, given } = scriptRemedy({ begin: 'done' });
    expect([await createPlanEnder(given).end(payout), await createPlanEnder(given).follow(payout)]).toEqual([
      false,
      null,
    ]);
    expect(asked).toEqual([]);
  });
});
