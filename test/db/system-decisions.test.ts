/** RP-4.6: decisions of the desk's own, where the version allows them: below its limit and the cap of a day, each once. */

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { recordAppeal } from '../../db/appeals.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { lockTenders } from '../../db/orders.ts';
import { movePayout, readTicketPayouts } from '../../db/payouts.ts';
import type { OrderId, PayoutId, SubjectId, TicketId } from '../../domain/ids.ts';
import {
  aMessage,
  anOrder,
  aPerson,
  approve,
  aReviewedTicket,
  aTender,
  decideRefund,
  everyRail,
  granted,
  noon,
  step,
} from './builders.ts';
import { aPolicyVersion, firstDocument } from './life-rows.ts';
import { costOf } from './step-costs.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold } from './told-disputes.ts';

const suite = openSuite(20);

const cap = 5000;

beforeAll(async () => {
  const system = { refundsByIncident: true, refundMax: { USD: '2000' }, dailyMax: { USD: String(cap) } };
  await aPolicyVersion(suite.db, {
    ...firstDocument,
    parameters: { ...firstDocument.parameters, system } as (typeof firstDocument)['parameters'],
  });
});

/** Covered by an incident and reviewed, so that the desk may decide it, and due for that. */
async function undecided(minor: bigint): Promise<TicketId> {
  const ticketId = await aReviewedTicket(suite.db, await anOrder(suite.db, [aTender(minor)]));
  await suite.db('tickets').where({ id: ticketId }).update({ due_kind: 'system_decision', due_at: noon });
  return ticketId;
}

const decide = async (ticketId: TicketId, at = noon) =>
  granted(
    await recordDue(suite.db, { ticketId, due: { kind: 'system_decision', at: noon.toISOString() } }, everyRail, at),
  );

const givenByDesk = (): Promise<string[]> =>
  suite.db('decisions').whereNull('decided_by').orderBy('amount_minor').pluck('amount_minor');

describe('RP-4.6: what the desk decides by itself', () => {
  test('never passes the cap of a day, however many are due at once; the rest waits for a person', async () => {
    const ticketIds = await Promise.all(Array.from({ length: 8 }, () => undecided(1500n)));
    const ends = await Promise.all(ticketIds.map((ticketId) => decide(ticketId)));
    expect(ends.filter(({ phase }) => phase === 'settling')).toHaveLength(3);
    const left = ends.filter(({ phase }) => phase === 'deciding');
    expect(left).toHaveLength(5);
    // Looked at once: it is due for no second look of the desk.
    expect(left.map(({ due }) => due)).toEqual(left.map(() => undefined));
    expect(await givenByDesk()).toEqual(['1500', '1500', '1500']);
  });

  test('takes the last of the cap to the unit, and not a unit more', async () => {
    const [over, last] = [await undecided(501n), await undecided(500n)];
    expect(await decide(over)).toMatchObject({ phase: 'deciding' });
    expect(await decide(last)).toMatchObject({ phase: 'settling' });
    expect(await givenByDesk()).toEqual(['500', '1500', '1500', '1500']);
  });

  test('is free again a day later, to the moment', async () => {
    const [early, late] = [await undecided(1000n), await undecided(1000n)];
    expect(await decide(early, new Date(noon.getTime() + 86_400_000 - 1))).toMatchObject({ phase: 'deciding' });
    expect(await decide(late, new Date(noon.getTime() + 86_400_000))).toMatchObject({ phase: 'settling' });
  });

  test('is not decided over a decision of a person that awaits its second, however long that takes', async () => {
    const at = new Date(noon.getTime() + 3 * 86_400_000);
    const ticketId = await undecided(100n);
    const body = { decision: 'refuse', clauses: ['RP-3.5'], ground: 'Resold.', exception: 'refusal' };
    const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
    const message = await aMessage(suite.db, ticketId, by, 'decideTicket', body);
    const awaiting = granted(await recordDecision(suite.db, message, everyRail, at));
    expect(awaiting).toMatchObject({ phase: 'deciding' });
    expect(awaiting.due).toBeUndefined();
    await suite.db('tickets').where({ id: ticketId }).update({ due_kind: 'system_decision', due_at: noon });
    expect(await decide(ticketId, at)).toMatchObject({ phase: 'deciding' });
    expect(await suite.db('decisions').where({ ticket_id: ticketId }).pluck('state')).toEqual(['awaiting']);
  });

  test('is decided once where its timer is told twice', async () => {
    const ticketId = await undecided(100n);
    const at = new Date(noon.getTime() + 3 * 86_400_000);
    await Promise.all([decide(ticketId, at), decide(ticketId, at)]);
    expect(await suite.db('decisions').where({ ticket_id: ticketId })).toHaveLength(1);
  });

  test('costs no more than 10 statements', async () => {
    const ticketId = await undecided(500n);
    const at = new Date(noon.getTime() + 9 * 86_400_000);
    expect(await costOf(suite.db, () => decide(ticketId, at))).toBe('refundDecided: 10');
  });
});

