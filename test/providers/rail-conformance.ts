/**
 * What every payment rail must do, whatever its provider: pay once per key, tell the unclear apart from the failed, and
 * find again what it has sent. A rail passes it by handing in a bench on which its provider can be broken.
 */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { type Money, money } from '../../domain/money.ts';
import {
  type CaptureState,
  type OutcomeUnknown,
  type PayoutRequest,
  type Rail,
  type RailReport,
  RailUnavailable,
} from '../../domain/rail.ts';
import {
  faultsAfterWork,
  faultsBeforeWork,
  faultsOfAsking,
  type RailBench,
  type RailFault,
  type RailLimits,
} from './rail-bench.ts';
import { describeCosts } from './rail-cost-conformance.ts';
import { describeList } from './rail-list-conformance.ts';

/** What a rail tells of a capture that is there; throws where it tells a problem. */
export async function captureOf(
  rail: Rail,
  captureRef: string,
  ownPayoutIds: readonly string[] = [],
): Promise<CaptureState> {
  const read = await rail.readCapture(captureRef, ownPayoutIds);
  if ('problem' in read) throw new Error(read.problem);
  return read;
}

type Outcome = RailReport | OutcomeUnknown;

const refOf = (outcome: Outcome | null): string | undefined =>
  outcome && 'providerRef' in outcome ? outcome.providerRef : undefined;

const eur = (minor: bigint): Money => money(minor, 'EUR');

const payoutOf = (captureRef: string, amount: Money): PayoutRequest => ({
  key: `payout/${randomUUID()}/1`,
  payoutId: randomUUID(),
  captureRef,
  amount,
});

/**
 * Runs the suite; the bench is opened once, and every test pays a capture of its own. What the rail cannot suffer is told
 * by the bench in `without`, and shows as a test of its own.
 */
