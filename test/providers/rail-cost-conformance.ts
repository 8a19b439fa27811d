/** What every rail whose provider tells of costs must do: tell them by movement, the same however often, and nothing too early. */

import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type MadePayout, type PayoutCost, type Rail, RailUnavailable } from '../../domain/rail.ts';
import type { RailBench } from './rail-bench.ts';

const readCosts = async (rail: Rail, payout: MadePayout): Promise<readonly PayoutCost[]> => {
  const costs = await rail.readCosts?.(payout);
  if (!costs) throw new Error('nothing is told of what it cost');
  return costs;
};

const sumOf = (costs: readonly PayoutCost[], of: 'fee' | 'exchangeLoss') => {
  const amounts = costs.flatMap((cost) => cost[of] ?? []);
  const currencies = [...new Set(amounts.map(({ currency }) => currency))];
  return { minor: amounts.reduce((sum, { minor }) => sum + minor, 0n), currencies };
};

export function describeCosts(bench: () => RailBench): void {
  describe('its costs', () => {
    test('M6, M7: what a payout has cost is told by movement, each once, and the same to whoever asks again', async () => {
      const { rail, impatientRail, costly } = bench();
      if (!costly) throw new Error('the bench has no payment that costs something');
      const { captureRef, amount, finish, fee, exchangeLoss } = await costly();
      const request = { key: `payout/${randomUUID()}/1`, payoutId: randomUUID(), captureRef, amount };
      const report = await rail.send(request);
      if (!('providerRef' in report) || report.providerRef === undefined) throw new Error(report.status);
      await finish(report.providerRef);
      const payout = { ...request, providerRef: report.providerRef };
      const costs = await readCosts(rail, payout);
      expect(sumOf(costs, 'fee')).toEqual({ minor: fee.minor, currencies: [fee.currency] });
      expect(sumOf(costs, 'exchangeLoss')).toEqual(
        exchangeLoss === null
          ? { minor: 0n, currencies: [] }
          : { minor: exchangeLoss.minor, currencies: [exchangeLoss.currency] },
      );
      expect(new Set(costs.map(({ ref }) => ref)).size).toBe(costs.length);
      expect(await readCosts(impatientRail, payout)).toEqual(costs);

      await bench().breakNext('ask', 'server-error');
      await expect(rail.readCosts?.(payout)).rejects.toThrow(RailUnavailable);
      expect(await readCosts(rail, payout)).toEqual(costs);
    });
  });
}
