/** A payout's row can only say what may be true: its key, its states with their own fields, and who released it. */

import { describe, expect, test } from '@jest/globals';
import { noon } from './builders.ts';
import { aGrant, aGround, aPayoutRow, payoutColumns } from './payout-rows.ts';
import { refusalOf } from './refusals.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

/** A granted payout of 100 of 1000. */
async function aPayout() {
  const ground = await aGround(suite.db, 1000n);
  const grantId = await aGrant(suite.db, ground, 100n);
  const id = await aPayoutRow(suite.db, ground, grantId, 1, 100n);
  return { ground, grantId, id, row: () => suite.db('payouts').where({ id }) };
}

describe('the provider’s key', () => {
  test('is made of order and payout number, or the row is refused', async () => {
    const { ground } = await aPayout();
    const grantId = await aGrant(suite.db, ground, 100n);
    const columns = payoutColumns(ground, grantId, 2, 100n, { key: `payout/${ground.order.id}/3` });
    expect(await refusalOf(suite.db('payouts').insert(columns))).toBe('payouts_key_derived');
  });

  test('exists once: a number is never given twice', async () => {
    const { ground } = await aPayout();
    const again = payoutColumns(ground, await aGrant(suite.db, ground, 100n), 1, 100n);
    expect(await refusalOf(suite.db('payouts').insert(again))).toBe('payouts_key_key');
  });

  test.each([
    ['its key', { key: 'payout/x/1' }],
    ['its number', { payout_no: 9 }],
    ['its amount', { amount_minor: 99 }],
    ['its method', { method: 'bank' }],
    ['its rail', { rail: 'manual' }],
    ['the grant', { grant_id: null }],
  ])('R6: %s can no longer be changed', async (_what, change) => {
    const { row, ground } = await aPayout();
    const real = 'grant_id' in change ? { grant_id: await aGrant(suite.db, ground, 100n) } : change;
    expect(await refusalOf(row().update(real))).toMatch(
      /keeps its key, amount and origin|keeps its rail|payouts_key_derived/,
    );
  });

  test('R6: number and key changed together are refused all the same', async () => {
    const { row, ground } = await aPayout();
    const change = { payout_no: 9, key: `payout/${ground.order.id}/9` };
    expect(await refusalOf(row().update(change))).toBe('a payout keeps its key, amount and origin');
  });

  test('R16: a payout’s row can neither be deleted nor swept away with the table', async () => {
    const { row, id } = await aPayout();
    expect(await refusalOf(row().delete())).toBe('payouts rows are never removed');
    await row().update({ state: 'cancelled', reason: 'declined', ended_at: noon });
    expect(await refusalOf(row().delete())).toBe('payouts rows are never removed');
    expect(await refusalOf(suite.db.raw('truncate payouts cascade'))).toMatch(/rows are never changed or removed/);
    expect(await suite.db('payouts').where({ id }).first('state')).toEqual({ state: 'cancelled' });
  });
});

