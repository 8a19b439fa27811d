/** Offers, remedies at the shop and holds, as the workflow follows them: each granted thing once, in its order, when free. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Asks, asksOf, dayMs, latch, refusalOf, silentShop, someone, untilCalled, withdraw } from './asks.ts';
import { scriptDesk } from './scripted-desk.ts';
import type { Life } from './scripted-life.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await startBench();
});

afterAll(() => bench.close());

async function deciding(given: Partial<Life> = {}): Promise<Asks> {
  const desk = scriptDesk({ phase: 'deciding', capturesKnown: true, ...given });
  return asksOf(await bench.start(desk), desk);
}

async function offered(): Promise<Asks> {
  const asks = await deciding();
  await asks.ask('decideTicket', { decision: 'offer' });
  return asks;
}

const settled = { status: 'settled', providerRef: 're_1' } as const;

/** Waits for what the provider has, and lets it say its last word. */
async function settle({ desk, note, run }: Asks): Promise<unknown> {
  await untilCalled(desk, 'sendPayout');
  await note('reportPayout', settled);
  return run.result();
}

const namesOf = ({ desk }: Asks) => desk.calls.map(({ name }) => name);

test('RP-4.5: an extension that is chosen is applied once, and the ticket closes as extended', async () => {
  const { ask, run, desk } = await offered();
  await ask('answerOffer', { choice: 'extension' });
  expect(await run.result()).toEqual({ outcome: 'extended' });
  expect([desk.times('applyRemedy'), desk.times('sendPayout')]).toEqual([1, 0]);
});

test('RP-4.5: money that is chosen is paid after its release, and the shop is asked nothing', async () => {
  const asks = await offered();
  await asks.ask('answerOffer', { choice: 'refund' });
  await asks.ask('approvePayout', null);
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
  expect([asks.desk.times('applyRemedy'), asks.desk.times('sendPayout')]).toEqual([0, 1]);
});

test.each([['refund', 'extension'] as const, ['extension', 'refund'] as const])(
  'R14: of %s and %s chosen at once exactly one takes effect, and the other is refused and never granted',
  async (...choices) => {
    const asks = await offered();
    const { ask, desk, run } = asks;
    // The ticket is not closed before both are answered.
    const shop = silentShop(desk);
    const racing = choices.map((choice) => ask('answerOffer', { choice }));
    const ends = await Promise.allSettled(racing);
    const won = ends.findIndex(({ status }) => status === 'fulfilled');
    expect(await refusalOf(racing[1 - won] ?? Promise.resolve())).toMatchObject({ facts: { phase: 'settling' } });
    expect(desk.taken('answerOffer')).toBe(1);
    shop.open();
    const extended = choices[won] === 'extension';
    if (!extended) await ask('approvePayout', null);
    const end = await (extended ? run.result() : settle(asks));
    expect(end).toEqual({ outcome: extended ? 'extended' : 'refunded' });
    expect([desk.times('applyRemedy'), desk.times('sendPayout')]).toEqual(extended ? [1, 0] : [0, 1]);
  },
);

test('a replacement that the shop made closes the ticket as remediated', async () => {
  const { ask, run, desk } = await deciding();
  await ask('decideTicket', { decision: 'replace' });
  expect(await run.result()).toEqual({ outcome: 'remediated' });
  expect(desk.times('applyRemedy')).toBe(1);
});

test('a remedy that the shop refuses for good brings the ticket back to its decision, where another may be taken', async () => {
  const asks = await offered();
  const { ask, desk } = asks;
  desk.answerShopWith({ status: 'refused', reason: 'plan_cancelled' });
  await ask('answerOffer', { choice: 'extension' });
  await untilCalled(desk, 'applyRemedy');
  await ask('recordFact', null);
  expect(desk.snapshot()).toMatchObject({ phase: 'deciding', remedies: [{ kind: 'extension', state: 'failed' }] });
  await ask('decideTicket', { decision: 'refund' });
  await ask('approvePayout', null);
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
  expect(desk.times('applyRemedy')).toBe(1);
});

