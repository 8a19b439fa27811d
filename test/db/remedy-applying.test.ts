/** The gate before a remedy: what a hold keeps back, what is barred for good, and what was looked up in vain. */

import { describe, expect, test } from '@jest/globals';
import { recordDecision } from '../../db/decisions.ts';
import { readRemedy } from '../../db/remedies.ts';
import { beginApplying, lookAgain, recordShopReport } from '../../db/remedy-applying.ts';
import type { RemedyId } from '../../domain/ids.ts';
import {
  aMessage,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  confirmDecision,
  everyRail,
  granted,
  noon,
} from './builders.ts';
import { openSuite } from './suite.ts';
import { noteTold, storeTold, type Told } from './told-disputes.ts';

const suite = openSuite();

const after = (hours: number): Date => new Date(noon.getTime() + hours * 3_600_000);

/** Another plan in place of the faulty one, decided by one and confirmed by another. */
async function aReplacement() {
  const order = await anOrder(suite.db, [aTender(1999n)]);
  const ticketId = await aReviewedTicket(suite.db, order);
  const by = { id: await aPerson(suite.db, 'agent'), role: 'agent' as const };
  const message = await aMessage(suite.db, ticketId, by, 'decideTicket', { decision: 'replace', ground: 'Dead.' });
  const settings = { ...everyRail, hasShop: true };
  granted(await recordDecision(suite.db, message, settings, noon));
  const lead = { id: await aPerson(suite.db, 'lead'), role: 'lead' as const };
  granted(await confirmDecision(suite.db, ticketId, lead, true, settings));
  const ids: RemedyId[] = await suite.db('remedies').where({ ticket_id: ticketId }).pluck('id');
  const [tender] = order.tenders;
  if (!ids[0] || !tender) throw new Error('the ticket has no remedy');
  const remedyId = ids[0];
  const read = () => readRemedy(suite.db, remedyId);
  return {
    ticketId,
    begin: async (hours: number) => beginApplying(suite.db, await read(), { dryRun: false }, after(hours)),
    /** The shop was asked, and nobody heard its answer. */
    unheard: () =>
      recordShopReport(suite.db, { ticketId, remedyId, report: { status: 'unknown', reason: 'timeout' } }, noon),
    refused: (hours: number) =>
      recordShopReport(suite.db, { ticketId, remedyId, report: { status: 'refused', reason: 'no' } }, after(hours)),
    look: async (hours: number) => lookAgain(suite.db, await read(), after(hours)),
    async disputed(state: Told['state'], hours: number) {
      const word: Told = { ref: `du_${ticketId}`, state, at: after(hours) };
      await storeTold(suite.db, tender, word);
      await noteTold(suite.db, ticketId, word);
    },
    async stands() {
      const row: object | undefined = await suite
        .db('remedies')
        .join('tickets', 'tickets.id', 'remedies.ticket_id')
        .where({ 'remedies.id': remedyId })
        .first('remedies.state', 'tickets.phase', 'tickets.outcome');
      return row;
    },
  };
}

describe('RP-3.8: a remedy that was looked up in vain', () => {
  test('may be asked for again while nothing speaks against it', async () => {
    const given = await aReplacement();
    expect(await given.begin(0)).toBe('apply');
    await given.unheard();
    expect([await given.begin(1), await given.look(1)]).toEqual(['look-up', 'free']);
  });

  test('waits while a dispute is open, and goes on once it was won', async () => {
    const given = await aReplacement();
    await given.begin(0);
    await given.unheard();
    await given.disputed('open', 1);
    expect(await given.look(2)).toBe('held');
    await given.disputed('won', 3);
    expect(await given.look(4)).toBe('free');
  });

  test('is never asked for again once the money was charged back, and ends with its ticket a day later', async () => {
    const given = await aReplacement();
    await given.begin(0);
    await given.unheard();
    await given.disputed('lost', 1);
    expect(await given.stands()).toMatchObject({ state: 'unknown', phase: 'settling' });
    expect([await given.look(2), await given.look(24.9), await given.look(25), await given.look(26)]).toEqual([
      'barred',
      'barred',
      'ended',
      'ended',
    ]);
    expect(await given.stands()).toEqual({ state: 'cancelled', phase: 'closed', outcome: 'charged_back' });
  });

  test('ends with its ticket at once where the shop refuses it after the money was charged back', async () => {
    const given = await aReplacement();
    await given.begin(0);
    await given.disputed('lost', 1);
    granted(await given.refused(2));
    expect(await given.stands()).toEqual({ state: 'failed', phase: 'closed', outcome: 'charged_back' });
  });
});

test('RP-3.8: a remedy that was never asked for is not, once the money was charged back', async () => {
  const given = await aReplacement();
  await given.disputed('prevented', 1);
  expect(await given.begin(2)).toBe('done');
  expect(await given.stands()).toEqual({ state: 'cancelled', phase: 'closed', outcome: 'charged_back' });
});
