/** S6: a wish to call a payout off reaches its provider at once, not when the next look is due, and once. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asksOf, untilCalled } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

const cancelled = { status: 'cancelled', providerRef: 're_1' } as const;

test('S6: the provider is asked as soon as finance wishes, and its word ends the payout', async () => {
  const desk = scriptDesk({ phase: 'deciding', capturesKnown: true });
  const asks = asksOf(await bench.start(desk), desk);
  await asks.ask('decideTicket', { decision: 'refund' });
  await asks.ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  const sentAt = desk.calls.at(-1)?.at.getTime() ?? 0;
  await asks.ask('cancelPayout', null);
  await untilCalled(desk, 'checkPayout');
  const checkedAt = desk.calls.find(({ name }) => name === 'checkPayout')?.at.getTime() ?? Number.POSITIVE_INFINITY;
  expect(checkedAt - sentAt).toBeLessThan(15 * 60_000);
  await asks.note('reportPayout', cancelled);
  expect(desk.snapshot().phase).toBe('deciding');
});
