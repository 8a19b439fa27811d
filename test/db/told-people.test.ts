/** Who is told what of a ticket's steps: whoever can act on it, nobody who may not, and nothing that is not so. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { recordAppeal } from '../../db/appeals.ts';
import { recordFact } from '../../db/case-notes.ts';
import { recordDecision } from '../../db/decisions.ts';
import { recordDue } from '../../db/dues.ts';
import { recordHoldPlaced } from '../../db/holds.ts';
import { recordInformationRequest } from '../../db/information.ts';
import { recordReview } from '../../db/reviews.ts';
import { openRun } from '../../db/runs.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import type { Role } from '../../domain/role.ts';
import {
  aMessage,
  anOrder,
  aPerson,
  aReviewedTicket,
  aTender,
  aTicket,
  type BuiltOrder,
  confirmDecision,
  decideRefund,
  everyRail,
  granted,
  noon,
  step,
} from './builders.ts';
import { aPolicyVersion, firstDocument } from './life-rows.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();

interface Staff {
  readonly id: SubjectId;
  readonly role: Role;
}

let staff: Readonly<Record<'agent' | 'reviewer' | 'lead' | 'second' | 'finance', Staff>>;

const aColleague = async (role: Role): Promise<Staff> => ({ id: await aPerson(suite.db, role), role });

beforeAll(async () => {
  staff = {
    agent: await aColleague('agent'),
    reviewer: await aColleague('agent'),
    lead: await aColleague('lead'),
    second: await aColleague('lead'),
    finance: await aColleague('finance'),
  };
});

const anOpenedOrder = () => anOrder(suite.db, [aTender(1999n)], { covered: false });

const daysAfter = (count: number): Date => new Date(noon.getTime() + count * 86_400_000);

async function toldOf(ticketId: TicketId, template: string): Promise<string[]> {
  const ids: string[] = await suite.db('notices').where({ ticket_id: ticketId, template }).pluck('subject_id');
  return ids.sort();
}

const idsOf = (...people: Staff[]): string[] => people.map(({ id }) => id).sort();

const parametersOf = (ticketId: TicketId, template: string): Promise<unknown[]> =>
  suite.db('notices').where({ ticket_id: ticketId, template }).distinct('parameters').pluck('parameters');

const templatesOf = (ticketId: TicketId): Promise<string[]> =>
  suite.db('notices').where({ ticket_id: ticketId }).orderBy('id').pluck('template');

const decide = async (ticketId: TicketId, by: Staff, body: object) =>
  granted(
    await recordDecision(suite.db, await aMessage(suite.db, ticketId, by, 'decideTicket', body), everyRail, noon),
  );

const refuseAgainst = { decision: 'refuse', clauses: ['RP-3.5'], ground: 'Resold.', exception: 'refusal' };
const replace = { decision: 'replace', ground: 'It never worked.' };

describe('a decision that waits for a second person', () => {
  test('RP-3.9: by law is finance’s to hear of, and no lead’s', async () => {
    const ticketId = await aReviewedTicket(suite.db, await anOpenedOrder());
    const amount = { minor: '1999', currency: 'USD' };
    const byLaw = { decision: 'refund', amount, ground: 'The law.', exception: 'statutory', provision: 'A law' };
    await decide(ticketId, staff.lead, byLaw);
    expect(await toldOf(ticketId, 'decision-awaits-confirmation')).toEqual(idsOf(staff.finance));
  });

  test('RP-3.9: of any other kind is told to whoever may confirm it, never to the one who decided', async () => {
    const ticketId = await aReviewedTicket(suite.db, await anOpenedOrder());
    await decide(ticketId, staff.lead, replace);
    expect(await toldOf(ticketId, 'decision-awaits-confirmation')).toEqual(idsOf(staff.second, staff.finance));
    expect(await parametersOf(ticketId, 'decision-awaits-confirmation')).toMatchObject([{ decision: 'replacement' }]);
  });

  test('and is not confirmed is told to the one who decided, who is to decide anew, by when', async () => {
    const ticketId = await aReviewedTicket(suite.db, await anOpenedOrder());
    await suite.db('tickets').where({ id: ticketId }).update({ materials_complete_at: noon });
    await decide(ticketId, staff.agent, refuseAgainst);
    granted(await confirmDecision(suite.db, ticketId, staff.lead, false));
    expect(await toldOf(ticketId, 'ticket-to-decide')).toEqual(idsOf(staff.agent));
    const [told] = await parametersOf(ticketId, 'ticket-to-decide');
    expect(told).toEqual({ turn: 'not_confirmed', dueAt: expect.stringMatching(/^2026-12-/) });
  });
});

test('an appeal is told to all who may look at it, and to none of those who reviewed or decided before', async () => {
  const order = await anOpenedOrder();
  const ticketId = await aTicket(suite.db, order);
  granted(
    await step(suite.db, ticketId, { move: 'materialsCompleted', events: [{ kind: 'materialsCompleted', data: {} }] }),
  );
  const finding = { cause: 'user', finding: 'A wrong password.' };
  granted(
    await recordReview(suite.db, await aMessage(suite.db, ticketId, staff.reviewer, 'recordReview', finding), noon),
  );
  await decide(ticketId, staff.lead, refuseAgainst);
  granted(await confirmDecision(suite.db, ticketId, staff.finance));
  const customer = { id: order.subjectId, role: 'customer' as const };
  const appeal = await aMessage(suite.db, ticketId, customer, 'appealTicket', { ground: 'Not so.' });
  granted(await recordAppeal(suite.db, appeal, daysAfter(1)));
  const told = await toldOf(ticketId, 'appeal-assigned');
  expect(told).toEqual(expect.arrayContaining(idsOf(staff.agent, staff.second)));
  for (const barred of [staff.reviewer, staff.lead, staff.finance]) expect(told).not.toContain(barred.id);
});

describe('RP-2.4a: whether the days for mending stand still while the customer owes an answer', () => {
  const ours = { cause: 'seller', finding: 'The exit pool was down.', persistent: true };

  async function lifeUnder(owedDaysPause: boolean): Promise<TicketId> {
    const { parameters } = firstDocument;
    const remediation = { ...parameters.remediation, owedDaysPause };
    const { id } = await aPolicyVersion(suite.db, { ...firstDocument, parameters: { ...parameters, remediation } });
    const ticketId = await aTicket(suite.db, await anOpenedOrder());
    await suite.db('tickets').where({ id: ticketId }).update({ policy_version_id: id, purchase_version_id: id });
    granted(
      await step(suite.db, ticketId, {
        move: 'materialsCompleted',
        events: [{ kind: 'materialsCompleted', data: {} }],
      }),
    );
    granted(await recordReview(suite.db, await aMessage(suite.db, ticketId, staff.agent, 'recordReview', ours), noon));
    const hold = { kind: 'provider', ground: 'It looks into it.', stops: [] };
    granted(await recordHoldPlaced(suite.db, await aMessage(suite.db, ticketId, staff.lead, 'placeHold', hold), noon));
    const question = { materials: [], question: 'Which exits?' };
    const asked = await aMessage(suite.db, ticketId, staff.agent, 'requestInformation', question);
    granted(await recordInformationRequest(suite.db, asked, noon));
    return ticketId;
  }

  test.each([true, false])('is told as the version has it: %s', async (owedDaysPause) => {
    const ticketId = await lifeUnder(owedDaysPause);
    for (const template of ['fault-being-mended', 'hold-placed', 'information-requested'])
      expect(await parametersOf(ticketId, template)).toMatchObject([{ owedDaysPause }]);
  });
});

describe('RP-4.1: a request that is settled by what is known', () => {
  /** Nothing was sent, and the order came through a reseller, which is refused whatever the review might find. */
  async function settled(): Promise<{ ticketId: TicketId; order: BuiltOrder }> {
    const order = await anOrder(suite.db, [aTender(1999n)], { covered: false, channel: 'reseller' });
    return { ticketId: await aTicket(suite.db, order), order };
  }

  const breach = async (ticketId: TicketId) => {
    const message = await aMessage(suite.db, ticketId, staff.lead, 'recordFact', {
      fact: 'breach',
      value: 'true',
      ground: 'Resold to others.',
    });
    return granted(await recordFact(suite.db, message, noon));
  };

  test('is not told that a review has all it needs, nor that a technician looks at it', async () => {
    const { ticketId } = await settled();
    granted(await openRun(suite.db, { ticketId, run: 1 }, noon));
    expect(await templatesOf(ticketId)).toEqual(['ticket-received', 'settled-by-facts']);
    expect(await parametersOf(ticketId, 'ticket-received')).toMatchObject([
      { complete: false, settled: true, missing: [] },
    ]);
    expect(await parametersOf(ticketId, 'settled-by-facts')).toEqual([
      { decisionBy: expect.stringMatching(/^2026-12-/), wasAsked: false },
    ]);
  });

  test('under review is told nothing again, unless a question of ours needs no answer any more', async () => {
    const [quiet, asked] = [
      await aTicket(suite.db, await anOpenedOrder()),
      await aTicket(suite.db, await anOpenedOrder()),
    ];
    for (const ticketId of [quiet, asked]) {
      await suite.db('tickets').where({ id: ticketId }).update({ materials_complete_at: noon });
      granted(
        await step(suite.db, ticketId, {
          move: 'materialsCompleted',
          events: [{ kind: 'materialsCompleted', data: {} }],
        }),
      );
    }
    const question = { materials: [], question: 'Which exits?' };
    const request = await aMessage(suite.db, asked, staff.agent, 'requestInformation', question);
    granted(await recordInformationRequest(suite.db, request, noon));
    for (const ticketId of [quiet, asked]) expect(await breach(ticketId)).toMatchObject({ phase: 'deciding' });
    expect(await templatesOf(quiet)).toEqual(['ticket-received']);
    expect(await templatesOf(asked)).toEqual(['ticket-received', 'information-requested', 'settled-by-facts']);
    expect(await parametersOf(asked, 'settled-by-facts')).toMatchObject([{ wasAsked: true }]);
  });
});

test('RP-4.2: a request that lapsed is told until when it can be appealed', async () => {
  const ticketId = await aTicket(suite.db, await anOpenedOrder());
  const due = { kind: 'gathering' as const, at: daysAfter(14).toISOString() };
  await suite.db('tickets').where({ id: ticketId }).update({ due_kind: due.kind, due_at: due.at });
  granted(await recordDue(suite.db, { ticketId, due }, everyRail, daysAfter(14)));
  const { appealDays } = firstDocument.parameters;
  expect(await parametersOf(ticketId, 'ticket-lapsed')).toMatchObject([
    { appealBy: daysAfter(14 + appealDays).toISOString() },
  ]);
});

test.each([
  [1000n, true],
  [1001n, false],
])('RP-4.4: a refund of %s is told to need no release of finance: %s', async (minor, released) => {
  const order = await anOrder(suite.db, [aTender(minor)]);
  const ticketId = await aReviewedTicket(suite.db, order);
  granted(await decideRefund(suite.db, ticketId, staff.agent.id, minor));
  expect(await parametersOf(ticketId, 'ticket-decided-refund')).toMatchObject([{ released }]);
  expect(await toldOf(ticketId, 'payout-awaiting-approval')).toEqual(released ? [] : idsOf(staff.finance));
});
