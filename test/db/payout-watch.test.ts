/** What the triggers keep beside a payout: since when it is in its state, and why finance must look at it. */

import { describe, expect, test } from '@jest/globals';
import { migrationSource } from '../../db/migration-source.ts';
import { recordDecline, recordReport } from '../../db/payout-reports.ts';
import { beginSending, noteLook, recordHold } from '../../db/payout-sending.ts';
import { readPayoutView } from '../../db/payout-views.ts';
import { readTicketPayouts } from '../../db/payouts.ts';
import type { PayoutId } from '../../domain/ids.ts';
import { payoutStates } from '../../domain/payout.ts';
import { attentionOf, lowBalanceReasons } from '../../domain/payout-waits.ts';
import type { OutcomeUnknown, RailReport } from '../../domain/rail.ts';
import { aDecidedClaim, aKeptInput, aPerson, approve, noon } from './builders.ts';
import { aGrant, aGround, payoutColumns } from './payout-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const migrated = openSuite();

const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);

const watched = async (id: string) => {
  const view = await readPayoutView(suite.db, id as PayoutId);
  return [view?.state, view?.since, view?.attention];
};

/** A payout that was called for five minutes after noon. */
async function aSendingPayout(db = suite.db) {
  const { ticketId, payouts } = await aDecidedClaim(db, 1999n);
  const [payout] = payouts;
  if (!payout) throw new Error('the claim has no payout');
  await approve(db, ticketId, payout.id, await aPerson(db, 'finance'));
  const [approved] = await readTicketPayouts(db, ticketId);
  if (approved) await beginSending(db, approved, { dryRun: false }, later(5));
  const report = (told: RailReport | OutcomeUnknown, at: Date) =>
    recordReport(db, { ticketId, payoutId: payout.id, inputId: null, report: told }, at);
  return { ticketId, payout, id: payout.id, report };
}

test('the schema and the domain agree on what needs a look, for every state and reason', async () => {
  const reasons = [
    null,
    'processing',
    'charge_pending',
    'requires_action',
    'stopped',
    'declined',
    ...lowBalanceReasons,
  ];
  for (const state of payoutStates) {
    for (const reason of reasons) {
      const { rows } = await suite.db.raw<{ rows: object[] }>('select payout_attention(?, ?) as attention', [
        state,
        reason,
      ]);
      expect({ state, reason, ...rows[0] }).toEqual({ state, reason, attention: attentionOf(state, reason) });
    }
  }
});

describe('a payout’s state', () => {
  test('has its own beginning, which a mere reason does not move', async () => {
    const { ticketId, payouts } = await aDecidedClaim(suite.db, 1999n);
    const id = payouts[0]?.id as PayoutId;
    expect(await watched(id)).toEqual(['granted', noon, null]);
    await approve(suite.db, ticketId, id, await aPerson(suite.db, 'finance'));
    await recordHold(suite.db, id, 'stopped', later(7));
    expect(await watched(id)).toEqual(['approved', noon, 'held']);
    const [held] = await readTicketPayouts(suite.db, ticketId);
    if (held) await beginSending(suite.db, held, { dryRun: false }, later(9));
    expect(await watched(id)).toEqual(['sending', later(9), null]);
  });

  test('S4: a provider that has it may tell another reason later; the state stands, and its timeline tells it', async () => {
    const { id, ticketId, report } = await aSendingPayout();
    await report({ status: 'sent', providerRef: `re_${id}`, reason: 'processing' }, later(6));
    expect(await watched(id)).toEqual(['sent', later(6), null]);
    await report({ status: 'sent', providerRef: `re_${id}`, reason: 'insufficient_funds' }, later(8));
    expect(await watched(id)).toEqual(['sent', later(6), 'insufficient_funds']);
    await report({ status: 'sent', providerRef: `re_${id}`, reason: 'insufficient_funds' }, later(9));
    const told = await suite.db('ticket_events').where({ ticket_id: ticketId, kind: 'payoutPending' }).select('data');
    expect(told).toEqual([{ data: expect.objectContaining({ payoutId: id, reason: 'insufficient_funds' }) }]);
    await report({ status: 'settled', providerRef: `re_${id}` }, later(20));
    expect(await watched(id)).toEqual(['settled', later(20), null]);
  });
});