export function describeRail(name: string, openBench: () => Promise<RailBench>, without: RailLimits = {}): void {
  const left = <Fault extends RailFault>(all: readonly Fault[], absent: readonly RailFault[] = []): Fault[] =>
    all.filter((fault) => !absent.includes(fault));
  describe(`${name} as a payment rail`, () => {
    let bench: RailBench;
    beforeAll(async () => {
      bench = await openBench();
    });
    beforeEach(() => bench.mend());
    afterAll(() => bench.close());

    const { faultsAfterWork: after, faultsBeforeWork: before, faultsOfAsking: ofAsking } = without;
    const absent = [after, before, ofAsking].flatMap((faults) => faults ?? []);
    const lacks = (['rates', 'disputes', 'list', 'balance', 'elsewhere', 'costs'] as const).filter(
      (what) => without[what],
    );
    test(`what it cannot suffer is named: ${[...new Set([...absent, ...lacks])].join(', ') || 'nothing'}`, () => {
      for (const fault of absent) expect([...faultsAfterWork, ...faultsBeforeWork]).toContain(fault);
      expect(without.disputes === true && bench.rail.facts.disputes.length > 0).toBe(false);
      expect(bench.rail.list === undefined).toBe(without.list === true);
      expect(bench.rail.readCosts === undefined).toBe(without.costs === true);
    });

    if (!without.costs) describeCosts(() => bench);

    const paidOut = async (paidMinor: bigint, refundMinor: bigint): Promise<PayoutRequest> =>
      payoutOf(await bench.pay(eur(paidMinor)), eur(refundMinor));

    if (!without.list)
      describeList({
        bench: () => bench,
        paidOut,
        faults: left(faultsOfAsking, without.faultsOfAsking),
        isOnlyOurs: without.elsewhere === true,
      });

    test('a payout is sent once, with our id beside it, and found again by that id', async () => {
      const request = await paidOut(1999n, 500n);
      const report = await bench.rail.send(request);
      expect(['sent', 'settled']).toContain(report.status);
      expect(bench.rail.facts.reports).toContain(report.status);
      expect(await bench.held(request.captureRef)).toEqual([
        { providerRef: refOf(report), payoutId: request.payoutId, minor: 500n },
      ]);
      expect(refOf(await bench.rail.lookUp(request))).toBe(refOf(report));
    });

    test('a payout that was never sent is surely not there', async () => {
      const request = await paidOut(1999n, 500n);
      expect(await bench.rail.lookUp(request)).toBeNull();
      await bench.rail.send(request);
      expect(await bench.rail.lookUp({ ...request, payoutId: randomUUID() })).toBeNull();
    });

    test.each(left(faultsAfterWork, without.faultsAfterWork))(
      'R3, N1: done but %s is unknown, is found by looking up, and is held once',
      async (fault) => {
        const request = await paidOut(1999n, 500n);
        await bench.breakNext('send', fault);
        const rail = fault === 'never-answers' ? bench.impatientRail : bench.rail;
        expect((await rail.send(request)).status).toBe('unknown');
        expect(await until(async () => (await bench.held(request.captureRef)).length > 0, { withinMs: 5_000 })).toBe(
          true,
        );

        const found = await bench.rail.lookUp(request);
        expect(found?.status).toMatch(/^(sent|settled)$/);
        const again = await bench.rail.send(request);
        // A provider that keeps its error under the key repeats it for ever: only looking up tells.
        expect(refOf(again)).toBe(fault === 'error-kept-under-key' ? undefined : refOf(found));
        expect(again.status).not.toBe('failed');
        expect(await bench.held(request.captureRef)).toHaveLength(1);
      },
    );

    test.each(left(faultsBeforeWork, without.faultsBeforeWork))(
      'N3, N5: not done because of %s is unknown, and the same key then pays once',
      async (fault) => {
        const request = await paidOut(1999n, 500n);
        await bench.breakNext('send', fault);
        expect((await bench.rail.send(request)).status).toBe('unknown');
        expect(await bench.rail.lookUp(request)).toBeNull();
        const report = await bench.rail.send(request);
        expect(await bench.held(request.captureRef)).toEqual([
          { providerRef: refOf(report), payoutId: request.payoutId, minor: 500n },
        ]);
      },
    );

    if (!without.rates) {
      test('N4: the provider’s wish when to ask again is told', async () => {
        const request = await paidOut(1999n, 500n);
        await bench.breakNext('send', 'rate-limited');
        expect(await bench.rail.send(request)).toEqual({
          status: 'unknown',
          reason: 'rate_limited',
          retryAfterMs: 7_000,
        });
        await bench.breakNext('ask', 'rate-limited');
        await expect(bench.rail.lookUp(request)).rejects.toMatchObject({
          name: 'RailUnavailable',
          retryAfterMs: 7_000,
        });
      });
    }

    test('R4: a new process finds what the last one sent, and its repeat under the same key changes nothing', async () => {
      const request = await paidOut(1999n, 500n);
      const report = await bench.rail.send(request);
      expect(refOf(await bench.impatientRail.lookUp(request))).toBe(refOf(report));
      expect(refOf(await bench.impatientRail.send(request))).toBe(refOf(report));
      expect(await bench.held(request.captureRef)).toHaveLength(1);
    });

    test('R5, N7: after the provider forgot the key, the payout is still found by our id', async () => {
      const request = await paidOut(1999n, 500n);
      await bench.breakNext('send', 'answer-lost');
      expect((await bench.rail.send(request)).status).toBe('unknown');
      await bench.forgetKeys();
      expect(await bench.rail.lookUp(request)).not.toBeNull();
      expect(await bench.held(request.captureRef)).toHaveLength(1);
    });

    test('R5: “already refunded” under a forgotten key is told as our own refund, never as failed', async () => {
      const request = await paidOut(1999n, 1999n);
      const first = await bench.rail.send(request);
      await bench.forgetKeys();
      const again = await bench.rail.send(request);
      expect(['sent', 'settled']).toContain(again.status);
      expect(refOf(again)).toBe(refOf(first));
      expect(await bench.held(request.captureRef)).toHaveLength(1);
    });

    test('R6: the same key with another amount is left open for a person, neither failed nor paid again', async () => {
      const request = await paidOut(1999n, 500n);
      await bench.rail.send(request);
      const changed = await bench.rail.send({ ...request, amount: eur(700n) });
      expect(changed).toEqual({ status: 'unknown', reason: 'idempotency_mismatch' });
      expect((await bench.held(request.captureRef)).map((refund) => refund.minor)).toEqual([500n]);
    });

    test.each([0n, -1n, -1999n])('R9: an amount of %p is refused and reaches no books', async (minor) => {
      const request = await paidOut(1999n, minor);
      expect((await bench.rail.send(request)).status).toBe('failed');
      expect(await bench.held(request.captureRef)).toEqual([]);
    });

    if (!without.balance) {
      test('R10: what counts is captured, not authorised', async () => {
        const captureRef = await bench.pay(eur(2000n), 1500n);
        expect((await captureOf(bench.rail, captureRef)).captured).toEqual(eur(1500n));
        expect((await bench.rail.send(payoutOf(captureRef, eur(1501n)))).status).toBe('failed');
        expect((await bench.rail.send(payoutOf(captureRef, eur(1500n)))).status).not.toBe('failed');
      });
    }

    if (!without.balance) {
      test('N6: more than is left is refused, and stays refused', async () => {
        const request = await paidOut(1999n, 1500n);
        await bench.rail.send(request);
        const second = payoutOf(request.captureRef, eur(500n));
        const refusal = await bench.rail.send(second);
        expect(refusal.status).toBe('failed');
        expect(await bench.rail.send(second)).toEqual(refusal);
        expect(await bench.held(request.captureRef)).toHaveLength(1);
      });
    }

    test('50 sends of the same key at once make one refund, and none of them is told as failed', async () => {
      const request = await paidOut(1999n, 10n);
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => bench.rail.send(request)));
      const held = await bench.held(request.captureRef);
      expect(held).toHaveLength(1);
      const refs = new Set(outcomes.filter((outcome) => outcome.status !== 'unknown').map(refOf));
      expect([...refs]).toEqual([held[0]?.providerRef]);
      expect(outcomes.filter((outcome) => outcome.status === 'failed')).toEqual([]);
    });

    if (!without.balance) {
      test('R2: 50 payouts at once never take more than was captured', async () => {
        const captureRef = await bench.pay(eur(1000n));
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, () => bench.rail.send(payoutOf(captureRef, eur(30n)))),
        );
        const held = await bench.held(captureRef);
        expect(held).toHaveLength(33);
        expect(outcomes.filter((outcome) => outcome.status === 'failed')).toHaveLength(17);
      });
    }

    if (!without.elsewhere) {
      test('what was paid back elsewhere is told apart from ours', async () => {
        const request = await paidOut(1999n, 500n);
        await bench.rail.send(request);
        await bench.refundElsewhere(request.captureRef, eur(300n));
        const state = await captureOf(bench.rail, request.captureRef, [request.payoutId]);
        expect(state).toMatchObject({ captured: eur(1999n), refundedElsewhere: eur(300n), disputeBars: false });
      });
    }

    if (!without.elsewhere) {
      test('what went back under a payout that is not of this order counts as elsewhere', async () => {
        const request = await paidOut(1999n, 500n);
        await bench.rail.send(request);
        const state = await captureOf(bench.rail, request.captureRef, ['another payout']);
        expect(state.refundedElsewhere).toEqual(eur(500n));
      });
    }

    if (!without.disputes) {
      test('D1, D2: a dispute that bars is told, and the provider’s refusal is clear', async () => {
        const request = await paidOut(1999n, 500n);
        await bench.dispute(request.captureRef, false);
        expect((await captureOf(bench.rail, request.captureRef)).disputeBars).toBe(false);
        await bench.dispute(request.captureRef, true);
        expect((await captureOf(bench.rail, request.captureRef)).disputeBars).toBe(true);
        expect((await bench.rail.send(request)).status).toBe('failed');
        expect(await bench.held(request.captureRef)).toEqual([]);
      });
    }

    test.each(left(faultsOfAsking, without.faultsOfAsking))(
      'asking that ends in %s learns nothing, and says so',
      async (fault) => {
        const request = await paidOut(1999n, 500n);
        await bench.breakNext('ask', fault);
        await expect(bench.rail.lookUp(request)).rejects.toThrow(RailUnavailable);
        await bench.breakNext('ask', fault);
        await expect(bench.rail.readCapture(request.captureRef, [])).rejects.toThrow(RailUnavailable);
      },
    );
  });
}
