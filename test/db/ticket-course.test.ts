/** What a ticket went through, as people read it: every part in place, in a constant number of statements. */

import { describe, expect, test } from '@jest/globals';
import { readTicketView } from '../../db/ticket-views.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { SubjectId, TicketId } from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import type { PolicyDocument } from '../../domain/policy.ts';
import {
  aDecisionRow,
  aHoldRow,
  anEventRow,
  anInput,
  aPauseRow,
  aPerson,
  aPolicyVersion,
  aTicketRow,
  closed,
  firstDocument,
  hoursAfter,
  insert,
  noon,
} from './life-rows.ts';
import { statementsOf } from './statements.ts';
import { openSuite } from './suite.ts';

const suite = openSuite();
const staff: Viewer = { kind: 'staff', subjectId: '00000000-0000-7000-8001-000000000001' as SubjectId };

async function view(ticketId: TicketId) {
  const found = await readTicketView(suite.db, staff, ticketId);
  if (!found) throw new Error('the ticket is not there');
  return found;
}

const withRemediation = (owedDaysPause: boolean): PolicyDocument => ({
  ...firstDocument,
  parameters: {
    ...firstDocument.parameters,
    remediation: { ...firstDocument.parameters.remediation, days: 15, owedDaysPause },
  },
});

const days = (count: number): Date => hoursAfter(24 * count);

describe('the versions and what is due', () => {
  test('RP-6.1: the versions at asking and at purchase are named by number', async () => {
    const bought = await aPolicyVersion(suite.db, firstDocument);
    const asked = await aPolicyVersion(suite.db, firstDocument);
    const row = { policy_version_id: asked.id, purchase_version_id: bought.id, fault: 'slow' };
    const { ticketId } = await aTicketRow(suite.db, { ...row, due_kind: 'information', due_at: days(3) });
    const shown = await view(ticketId);
    expect(shown.policy).toEqual({ atAsking: asked.number, atPurchase: bought.number });
    expect([shown.fault, shown.due]).toEqual(['slow', { kind: 'information', at: days(3) }]);
  });

  test('RP-5.2: what is missing is what the version asks for that kind of fault', async () => {
    const parameters = {
      ...firstDocument.parameters,
      materials: { ...firstDocument.parameters.materials, slow: ['evidence'] as const },
    };
    const { id } = await aPolicyVersion(suite.db, { ...firstDocument, parameters });
    const { ticketId } = await aTicketRow(suite.db, { policy_version_id: id, fault: 'slow' });
    expect((await view(ticketId)).missing).toEqual(['evidence']);
  });
});

describe('holds, pauses and questions', () => {
  test('RP-4.3: the ledger says which clock stood still, why, from when to when, and who stopped it', async () => {
    const { ticketId } = await aTicketRow(suite.db);
    const agentId = await aPerson(suite.db, 'agent', 'Ann Agent');
    const holdId = await aHoldRow(suite.db, ticketId, { kind: 'provider', placed_by: agentId });
    for (const clock of ['lapse', 'decision'])
      await aPauseRow(suite.db, ticketId, { clock, reason: 'provider', hold_id: holdId, started_by: agentId });
    await aPauseRow(suite.db, ticketId, {
      clock: 'decision',
      reason: 'remediation',
      started_at: hoursAfter(1),
      ended_at: hoursAfter(2),
    });
    const { pauses, holds } = await view(ticketId);
    const by = { id: agentId, name: 'Ann Agent' };
    expect(pauses).toEqual([
      { clock: 'lapse', reason: 'provider', from: noon, until: null, by },
      { clock: 'decision', reason: 'provider', from: noon, until: null, by },
      { clock: 'decision', reason: 'remediation', from: hoursAfter(1), until: hoursAfter(2), by: null },
    ]);
    const hold = { id: holdId, kind: 'provider', ground: 'a ground', since: noon, until: null, result: null };
    expect(holds).toEqual([{ ...hold, stops: ['decision', 'lapse'], placedBy: by }]);
  });

  test('RP-4.2: an open question is shown with when it lapses; an answered one is not', async () => {
    const { ticketId } = await aTicketRow(suite.db, { due_kind: 'information', due_at: days(7) });
    const agentId = await aPerson(suite.db, 'agent', 'Ann Agent');
    const ask = async (given: object) => {
      const holdId = await aHoldRow(suite.db, ticketId, {});
      await insert(suite.db, 'information_requests', {
        ticket_id: ticketId,
        hold_id: holdId,
        materials: ['network_context'],
        question: 'Which port?',
        asked_by: agentId,
        asked_at: noon,
        input_id: await anInput(suite.db, ticketId),
        ...given,
      });
      return holdId;
    };
    await ask({ ended_at: noon, result: 'superseded', question: 'Which country?' });
    const holdId = await ask({});
    expect((await view(ticketId)).informationRequest).toEqual({
      holdId,
      materials: ['network_context'],
      question: 'Which port?',
      askedAt: noon,
      lapsesAt: days(7),
    });
    const ended = { ended_at: noon, result: 'answered', answered_by: agentId };
    await suite.db('information_requests').where({ hold_id: holdId }).update(ended);
    expect((await view(ticketId)).informationRequest).toBeNull();
  });
});

