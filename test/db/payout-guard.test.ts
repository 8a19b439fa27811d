/** Never more goes out than came in: the guard of each tender, tried past the stores and by many at once. */

import { describe, expect, test } from '@jest/globals';
import { violatedConstraint } from '../../db/database.ts';
import { mayStillGo } from '../../db/payout-sending.ts';
import type { PayoutId } from '../../domain/ids.ts';
import { freeingStates, type PayoutState, payoutStates } from '../../domain/payout.ts';
import { anOrder, aTender, noon } from './builders.ts';
import { aGrant, aGround, aPayoutRow, committedOf, type Ground, payoutColumns } from './payout-rows.ts';
import { refusalOf } from './refusals.ts';
import { openSuite } from './suite.ts';

const racers = 60;
const suite = openSuite(50);

/** Columns that each state asks for beside it. */
const dressed = (ground: Ground, state: PayoutState): Record<string, unknown> => {
  const approved = { approval: 'finance', approved_by: ground.approverId, approved_at: noon };
  const sending = { ...approved, sending_at: noon };
  const ended = { ended_at: noon, reason: 'a reason' };
  const columns: Record<PayoutState, Record<string, unknown>> = {
    granted: {},
    approved,
    sending,
    unknown: { ...sending, reason: 'timeout' },
    sent: { ...sending, provider_ref: `re_${ground.order.id}` },
    settled: { ...sending, provider_ref: `re_${ground.order.id}`, settled_at: noon },
    failed: { ...sending, ...ended },
    returned: { ...sending, ...ended, provider_ref: `re_${ground.order.id}`, settled_at: noon },
    cancelled: ended,
    rehearsed: { ...approved, ended_at: noon },
  };
  return { state, ...columns[state] };
};

describe('R2: racing on one tender', () => {
  test(`${racers} payouts of 60 of 1000 at once: sixteen are taken, the sum never exceeds what was captured`, async () => {
    const ground = await aGround(suite.db, 1000n);
    const grants = await Promise.all(Array.from({ length: racers }, () => aGrant(suite.db, ground, 60n)));
    const taken = await Promise.allSettled(
      grants.map((grantId, index) => aPayoutRow(suite.db, ground, grantId, index + 1, 60n)),
    );
    const refused = taken.flatMap((end) => (end.status === 'rejected' ? [violatedConstraint(end.reason)] : []));
    expect(taken.filter((end) => end.status === 'fulfilled')).toHaveLength(16);
    expect(new Set(refused)).toEqual(new Set(['order_tenders_never_over']));
    expect(await committedOf(suite.db, ground.order.tenders[0]?.id)).toBe(960n);
    const sum = await suite.db('payouts').where({ order_id: ground.order.id }).sum('amount_minor as minor').first();
    expect(String(sum?.['minor'])).toBe('960');
  });

  test('what one frees while others race is taken at most once', async () => {
    const ground = await aGround(suite.db, 100n);
    const first = await aPayoutRow(suite.db, ground, await aGrant(suite.db, ground, 100n), 1, 100n);
    const grants = await Promise.all(Array.from({ length: 20 }, () => aGrant(suite.db, ground, 100n)));
    const taken = await Promise.allSettled([
      suite.db('payouts').where({ id: first }).update(dressed(ground, 'cancelled')),
      ...grants.map((grantId, index) => aPayoutRow(suite.db, ground, grantId, index + 2, 100n)),
    ]);
    expect(taken.slice(1).filter((end) => end.status === 'fulfilled').length).toBeLessThanOrEqual(1);
    expect(await committedOf(suite.db, ground.order.tenders[0]?.id)).toBe(
      taken.slice(1).some((end) => end.status === 'fulfilled') ? 100n : 0n,
    );
  });
});