test('RP-4.4: a full refund ends the plan before its money goes, and not before finance released it', async () => {
  const asks = await deciding();
  const { ask, desk } = asks;
  await ask('decideTicket', { decision: 'refund', full: true });
  await bench.pass(dayMs);
  expect(desk.times('applyRemedy')).toBe(0);
  await ask('approvePayout', null);
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
  const names = namesOf(asks);
  expect([desk.times('applyRemedy'), desk.times('sendPayout')]).toEqual([1, 1]);
  expect(names.indexOf('applyRemedy')).toBeLessThan(names.indexOf('sendPayout'));
});

test('a full refund that finance declines leaves the plan as it is', async () => {
  const asks = await deciding();
  const { ask, desk } = asks;
  await ask('decideTicket', { decision: 'refund', full: true });
  await ask('declinePayout', null);
  expect(desk.snapshot().phase).toBe('deciding');
  await withdraw(asks);
  expect(desk.times('applyRemedy')).toBe(0);
});

test('money goes also where the shop cannot end the plan any more', async () => {
  const asks = await deciding();
  const { ask, desk } = asks;
  desk.answerShopWith({ status: 'refused', reason: 'plan_ended' });
  await ask('decideTicket', { decision: 'refund', full: true });
  await ask('approvePayout', null);
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
});

test('RP-3.8: a hold keeps a released payout back for as long as it is open, and its release lets it go', async () => {
  const asks = await deciding();
  const { ask, note, desk } = asks;
  await ask('decideTicket', { decision: 'refund' });
  await note('noteDispute', { state: 'open' });
  await ask('approvePayout', null);
  await bench.pass(10 * dayMs);
  expect(desk.times('sendPayout')).toBe(0);
  await note('noteDispute', { state: 'closed' });
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
});

test('RP-5.3: of two holds the last one to end lets the payout go', async () => {
  const asks = await deciding();
  const { ask, desk } = asks;
  await ask('decideTicket', { decision: 'refund' });
  await ask('placeHold', { kind: 'provider', stops: [] });
  await ask('placeHold', { kind: 'kyc', stops: [] });
  await ask('approvePayout', null);
  await ask('releaseHold', { kind: 'provider' });
  await bench.pass(dayMs);
  expect(desk.times('sendPayout')).toBe(0);
  await ask('recordKyc', { result: 'passed' });
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
});

test('RP-3.8: no extension is chosen while a dispute is open, and none that was chosen before is applied', async () => {
  const { ask, note, run, desk } = await offered();
  await note('noteDispute', { state: 'inquiry' });
  expect(await refusalOf(ask('answerOffer', { choice: 'extension' }))).toEqual({ refused: 'payouts-held' });
  await note('noteDispute', { state: 'won' });
  await ask('placeHold', { kind: 'provider', stops: [] });
  await ask('answerOffer', { choice: 'extension' });
  await note('noteDispute', { state: 'open' });
  await ask('releaseHold', { kind: 'provider' });
  await bench.pass(3 * dayMs);
  expect(desk.times('applyRemedy')).toBe(0);
  await note('noteDispute', { state: 'won' });
  expect(await run.result()).toEqual({ outcome: 'extended' });
});

test('D3: an inquiry keeps a released part back until it ends, and lets all of the money go', async () => {
  const part = await deciding();
  await part.ask('decideTicket', { decision: 'refund' });
  await part.note('noteDispute', { state: 'inquiry' });
  await part.ask('approvePayout', null);
  await bench.pass(10 * dayMs);
  expect([part.desk.times('sendPayout'), part.desk.snapshot().held]).toEqual([0, true]);
  await part.note('noteDispute', { state: 'closed' });
  expect(await settle(part)).toEqual({ outcome: 'refunded' });
  const whole = await deciding();
  await whole.ask('decideTicket', { decision: 'refund', full: true });
  await whole.note('noteDispute', { state: 'inquiry' });
  await whole.ask('approvePayout', null);
  expect(await settle(whole)).toEqual({ outcome: 'refunded' });
});

test('D3: what an inquiry held alone is held no more once finance has declined it, and all of the money may be decided', async () => {
  const asks = await deciding();
  const { ask, note, desk } = asks;
  await ask('decideTicket', { decision: 'refund' });
  await note('noteDispute', { state: 'inquiry' });
  await ask('declinePayout', null);
  expect(desk.snapshot()).toMatchObject({ phase: 'deciding' });
  expect(desk.snapshot().held).toBeUndefined();
  await ask('decideTicket', { decision: 'refund', full: true });
  await ask('approvePayout', null);
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
});