describe('RP-2.4a: the remediation', () => {
  const remediating = async (owedDaysPause: boolean, given: object = {}) => {
    const { id } = await aPolicyVersion(suite.db, withRemediation(owedDaysPause));
    const { ticketId } = await aTicketRow(suite.db, { phase: 'remediating', policy_version_id: id, ...given });
    await anEventRow(suite.db, ticketId, 'remediationBegun');
    return ticketId;
  };
  const owe = async (ticketId: TicketId, until: Date | null) => {
    const holdId = await aHoldRow(suite.db, ticketId, {});
    const pause = { clock: 'remediation', reason: 'customer', hold_id: holdId, ended_at: until };
    await aPauseRow(suite.db, ticketId, pause);
  };

  test('ends 15 days after the report, and is none where it never began', async () => {
    const { ticketId } = await aTicketRow(suite.db);
    expect((await view(ticketId)).remediation).toBeNull();
    const shown = (await view(await remediating(true))).remediation;
    expect(shown).toEqual({ deadline: days(15), fixReportedAt: null, answer: null });
  });

  test('is moved on by days on which details were owed only where the version counts them', async () => {
    for (const [pausing, deadline] of [[true, days(17)] as const, [false, days(15)] as const]) {
      const ticketId = await remediating(pausing);
      await owe(ticketId, days(2));
      expect((await view(ticketId)).remediation?.deadline).toEqual(deadline);
    }
  });

  test('has no date while details are owed, and the timer’s date where there is one', async () => {
    const owing = await remediating(true);
    await owe(owing, null);
    expect((await view(owing)).remediation?.deadline).toBeNull();
    const timed = await remediating(true, { due_kind: 'remediation', due_at: days(16) });
    expect((await view(timed)).remediation?.deadline).toEqual(days(16));
  });

  test('shows the newest fix and what the customer said of it', async () => {
    const ticketId = await remediating(false);
    const agentId = await aPerson(suite.db, 'agent', 'Ann Agent');
    const fixes = [{ reported_at: days(1), answer: 'not_mended', answered_at: days(2) }, { reported_at: days(3) }];
    for (const fix of fixes)
      await insert(suite.db, 'fix_reports', {
        ticket_id: ticketId,
        finding: 'Pool replaced.',
        reported_by: agentId,
        input_id: await anInput(suite.db, ticketId),
        asked_at: fix.reported_at,
        ...fix,
      });
    expect((await view(ticketId)).remediation).toMatchObject({ fixReportedAt: days(3), answer: null });
  });
});

