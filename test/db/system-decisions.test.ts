/** RP-4.6: decisions of the desk's own, where the version allows them: below its limit and the cap of a day, each once. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import type { TicketId } from '../../domain/ids.ts';
import { aMessage, anOrder, aPerson, aReviewedTicket, aTender, everyRail, granted, noon } from './builders.ts';
import { aPolicyVersion, firstDocument } from './life-rows.ts';
import { costOf } from './step-costs.ts';
import { openSuite } from './suite.ts';

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