describe('R9, R10: what an amount may be', () => {
  test.each([0n, -1n])('a payout of %s is refused', async (minor) => {
    const ground = await aGround(suite.db, 1000n);
    const grantId = await aGrant(suite.db, ground, 100n);
    expect(await refusalOf(aPayoutRow(suite.db, ground, grantId, 1, minor))).toBe('payouts_amount_minor_check');
  });

  test('one minor unit more than was captured is refused, all that was captured is not', async () => {
    const ground = await aGround(suite.db, 1000n);
    const grantId = await aGrant(suite.db, ground, 1000n);
    expect(await refusalOf(aPayoutRow(suite.db, ground, grantId, 1, 1001n))).toBe('order_tenders_never_over');
    await aPayoutRow(suite.db, ground, grantId, 1, 1000n);
    expect(await committedOf(suite.db, ground.order.tenders[0]?.id)).toBe(1000n);
  });

  test('where the provider was not asked yet, nothing may go out, whatever the shop says was paid', async () => {
    const ground = await aGround(suite.db, 1000n);
    await suite
      .db('order_tenders')
      .where({ order_id: ground.order.id })
      .update({ captured_minor: null, read_at: null });
    const grantId = await aGrant(suite.db, ground, 1n);
    expect(await refusalOf(aPayoutRow(suite.db, ground, grantId, 1, 1n))).toBe('order_tenders_never_over');
  });

  test.each(['elsewhere_minor', 'disputed_minor'])('what is taken by %s is not there to go out', async (column) => {
    const ground = await aGround(suite.db, 1000n);
    await suite
      .db('order_tenders')
      .where({ order_id: ground.order.id })
      .update({ [column]: 400 });
    const grantId = await aGrant(suite.db, ground, 1000n);
    expect(await refusalOf(aPayoutRow(suite.db, ground, grantId, 1, 601n))).toBe('payouts_never_over');
    await aPayoutRow(suite.db, ground, grantId, 1, 600n);
  });

  test('the limit is each tender’s own: what another tender gave does not lend it anything', async () => {
    const ground = await aGround(suite.db, 100n, 1_000_000n);
    const grantId = await aGrant(suite.db, ground, 101n);
    expect(await refusalOf(aPayoutRow(suite.db, ground, grantId, 1, 101n))).toBe('order_tenders_never_over');
  });

  test('a tender of another order is refused', async () => {
    const ground = await aGround(suite.db, 1000n);
    const stranger = await anOrder(suite.db, [aTender(1000n)]);
    const grantId = await aGrant(suite.db, ground, 10n);
    const columns = payoutColumns(ground, grantId, 1, 10n, { tender_id: stranger.tenders[0]?.id });
    expect(await refusalOf(suite.db('payouts').insert(columns))).toBe('the tender is not of this order and currency');
  });

  test('a currency that is not the order’s is refused', async () => {
    const ground = await aGround(suite.db, 1000n);
    const grantId = await aGrant(suite.db, ground, 10n);
    const columns = payoutColumns(ground, grantId, 1, 10n, { currency: 'EUR' });
    expect(await refusalOf(suite.db('payouts').insert(columns))).toMatch(/order_id_currency_fkey|not of this order/);
  });
});

describe('R11: what counts against the limit', () => {
  const holding = payoutStates.filter((state) => !(freeingStates as readonly PayoutState[]).includes(state));

  test.each(holding)('%s holds the amount', async (state) => {
    const ground = await aGround(suite.db, 100n);
    const grantId = await aGrant(suite.db, ground, 100n);
    await suite.db('payouts').insert(payoutColumns(ground, grantId, 1, 100n, dressed(ground, state)));
    expect(await committedOf(suite.db, ground.order.tenders[0]?.id)).toBe(100n);
    const second = await aGrant(suite.db, ground, 1n);
    expect(await refusalOf(aPayoutRow(suite.db, ground, second, 2, 1n))).toBe('order_tenders_never_over');
  });

  test.each(freeingStates)('%s frees the amount exactly once, however often it is written', async (state) => {
    const ground = await aGround(suite.db, 100n);
    const id = await aPayoutRow(suite.db, ground, await aGrant(suite.db, ground, 70n), 1, 70n);
    await aPayoutRow(suite.db, ground, await aGrant(suite.db, ground, 30n), 2, 30n);
    for (let times = 0; times < 3; times += 1) {
      await suite.db('payouts').where({ id }).update(dressed(ground, state));
      expect(await committedOf(suite.db, ground.order.tenders[0]?.id)).toBe(30n);
    }
  });

  test.each(freeingStates)('what has ended as %s never takes its amount again', async (state) => {
    const ground = await aGround(suite.db, 100n);
    const id = await aPayoutRow(suite.db, ground, await aGrant(suite.db, ground, 70n), 1, 70n);
    await suite.db('payouts').where({ id }).update(dressed(ground, state));
    for (const other of payoutStates.filter((next) => next !== state)) {
      const change = { ended_at: null, ...dressed(ground, other) };
      expect(await refusalOf(suite.db('payouts').where({ id }).update(change))).toBe(
        'a payout that has freed its amount stays ended',
      );
    }
    expect(await committedOf(suite.db, ground.order.tenders[0]?.id)).toBe(0n);
  });
});

test('D2: an unknown payout may go again, but not in a dry run, while stopped, or where more went out elsewhere', async () => {
  const ground = await aGround(suite.db, 100n);
  const columns = payoutColumns(ground, await aGrant(suite.db, ground, 100n), 1, 100n, dressed(ground, 'unknown'));
  const rows: { id: PayoutId }[] = await suite.db('payouts').insert(columns).returning('id');
  const id = rows[0]?.id as PayoutId;
  const may = (dryRun = false) => mayStillGo(suite.db, id, { dryRun }, noon);
  expect([await may(), await may(true)]).toEqual(['go', 'rehearsing']);
  await suite.db('payout_stops').insert({ ground: 'a ground', stopped_by: ground.approverId, stopped_at: noon });
  expect(await may()).toBe('held');
  await suite.db('payout_stops').update({ resumed_by: ground.approverId, resumed_at: noon });
  expect(await may()).toBe('go');
  await suite.db('order_tenders').where({ id: ground.order.tenders[0]?.id }).update({ elsewhere_minor: 1 });
  expect(await may()).toBe('held');
});