test('S5: its customer hears that it is on its way once the balance suffices, not before, and once', async () => {
  const { id, ticketId, report } = await aSendingPayout();
  const told = async () =>
    (await suite.db('notices').where({ ticket_id: ticketId, template: 'payout-sent' }).select('id')).length;
  const pending = (reason: string, at: Date) => report({ status: 'sent', providerRef: `re_${id}`, reason }, at);
  await pending('insufficient_funds', later(6));
  expect(await told()).toBe(0);
  await pending('processing', later(8));
  await pending('charge_pending', later(9));
  expect(await told()).toBe(1);
});

test('R3: a look that could not be made says so, and ends what was told of a hold before', async () => {
  const { id } = await aSendingPayout();
  await recordHold(suite.db, id, 'stopped', later(6));
  await noteLook(suite.db, id, { attempts: 2, nextAt: later(9), reason: 'unreachable' }, later(8));
  await noteLook(suite.db, id, { attempts: 3, nextAt: later(12) }, later(11));
  const view = await readPayoutView(suite.db, id);
  expect(view).toMatchObject({ state: 'sending', reason: 'unreachable', attention: 'held', tries: 3 });
  await recordHold(suite.db, id, null, later(13));
  expect(await readPayoutView(suite.db, id)).toMatchObject({ reason: null, attention: null });
});

test('a database that has payouts already learns the same of them', async () => {
  const { db } = migrated;
  const failed = await aSendingPayout(db);
  await failed.report({ status: 'failed', providerRef: `re_${failed.id}`, reason: 'declined' }, later(6));
  const sent = await aSendingPayout(db);
  await sent.report({ status: 'sent', providerRef: `re_${sent.id}`, reason: 'insufficient_funds' }, later(7));
  const held = await aDecidedClaim(db, 1999n);
  await recordHold(db, held.payouts[0]?.id as PayoutId, 'inquiry', later(8));
  const closed = await aSendingPayout(db);
  await closed.report({ status: 'settled', providerRef: `re_${closed.id}` }, later(6));
  await closed.report({ status: 'failed', providerRef: `re_${closed.id}`, reason: 'closed_account' }, later(9));
  const told = () => db('payouts').orderBy('id').select('id', 'state', 'state_since', 'attention');
  const before = await told();
  const name = '20261130005000_watch_payouts';
  await db.migrate.down({ migrationSource, name });
  await db.migrate.up({ migrationSource, name });
  expect(await told()).toEqual(before);
  expect(before).toHaveLength(4);
});

describe('what failed or came back', () => {
  test('needs a look until finance declines it and its ticket is decided anew', async () => {
    const { id, ticketId, report } = await aSendingPayout();
    await report({ status: 'failed', providerRef: `re_${id}`, reason: 'declined' }, later(6));
    expect(await watched(id)).toEqual(['failed', later(6), 'failed']);
    const by = { id: await aPerson(suite.db, 'finance'), role: 'finance' as const };
    const inputId = await aKeptInput(suite.db, { operation: 'declinePayout', ticketId, payoutId: id });
    await recordDecline(suite.db, { ticketId, inputId, by }, later(8));
    expect(await watched(id)).toEqual(['failed', later(6), null]);
  });

  test('S1: needs a look from when the money came back, though its ticket had closed', async () => {
    const { id, report } = await aSendingPayout();
    await report({ status: 'settled', providerRef: `re_${id}` }, later(6));
    await report({ status: 'failed', providerRef: `re_${id}`, reason: 'closed_account' }, later(9));
    expect(await watched(id)).toEqual(['returned', later(9), 'returned']);
  });

  test('needs none once the same money goes by a newer payout, and still where another tender’s does', async () => {
    const ground = await aGround(suite.db, 1000n, 1000n);
    const grantId = await aGrant(suite.db, ground, 200n);
    const [first, second] = ground.order.tenders;
    const add = async (payoutNo: number, tenderId: string | undefined) => {
      const rows: { id: string }[] = await suite
        .db('payouts')
        .insert(payoutColumns(ground, grantId, payoutNo, 100n, { tender_id: tenderId }))
        .returning('id');
      return rows[0]?.id ?? '';
    };
    const fail = (id: string) => {
      const ended = { sending_at: noon, ended_at: noon, approved_by: ground.approverId, approved_at: noon };
      const approval = { approval: 'finance', reason: 'declined', updated_at: later(1) };
      return suite
        .db('payouts')
        .where({ id })
        .update({ state: 'failed', ...ended, ...approval });
    };
    const one = await add(1, first?.id);
    const two = await add(2, second?.id);
    await fail(one);
    await fail(two);
    await add(3, first?.id);
    expect([(await watched(one))[2], (await watched(two))[2]]).toEqual([null, 'failed']);
  });
});