describe('the next number for the same grant and tender', () => {
  test.each([
    ['granted', {}],
    ['approved', { approved: true }],
    ['sending', { approved: true, sending_at: noon }],
    ['unknown', { approved: true, sending_at: noon, reason: 'timeout' }],
    ['sent', { approved: true, sending_at: noon, provider_ref: 're_a' }],
    ['settled', { approved: true, sending_at: noon, provider_ref: 're_b', settled_at: noon }],
  ] as const)('R3: is refused while the former is %s', async (state, more) => {
    const { ground, grantId, row } = await aPayout();
    const { approved, ...columns } = { approved: false, ...more };
    const release = approved ? { approval: 'finance', approved_by: ground.approverId, approved_at: noon } : {};
    await row().update({ state, ...columns, ...release });
    const next = payoutColumns(ground, grantId, 2, 100n);
    expect(await refusalOf(suite.db('payouts').insert(next))).toBe('payouts_one_open_per_grant_and_tender');
  });

  test.each(['failed', 'returned', 'cancelled'])('may follow once the former is %s', async (state) => {
    const { ground, grantId, row, id } = await aPayout();
    await row().update({
      state,
      approval: 'finance',
      approved_by: ground.approverId,
      approved_at: noon,
      sending_at: noon,
      settled_at: state === 'returned' ? noon : null,
      provider_ref: `re_${id}`,
      reason: 'a reason',
      ended_at: noon,
    });
    await aPayoutRow(suite.db, ground, grantId, 2, 100n);
    const kept: unknown[] = await suite.db('payouts').where({ grant_id: grantId }).orderBy('payout_no').select('state');
    expect(kept).toEqual([{ state }, { state: 'granted' }]);
  });

  test('two at once after a failure: one is taken', async () => {
    const { ground, grantId, row } = await aPayout();
    await row().update({ state: 'cancelled', reason: 'declined', ended_at: noon });
    const ends = await Promise.allSettled([
      aPayoutRow(suite.db, ground, grantId, 2, 100n),
      aPayoutRow(suite.db, ground, grantId, 3, 100n),
    ]);
    expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a state and its own fields go together', () => {
  const release = { approved_at: noon };
  test.each([
    ['approved without who approved', 'payouts_approved_first', { state: 'approved' }],
    ['sending without its time', 'payouts_sending_marked', { state: 'sending', ...release }],
    [
      'sent without the provider’s reference',
      'payouts_provider_named',
      { state: 'sent', ...release, sending_at: noon },
    ],
    [
      'settled without its time',
      'payouts_settled_marked',
      { state: 'settled', ...release, sending_at: noon, provider_ref: 're_x' },
    ],
    ['unknown without a reason', 'payouts_reason_told', { state: 'unknown', ...release, sending_at: noon }],
    ['cancelled without a reason', 'payouts_reason_told', { state: 'cancelled', ended_at: noon }],
    ['cancelled without its end', 'payouts_ended_whole', { state: 'cancelled', reason: 'declined' }],
    ['granted with an end', 'payouts_ended_whole', { ended_at: noon }],
    ['a state that there is not', 'payouts_state_check', { state: 'done', ...release }],
  ])('%s is refused', async (_what, constraint, change) => {
    const { row, ground } = await aPayout();
    const approver = 'approved_at' in change ? { approval: 'finance', approved_by: ground.approverId } : {};
    expect(await refusalOf(row().update({ ...change, ...approver }))).toBe(constraint);
  });

  test('approved by somebody at no time is refused', async () => {
    const { row, ground } = await aPayout();
    expect(await refusalOf(row().update({ approved_by: ground.approverId }))).toBe('payouts_approval_whole');
  });

  test('the one who decided may not be the one who approved', async () => {
    const { row, ground } = await aPayout();
    const change = { state: 'approved', approval: 'finance', approved_by: ground.deciderId, approved_at: noon };
    expect(await refusalOf(row().update(change))).toBe('payouts_decider_apart');
    expect(await refusalOf(row().update({ decided_by: ground.approverId }))).toBe(
      'a payout keeps its key, amount and origin',
    );
  });

  test('two payouts never carry the same refund of the provider', async () => {
    const first = await aPayout();
    const second = await aPayout();
    const sent = { state: 'sent', approval: 'finance', approved_at: noon, sending_at: noon, provider_ref: 're_shared' };
    await first.row().update({ ...sent, approved_by: first.ground.approverId });
    expect(await refusalOf(second.row().update({ ...sent, approved_by: second.ground.approverId }))).toBe(
      'payouts_by_provider_ref',
    );
  });
});

describe('decisions and stops', () => {
  test.each([
    ['a refund without an amount', { decision: 'refund' }],
    ['a refusal with an amount', { decision: 'refuse', amount_minor: 1, currency: 'USD' }],
    ['an amount without a currency', { decision: 'refund', amount_minor: 1 }],
  ])('%s is refused', async (_what, change) => {
    const { grantId } = await aPayout();
    const grant: { decision_id: string } | undefined = await suite
      .db('grants')
      .where({ id: grantId })
      .first('decision_id');
    const decision = suite.db('decisions').where({ id: grant?.decision_id });
    expect(await refusalOf(decision.update({ amount_minor: null, currency: null, ...change }))).toBe(
      'decisions_amount_whole',
    );
  });

  test('payouts are stopped once at a time, and a release names who and when together', async () => {
    const { ground } = await aPayout();
    const stop = { ground: 'a ground', stopped_by: ground.approverId, stopped_at: noon };
    await suite.db('payout_stops').insert(stop);
    expect(await refusalOf(suite.db('payout_stops').insert(stop))).toBe('payout_stops_one_at_a_time');
    expect(await refusalOf(suite.db('payout_stops').update({ resumed_at: noon }))).toBe('payout_stops_resumed_whole');
    await suite.db('payout_stops').update({ resumed_at: noon, resumed_by: ground.approverId });
    await suite.db('payout_stops').insert(stop);
  });
});

test('R13: a ticket has one open payout a tender, whatever grant it is of', async () => {
  const own = await aGround(suite.db, 1000n);
  const [first, second] = [await aGrant(suite.db, own, 100n), await aGrant(suite.db, own, 100n)];
  await suite.db('payouts').insert(payoutColumns(own, first, 1, 100n));
  expect(await refusalOf(suite.db('payouts').insert(payoutColumns(own, second, 2, 100n)))).toBe(
    'payouts_one_open_per_ticket_and_tender',
  );
});