describe('RP-4.6: one click brings a person', () => {
  // Each on a day of its own, so that the cap is no matter.
  let at = new Date(noon.getTime() + 10 * 86_400_000);
  beforeEach(() => {
    at = new Date(at.getTime() + 2 * 86_400_000);
  });
  const customerOf = async (ticketId: TicketId) => {
    const ids: SubjectId[] = await suite.db('tickets').where({ id: ticketId }).pluck('subject_id');
    return { id: ids[0] as SubjectId, role: 'customer' as const };
  };

  const appeal = async (ticketId: TicketId, body: object = {}) =>
    recordAppeal(suite.db, await aMessage(suite.db, ticketId, await customerOf(ticketId), 'appealTicket', body), at);

  const committed = (ticketId: TicketId): Promise<string[]> =>
    suite
      .db('order_tenders')
      .join('tickets', 'tickets.order_id', 'order_tenders.order_id')
      .where({ 'tickets.id': ticketId })
      .pluck('committed_minor');

  /** Above what goes without finance, so that it waits in settling. */
  async function decidedByDesk(): Promise<TicketId> {
    const ticketId = await undecided(1100n);
    await suite.db('tickets').where({ id: ticketId }).update({ materials_complete_at: noon });
    expect(await decide(ticketId, at)).toMatchObject({ phase: 'settling', payouts: [{ state: 'granted' }] });
    return ticketId;
  }

  test('without a ground: what waits to be paid is called off and free again, and a person decides anew', async () => {
    const ticketId = await decidedByDesk();
    expect(await committed(ticketId)).toEqual(['1100']);
    const after = granted(await appeal(ticketId));
    expect(after).toMatchObject({ phase: 'reviewing', payouts: [{ state: 'cancelled' }] });
    expect(after.due).toBeUndefined();
    expect(await committed(ticketId)).toEqual(['0']);
    expect(await suite.db('appeals').where({ ticket_id: ticketId }).select('ground')).toEqual([{ ground: null }]);
    expect(await suite.db('payouts').where({ ticket_id: ticketId }).pluck('reason')).toEqual(['appealed']);
    const told = suite.db('notices').where({ ticket_id: ticketId, template: 'appeal-received' });
    expect(await told.pluck('parameters')).toEqual([{ calledOff: true, decisionBy: expect.stringMatching(/^202/) }]);
    // Not the desk's any more, whatever its facts.
    granted(await step(suite.db, ticketId, { move: 'reviewRecorded', events: [{ kind: 'reviewRecorded', data: {} }] }));
    expect(await suite.db('tickets').where({ id: ticketId }).pluck('due_kind')).toEqual([null]);
    expect(await appeal(ticketId)).toEqual({ refused: 'ticket-phase', facts: { phase: 'deciding' } });
  });

  test.each(['sending', 'unknown', 'sent'])('not while its money is %s', async (state) => {
    const ticketId = await decidedByDesk();
    const finance = await aPerson(suite.db, 'finance');
    const [payout] = await readTicketPayouts(suite.db, ticketId);
    granted(await approve(suite.db, ticketId, payout?.id as PayoutId, finance));
    const [approved] = await readTicketPayouts(suite.db, ticketId);
    if (!approved) throw new Error('there is no payout');
    await suite.db.transaction((trx) => movePayout(trx, approved, { state: 'sending' }, at));
    await suite
      .db('payouts')
      .where({ id: approved.id })
      .update({ state, provider_ref: `re_${state}`, reason: 'timeout' });
    expect(await appeal(ticketId)).toEqual({ refused: 'payout-sent' });
    expect(await suite.db('tickets').where({ id: ticketId }).pluck('phase')).toEqual(['settling']);
  });

  test('and only there: what a person decided settles, and once closed needs a ground', async () => {
    const byPerson = await undecided(1100n);
    granted(await decideRefund(suite.db, byPerson, await aPerson(suite.db, 'agent'), 1100n));
    expect(await appeal(byPerson, { ground: 'I want more.' })).toEqual({
      refused: 'ticket-phase',
      facts: { phase: 'settling' },
    });
    const settled = { move: 'payoutsSettled' as const, events: [{ kind: 'payoutSettled', data: {} }] };
    granted(await step(suite.db, byPerson, settled));
    expect(await appeal(byPerson)).toEqual({ refused: 'ground-missing' });
    expect(granted(await appeal(byPerson, { ground: 'I want more.' }))).toMatchObject({ phase: 'reviewing' });
  });

  test('without a ground also once it is closed, and once only', async () => {
    const ticketId = await decidedByDesk();
    const settled = { move: 'payoutsSettled' as const, events: [{ kind: 'payoutSettled', data: {} }] };
    granted(await step(suite.db, ticketId, settled));
    expect(granted(await appeal(ticketId))).toMatchObject({ phase: 'reviewing' });
    const told = suite.db('notices').where({ ticket_id: ticketId, template: 'appeal-received' });
    expect(await told.pluck('parameters')).toMatchObject([{ calledOff: false }]);
    const refused = { move: 'reviewFoundMended' as const, events: [{ kind: 'reviewFoundMended', data: {} }] };
    granted(await step(suite.db, ticketId, refused));
    expect(await appeal(ticketId)).toEqual({ refused: 'appeal-used' });
  });

  test('RP-3.8: under an open dispute it is held once, as before', async () => {
    const ticketId = await decidedByDesk();
    const order: { order_id: OrderId } | undefined = await suite
      .db('tickets')
      .where({ id: ticketId })
      .first('order_id');
    const [tender] = order ? await suite.db.transaction((trx) => lockTenders(trx, order.order_id)) : [];
    if (!tender) throw new Error('there is no tender');
    const told = { ref: 'dp_desk', state: 'open' as const, at };
    await storeTold(suite.db, tender, told);
    await noteTold(suite.db, ticketId, told);
    expect(granted(await appeal(ticketId))).toMatchObject({ phase: 'reviewing', held: true });
    const open = suite.db('holds').where({ ticket_id: ticketId, kind: 'dispute' }).whereNull('released_at');
    expect(await open.pluck('kind')).toEqual(['dispute']);
  });
});
