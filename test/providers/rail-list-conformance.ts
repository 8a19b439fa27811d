/**
 * What every rail's list must do: have each payout once over all its pages, tell ours from what went back elsewhere, keep
 * to its stretch of time, and end in a fault rather than early.
 */

import { beforeEach, describe, expect, test } from '@jest/globals';
import { type PayoutRequest, type Rail, type RailRecord, type RailReport, RailUnavailable } from '../../domain/rail.ts';
import type { RailBench, RailFault } from './rail-bench.ts';

const dayMs = 86_400_000;

/** Around now, whatever a bench has made of its provider's clock. */
const around = (fromDays: number, untilDays: number) => ({
  from: new Date(Date.now() + fromDays * dayMs),
  until: new Date(Date.now() + untilDays * dayMs),
});

export async function pagesOf(rail: Rail, window: { from: Date; until: Date }): Promise<(readonly RailRecord[])[]> {
  if (!rail.list) throw new Error('the rail has no list');
  const pages: (readonly RailRecord[])[] = [];
  for await (const page of rail.list(window)) pages.push(page);
  return pages;
}

export interface ListParts {
  readonly bench: () => RailBench;
  /** A payout of a capture of its own, of which it takes a part. */
  readonly paidOut: (paidMinor: bigint, refundMinor: bigint) => Promise<PayoutRequest>;
  readonly faults: readonly RailFault[];
  /** Nothing goes back but what the desk asked for. */
  readonly isOnlyOurs: boolean;
}

export function describeList({ bench, paidOut, faults, isOnlyOurs }: ListParts): void {
  describe('its list', () => {
    const listed = async (window = around(-40, 40)): Promise<RailRecord[]> =>
      (await pagesOf(bench().rail, window)).flat();

    beforeEach(() => bench().mend());

    const sentOf = async (count: number): Promise<{ request: PayoutRequest; report: RailReport }[]> => {
      const all: { request: PayoutRequest; report: RailReport }[] = [];
      for (let made = 0; made < count; made += 1) {
        const request = await paidOut(1999n, 500n);
        const report = await bench().rail.send(request);
        if (report.status === 'unknown') throw new Error(report.reason);
        all.push({ request, report });
      }
      await bench().complete?.();
      return all;
    };

    test('W8: has each payout that was sent, once, over all pages, under the reference that was told', async () => {
      const { pageRows = 0, rail } = bench();
      const sent = await sentOf(pageRows + 2);
      const pages = await pagesOf(rail, around(-40, 40));
      expect(pages.length).toBeGreaterThan(1);
      const records = pages.flat();
      for (const { request, report } of sent) {
        const found = records.filter(({ payoutId }) => payoutId === request.payoutId);
        expect(new Set(found.map(({ providerRef }) => providerRef))).toEqual(
          new Set(['providerRef' in report ? report.providerRef : '']),
        );
        expect(found[0]).toMatchObject({ amount: request.amount, word: rail.facts.list.word });
        expect(['sent', 'settled']).toContain(found[0]?.report.status);
      }
    });

    test('has nothing of another stretch of time, and ends', async () => {
      await sentOf(1);
      expect(await listed(around(-40, -39))).toEqual([]);
    });

    if (!isOnlyOurs) {
      test('R10: has what went back elsewhere, without an id of ours and with what was captured', async () => {
        const request = await paidOut(1999n, 500n);
        await bench().refundElsewhere(request.captureRef, { ...request.amount, minor: 300n });
        const found = (await listed()).filter(
          ({ captureRefs, amount }) => captureRefs.includes(request.captureRef) && amount.minor === 300n,
        );
        expect(found).toHaveLength(1);
        expect(found[0]).toMatchObject({ payoutId: null });
      });
    }

    test.each(faults)('that ends in %s is no list, and says so', async (fault) => {
      await sentOf(1);
      await bench().breakNext('ask', fault);
      await expect(listed()).rejects.toThrow(RailUnavailable);
    });
  });
}
