/** RP-4.4: a payout whose way is dead goes another one, to details verified anew, under the next number and a new approval. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { readBalances } from '../../db/ledger.ts';
import { recordDecline, recordReport } from '../../db/payout-reports.ts';
import { beginSending } from '../../db/payout-sending.ts';
import { type PayoutRow, readPayout, readTicketPayouts } from '../../db/payouts.ts';
import { findPlanToEnd } from '../../db/plan-ends.ts';
import { readSnapshot } from '../../db/tickets.ts';
import { isRefusal, refuse } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import {
  aDecidedClaim,
  aKeptInput,
  aPerson,
  approve,
  type BuiltClaim,
  decideRefund,
  granted,
  noon,
} from './builders.ts';
import { aPayee, reroute } from './rerouting.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
let finance: SubjectId;
let other: SubjectId;

beforeAll(async () => {
  finance = await aPerson(suite.db, 'finance');
  other = await aPerson(suite.db, 'finance');
});

const firstOf = (claim: BuiltClaim): PayoutRow => {
  const [payout] = claim.payouts;
  if (!payout) throw new Error('the claim has no payout');
  return payout;
};

const rerouted = (claim: BuiltClaim, by = finance, payout = firstOf(claim)) =>
  reroute(suite.db, { ticketId: claim.ticketId, payoutId: payout.id, by });

const report = (claim: BuiltClaim, payout: PayoutRow, status: 'settled' | 'failed') =>
  recordReport(
    suite.db,
    {
      ticketId: claim.ticketId,
      payoutId: payout.id,
      inputId: null,
      report:
        status === 'settled'
          ? { status, providerRef: `re_${payout.id}` }
          : { status, providerRef: `re_${payout.id}`, reason: 'closed_account' },
    },
    noon,
  );

async function sent(claim: BuiltClaim, payout: PayoutRow): Promise<void> {
  granted(await approve(suite.db, claim.ticketId, payout.id, other));
  const fresh = await readPayout(suite.db, payout.id);
  expect(fresh && (await beginSending(suite.db, fresh, { dryRun: false }, noon))).toBe('send');
}

async function failed(): Promise<BuiltClaim> {
  const claim = await aDecidedClaim(suite.db, 1999n);
  await sent(claim, firstOf(claim));
  await report(claim, firstOf(claim), 'failed');
  return claim;
}

const newest = async (claim: BuiltClaim): Promise<PayoutRow> => {
  const last = (await readTicketPayouts(suite.db, claim.ticketId)).at(-1);
  if (!last) throw new Error('there is no payout');
  return last;
};

const booksOf = async (claim: BuiltClaim) =>
  Object.fromEntries(
    (await readBalances(suite.db, claim.order.id)).flatMap(({ account, minor }) =>
      minor === 0n ? [] : [[account, minor]],
    ),
  );

describe('S8, R16: money that came back', () => {
  test('goes by a new row with the next number for the same money, and the former keeps its key for ever', async () => {
    const claim = await failed();
    granted(await rerouted(claim));
    const [former, next] = await readTicketPayouts(suite.db, claim.ticketId);
    expect(former).toMatchObject({ state: 'failed', key: firstOf(claim).key });
    expect(next).toMatchObject({
      payout_no: 2,
      key: `payout/${claim.order.id}/2`,
      state: 'granted',
      rail: 'manual',
      method: 'card',
      amount_minor: 1999n,
      grant_id: former?.grant_id,
      tender_id: former?.tender_id,
      replaces: former?.id,
      rerouted_by: finance,
      approval: null,
    });
    expect(await booksOf(claim)).toMatchObject({ refunds: 1999n, refunds_payable: -1999n });
  });

  test('is approved by a second person alone: neither who decided nor who changed the details', async () => {
    const claim = await failed();
    granted(await rerouted(claim));
    const next = await newest(claim);
    const by = (who: SubjectId) => approve(suite.db, claim.ticketId, next.id, who);
    expect(await by(claim.deciderId)).toEqual(refuse('approver-decided'));
    expect(await by(finance)).toEqual(refuse('approver-rerouted'));
    const past = suite.db('payouts').where({ id: next.id });
    await expect(
      past.update({ state: 'approved', approval: 'finance', approved_by: finance, approved_at: noon }),
    ).rejects.toThrow('payouts_rerouter_apart');
    granted(await by(other));
  });

  test('counts once for its ticket, which closes as soon as the new way has the last word', async () => {
    const claim = await failed();
    granted(await rerouted(claim));
    const next = await newest(claim);
    expect((await readSnapshot(suite.db, claim.ticketId)).payouts).toEqual([{ id: next.id, state: 'granted' }]);
    await sent(claim, next);
    granted(await report(claim, next, 'settled'));
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'closed', outcome: 'refunded' });
    expect(await booksOf(claim)).toEqual({
      'provider:card': 1999n,
      'provider:manual': -1999n,
      refunds: 1999n,
      sales: -1999n,
    });
  });

  test('a payout that was replaced is neither replaced again nor declined, and late news of it moves nothing', async () => {
    const claim = await failed();
    granted(await rerouted(claim));
    expect(await rerouted(claim, other)).toEqual(refuse('payout-replaced'));
    const inputId = await aKeptInput(suite.db, {
      operation: 'declinePayout',
      ticketId: claim.ticketId,
      payoutId: firstOf(claim).id,
    });
    const message = { ticketId: claim.ticketId, inputId, by: { id: other, role: 'finance' as const } };
    expect(await recordDecline(suite.db, message, noon)).toEqual(refuse('payout-replaced'));
    granted(await report(claim, firstOf(claim), 'settled'));
    expect(await readPayout(suite.db, firstOf(claim).id)).toMatchObject({ state: 'failed' });
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'settling' });
  });

  test('a new way that fails too is replaced in turn', async () => {
    const claim = await failed();
    granted(await rerouted(claim));
    const second = await newest(claim);
    await sent(claim, second);
    await report(claim, second, 'failed');
    granted(await rerouted(claim, finance, second));
    expect((await readTicketPayouts(suite.db, claim.ticketId)).map(({ state }) => state)).toEqual([
      'failed',
      'failed',
      'granted',
    ]);
  });
});

describe('a change of details before anything left', () => {
  test('voids the approval: what was approved is cancelled in the same step, and the plan that is to end still is', async () => {
    const claim = await aDecidedClaim(suite.db, 1999n);
    granted(await approve(suite.db, claim.ticketId, firstOf(claim).id, other));
    granted(await rerouted(claim));
    const [former, next] = await readTicketPayouts(suite.db, claim.ticketId);
    expect(former).toMatchObject({ state: 'cancelled', reason: 'rerouted' });
    expect(next).toMatchObject({ state: 'granted', approved_by: null });
    expect(await readSnapshot(suite.db, claim.ticketId)).toMatchObject({ phase: 'settling' });
    expect(await findPlanToEnd(suite.db, next?.id ?? firstOf(claim).id)).toBeNull();
    const sending = former && beginSending(suite.db, former, { dryRun: false }, noon);
    expect(await sending).toBe('done');
  });

  test('R1, W5: approved and rerouted at once, and each twice, one payout at the most may go', async () => {
    for (let times = 0; times < 6; times += 1) {
      const claim = await aDecidedClaim(suite.db, 1999n);
      const id = firstOf(claim).id;
      const approved = () => approve(suite.db, claim.ticketId, id, other);
      const answers = await Promise.all([approved(), rerouted(claim), approved(), rerouted(claim)]);
      const payouts = await readTicketPayouts(suite.db, claim.ticketId);
      expect(answers.filter((answer) => !isRefusal(answer)).length).toBeLessThanOrEqual(2);
      expect(payouts.map(({ state }) => state)).toEqual(['cancelled', 'granted']);
    }
  });

  test('R1: sent and rerouted at once, just one of them happens', async () => {
    for (let times = 0; times < 6; times += 1) {
      const claim = await aDecidedClaim(suite.db, 1999n);
      granted(await approve(suite.db, claim.ticketId, firstOf(claim).id, other));
      const fresh = await readPayout(suite.db, firstOf(claim).id);
      if (!fresh) throw new Error('there is no payout');
      const [answer] = await Promise.all([rerouted(claim), beginSending(suite.db, fresh, { dryRun: false }, noon)]);
      const states = (await readTicketPayouts(suite.db, claim.ticketId)).map(({ state }) => state);
      expect(states).toEqual(isRefusal(answer) ? ['sending'] : ['cancelled', 'granted']);
    }
  });
});

describe('what is not rerouted', () => {
  test.each(['sending', 'unknown', 'sent'] as const)(
    'R16: one that is %s: its call may have been made',
    async (state) => {
      const claim = await aDecidedClaim(suite.db, 1999n);
      await sent(claim, firstOf(claim));
      const told = { ticketId: claim.ticketId, payoutId: firstOf(claim).id, inputId: null };
      if (state === 'unknown')
        await recordReport(suite.db, { ...told, report: { status: state, reason: 'timeout' } }, noon);
      if (state === 'sent')
        await recordReport(suite.db, { ...told, report: { status: state, providerRef: `re_${claim.ticketId}` } }, noon);
      expect(await rerouted(claim)).toEqual(refuse('payout-sent', { state }));
      expect(await readTicketPayouts(suite.db, claim.ticketId)).toHaveLength(1);
    },
  );

  test('by a rail that the desk has not, or that pays nobody but the payer', async () => {
    const claim = await failed();
    const asked = { ticketId: claim.ticketId, payoutId: firstOf(claim).id, by: finance };
    expect(await reroute(suite.db, { ...asked, rail: 'bank' })).toEqual(refuse('rail-unavailable', { rail: 'bank' }));
  });

  test('R16: one of a grant that was decided anew since, however that went', async () => {
    const claim = await failed();
    const inputId = await aKeptInput(suite.db, {
      operation: 'declinePayout',
      ticketId: claim.ticketId,
      payoutId: firstOf(claim).id,
    });
    const message = { ticketId: claim.ticketId, inputId, by: { id: other, role: 'finance' as const } };
    granted(await recordDecline(suite.db, message, noon));
    granted(await decideRefund(suite.db, claim.ticketId, claim.deciderId, 1999n));
    const second = await newest(claim);
    await sent(claim, second);
    await report(claim, second, 'failed');
    expect(await rerouted(claim)).toEqual(refuse('payout-phase', { state: 'failed' }));
    granted(await rerouted(claim, finance, second));
  });

  test('R2: for more than is left of the tender since', async () => {
    const claim = await failed();
    await suite.db('order_tenders').where({ order_id: claim.order.id }).update({ elsewhere_minor: 1 });
    expect(await rerouted(claim)).toEqual(refuse('amount-over-refundable'));
    expect(await readTicketPayouts(suite.db, claim.ticketId)).toHaveLength(1);
  });
});

describe('the details', () => {
  test('S8: stand in their own rows, which nobody changes, and in no event and no notice', async () => {
    const claim = await failed();
    granted(await rerouted(claim));
    const payees: { holder: string; account: string }[] = await suite.db('payees').where({ ticket_id: claim.ticketId });
    expect(payees).toMatchObject([aPayee]);
    await expect(
      suite.db('payees').where({ ticket_id: claim.ticketId }).update({ account: 'another' }),
    ).rejects.toThrow('never changed');
    const next = await newest(claim);
    await expect(suite.db('payouts').where({ id: next.id }).update({ payee_id: null })).rejects.toThrow('who is paid');
    for (const table of ['ticket_events', 'notices', 'inputs']) {
      const rows: unknown[] = await suite.db(table).where({ ticket_id: claim.ticketId });
      expect(JSON.stringify(rows)).not.toMatch(/Carol|DE89/);
    }
  });

  test('a hand at the database cannot have a payout replaced that has not ended, or by other money', async () => {
    const claim = await aDecidedClaim(suite.db, 1999n);
    const rows: Record<string, unknown>[] = await suite.db('payouts').where({ id: firstOf(claim).id });
    const inputId = await aKeptInput(suite.db, { ticketId: claim.ticketId });
    const payee: { id: string }[] = await suite
      .db('payees')
      .insert({
        ...aPayee,
        ticket_id: claim.ticketId,
        input_id: inputId,
        verified_how: 'callback',
        verified_by: finance,
        name_check: 'match',
        screened_as: 'none',
        at: noon,
      })
      .returning('id');
    const { id: replaces, ...rest } = rows[0] ?? {};
    const copy = {
      ...rest,
      payout_no: 2,
      key: `payout/${claim.order.id}/2`,
      replaces,
      rerouted_by: finance,
      payee_id: payee[0]?.id,
    };
    await expect(suite.db('payouts').insert(copy)).rejects.toThrow('is replaced');
    await suite.db('payouts').where({ id: replaces }).update({ state: 'cancelled', reason: 'by hand', ended_at: noon });
    await expect(suite.db('payouts').insert({ ...copy, amount_minor: 1 })).rejects.toThrow('is replaced');
  });
});