describe('decisions, offers, remedies, appeals', () => {
  test('RP-3.9: each decision is there in order, with both its people and how far it came', async () => {
    const { ticketId } = await aTicketRow(suite.db, { phase: 'deciding' });
    const [leadId, financeId] = [
      await aPerson(suite.db, 'lead', 'Lea Lead'),
      await aPerson(suite.db, 'finance', 'Finn Finance'),
    ];
    await aDecisionRow(suite.db, ticketId, {
      exception: 'refusal',
      decided_by: leadId,
      confirmed_by: financeId,
      confirmed_at: hoursAfter(1),
      confirm_ground: 'So it is.',
    });
    await aDecisionRow(suite.db, ticketId, {
      decision: 'refund',
      clauses: [],
      amount_minor: 1999,
      currency: 'USD',
      at: hoursAfter(2),
      input_id: null,
    });
    const lead = { id: leadId, name: 'Lea Lead' };
    const finance = { id: financeId, name: 'Finn Finance' };
    expect((await view(ticketId)).decisions).toMatchObject([
      { decision: 'refuse', exception: 'refusal', state: 'final', decidedBy: lead, confirmedBy: finance, amount: null },
      { decision: 'refund', exception: null, decidedBy: null, confirmedBy: null, amount: money(1999n, 'USD') },
    ]);
  });

  test('RP-4.5: the newest offer is shown with its sums, its end and the choice', async () => {
    const { ticketId } = await aTicketRow(suite.db, { phase: 'offering', due_kind: 'offer', due_at: days(14) });
    const offer = async (given: object) =>
      insert(suite.db, 'offers', {
        ticket_id: ticketId,
        decision_id: await aDecisionRow(suite.db, ticketId, { decision: 'offer', clauses: [] }),
        currency: 'USD',
        extend_minutes: 60,
        extend_bytes: 0,
        offer_days: 14,
        ends_plan: false,
        intervals: '[]',
        offered_at: noon,
        ...given,
      });
    await offer({ choice: 'lapsed', chosen_at: hoursAfter(1) });
    await offer({ refund_minor: 500, extend_minutes: 0, offered_at: hoursAfter(2) });
    expect((await view(ticketId)).offer).toEqual({
      refund: money(500n, 'USD'),
      extension: null,
      endsPlan: false,
      offeredAt: hoursAfter(2),
      expiresAt: days(14),
      choice: null,
    });
  });

  test('what the shop did to the plan, and the newest appeal', async () => {
    const { ticketId, orderId, customerId } = await aTicketRow(suite.db, closed('refused'));
    const decisionId = await aDecisionRow(suite.db, ticketId, {});
    await insert(suite.db, 'remedies', {
      ticket_id: ticketId,
      order_id: orderId,
      decision_id: decisionId,
      remedy_no: 1,
      key: `remedy/${orderId}/1`,
      kind: 'plan_end',
      state: 'applied',
      plan_ends_at: hoursAfter(3),
      created_at: noon,
      updated_at: noon,
      ended_at: hoursAfter(3),
    });
    const appeal = { ticket_id: ticketId, ground: 'No.', appealed_by: customerId };
    await insert(suite.db, 'appeals', { ...appeal, at: noon, input_id: await anInput(suite.db, ticketId) });
    const second = { ...appeal, decision_id: decisionId, at: hoursAfter(4) };
    await insert(suite.db, 'appeals', { ...second, input_id: await anInput(suite.db, ticketId) });
    const shown = await view(ticketId);
    expect(shown.remedies).toEqual([{ kind: 'plan_end', state: 'applied', planEndsAt: hoursAfter(3) }]);
    expect(shown.appeal).toEqual({ at: hoursAfter(4), decisionId });
  });
});

test('one ticket takes six statements, however much it has been through', async () => {
  const empty = await aTicketRow(suite.db);
  const busy = await aTicketRow(suite.db);
  for (let count = 0; count < 5; count += 1) {
    const holdId = await aHoldRow(suite.db, busy.ticketId, {});
    await aPauseRow(suite.db, busy.ticketId, { clock: 'decision', reason: 'customer', hold_id: holdId });
    await aDecisionRow(suite.db, busy.ticketId, {});
  }
  for (const { ticketId } of [empty, busy]) {
    const sent = await statementsOf(suite.db, () => view(ticketId));
    expect(sent).toHaveLength(6);
  }
});