test('RP-3.9: a decision by exception waits for a second person, who may not be the first', async () => {
  const { ask, run, desk } = await deciding();
  const first = someone();
  await ask('decideTicket', { decision: 'refuse', exception: true }, first);
  expect(desk.snapshot().phase).toBe('deciding');
  expect(await refusalOf(ask('decideTicket', { decision: 'refuse' }))).toEqual({ refused: 'decision-awaits' });
  expect(await refusalOf(ask('confirmDecision', null, first))).toEqual({ refused: 'not-second-person' });
  await ask('confirmDecision', null);
  expect(await run.result()).toEqual({ outcome: 'refused' });
});

test('RP-4.4: the one who decided is turned away as approver at the door, without a trace', async () => {
  const asks = await deciding();
  const { ask, desk } = asks;
  const agent = someone();
  await ask('decideTicket', { decision: 'refund' }, agent);
  expect(await refusalOf(ask('approvePayout', null, agent))).toEqual({ refused: 'approver-decided' });
  expect(desk.times('approvePayout')).toBe(0);
  await withdraw(asks);
});

test('RP-4.6, R10: what the desk may decide by itself it decides at once, but only after the captures are read', async () => {
  const desk = scriptDesk({ phase: 'deciding', systemDecides: true });
  const provider = latch();
  desk.around('readCaptures', async (answer) => {
    await provider.opened;
    return answer();
  });
  const asks = asksOf(await bench.start(desk), desk);
  await untilCalled(desk, 'readCaptures');
  expect([desk.snapshot().due?.kind, desk.times('recordDue')]).toEqual(['system_decision', 0]);
  provider.open();
  await untilCalled(desk, 'recordDue');
  expect(desk.snapshot()).toMatchObject({ phase: 'settling', decidedBy: null });
  await asks.ask('approvePayout', null);
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
  expect(desk.taken('recordDue')).toBe(1);
});

test('RP-4.6: a refund of the desk’s own is called off for a person as long as nothing has left, and decided by one', async () => {
  const desk = scriptDesk({ phase: 'deciding', systemDecides: true });
  const { ask, run } = asksOf(await bench.start(desk), desk);
  await untilCalled(desk, 'recordDue');
  await ask('appealTicket', null);
  expect(desk.snapshot()).toMatchObject({ phase: 'reviewing', payouts: [{ state: 'cancelled' }] });
  expect(await refusalOf(ask('approvePayout', null))).toMatchObject({ refused: 'ticket-phase' });
  await ask('recordReview', { finding: 'other' });
  await ask('decideTicket', { decision: 'refuse' });
  expect(await run.result()).toEqual({ outcome: 'refused' });
  expect([desk.taken('recordDue'), desk.times('sendPayout')]).toEqual([1, 0]);
});

test('RP-4.6: once its money has left, and where a person decided, a settling refund is not called off', async () => {
  const desk = scriptDesk({ phase: 'deciding', systemDecides: true });
  const asks = asksOf(await bench.start(desk), desk);
  await untilCalled(desk, 'recordDue');
  await asks.ask('approvePayout', null);
  await untilCalled(desk, 'sendPayout');
  expect(await refusalOf(asks.ask('appealTicket', null))).toEqual({ refused: 'payout-sent' });
  expect(await settle(asks)).toEqual({ outcome: 'refunded' });
  const persons = scriptDesk({ phase: 'deciding' });
  const others = asksOf(await bench.start(persons), persons);
  await others.ask('decideTicket', { decision: 'refund' });
  expect(await refusalOf(others.ask('appealTicket', null))).toEqual({
    refused: 'ticket-phase',
    facts: { phase: 'settling' },
  });
  await withdraw(others);
});

test('RP-4.6: what the desk leaves to a person after all is not tried over and over', async () => {
  const desk = scriptDesk({ phase: 'deciding', systemDecides: true });
  // What the provider says of the capture is no answer, so the desk may not grant.
  desk.around('readCaptures', () => desk.snapshot());
  const asks = asksOf(await bench.start(desk), desk);
  await untilCalled(desk, 'recordDue');
  await bench.pass(10 * dayMs);
  expect([desk.times('recordDue'), desk.snapshot().phase]).toEqual([1, 'deciding']);
  await withdraw(asks);
});
