/** Why a decision was made, read years later: what was judged, by which versions, in the words as they were posted. */

import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { explainTicket } from '../../db/decision-views.ts';
import type { AssessmentId, TicketId } from '../../domain/ids.ts';
import type { PolicyDocument } from '../../domain/policy.ts';
import {
  aDecisionRow,
  anInput,
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

const worded = (words: string): PolicyDocument => ({
  ...firstDocument,
  texts: { ...firstDocument.texts, en: { ...firstDocument.texts.en, 'RP-3.1': words } },
  parameters: { ...firstDocument.parameters, appealDays: 14 },
});

const anAssessment = (ticketId: TicketId, versionId: string, purchaseVersionId: string | null, judgedBy: number) =>
  insert<AssessmentId>(suite.db, 'assessments', {
    ticket_id: ticketId,
    number: 1,
    at: noon,
    occasion: 'decision',
    engine: 1,
    policy_version_id: versionId,
    purchase_version_id: purchaseVersionId,
    facts: {},
    result: { judgedBy, findings: [], proposal: { kind: 'refuse', clauses: ['RP-3.1'] } },
    result_sha256: createHash('sha256').update(randomUUID()).digest(),
  });

const appealEnd = (from: Date): Date => new Date(from.getTime() + 14 * 86_400_000);

describe('RP-6.1: a decision is explained', () => {
  test('in the words of the version that judged it, whatever was posted since', async () => {
    const bought = await aPolicyVersion(suite.db, worded('Seven days, as bought.'));
    const asked = await aPolicyVersion(suite.db, worded('Five days, as asked.'));
    for (const [judging, words] of [
      [asked, 'Five days, as asked.'],
      [bought, 'Seven days, as bought.'],
    ] as const) {
      const { ticketId } = await aTicketRow(suite.db, { policy_version_id: asked.id });
      const assessmentId = await anAssessment(ticketId, asked.id, bought.id, judging.number);
      await aDecisionRow(suite.db, ticketId, { assessment_id: assessmentId });
      await aPolicyVersion(suite.db, worded('Nothing of the kind.'));
      const [shown] = await explainTicket(suite.db, ticketId);
      expect(shown?.assessed?.texts.en['RP-3.1']).toBe(words);
      expect(shown?.assessed?.atAsking).toEqual({ number: asked.number, effectiveAt: asked.effectiveAt });
      expect(shown?.assessed?.atPurchase).toEqual({ number: bought.number, effectiveAt: bought.effectiveAt });
      expect(shown?.assessed?.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('without an assessment where none was kept, and by whom', async () => {
    const agentId = await aPerson(suite.db, 'agent', 'Ann Agent');
    const { ticketId, orderRef } = await aTicketRow(suite.db);
    await aDecisionRow(suite.db, ticketId, { decided_by: agentId });
    expect(await explainTicket(suite.db, ticketId)).toMatchObject([
      { number: 1, orderRef, askedAt: noon, assessed: null, decidedBy: { id: agentId, name: 'Ann Agent' } },
    ]);
  });
});

describe('an appeal is possible', () => {
  const decided = async (row: object, decision: object = {}) => {
    const { id } = await aPolicyVersion(suite.db, worded('x'));
    const ticket = await aTicketRow(suite.db, { policy_version_id: id, ...row });
    return { ...ticket, decisionId: await aDecisionRow(suite.db, ticket.ticketId, decision) };
  };
  const read = async (ticketId: TicketId) =>
    (await explainTicket(suite.db, ticketId)).map(({ appealBy, appealUntil }) => ({ appealBy, appealUntil }));

  test('so many days after the ticket closed, as was promised from when the decision took effect', async () => {
    const { ticketId } = await decided(closed('refused'));
    expect(await read(ticketId)).toEqual([{ appealBy: appealEnd(noon), appealUntil: appealEnd(hoursAfter(1)) }]);
  });

  test('not while the ticket is open, nor after it was withdrawn', async () => {
    const open = await decided({ phase: 'settling' });
    expect(await read(open.ticketId)).toEqual([{ appealBy: appealEnd(noon), appealUntil: null }]);
    const withdrawn = await decided(closed('withdrawn'));
    expect((await read(withdrawn.ticketId))[0]?.appealUntil).toBeNull();
  });

  test('of the newest decision alone, and once', async () => {
    const { ticketId, customerId } = await decided(closed('refused'));
    const newest = await aDecisionRow(suite.db, ticketId, { at: hoursAfter(1) });
    expect((await read(ticketId)).map(({ appealUntil }) => appealUntil)).toEqual([null, appealEnd(hoursAfter(1))]);
    await insert(suite.db, 'appeals', {
      ticket_id: ticketId,
      decision_id: newest,
      ground: 'No.',
      appealed_by: customerId,
      at: hoursAfter(2),
      input_id: await anInput(suite.db, ticketId),
    });
    expect((await read(ticketId)).map(({ appealUntil }) => appealUntil)).toEqual([null, null]);
  });

  test('from a second person’s word on where there was one, and never of what waits for it', async () => {
    const [leadId, financeId] = [await aPerson(suite.db, 'lead', 'L'), await aPerson(suite.db, 'finance', 'F')];
    const exception = { exception: 'refusal', decided_by: leadId };
    const confirmed = { confirmed_by: financeId, confirmed_at: hoursAfter(5), confirm_ground: 'Yes.' };
    const final = await decided({ phase: 'settling' }, { ...exception, ...confirmed });
    expect((await read(final.ticketId))[0]?.appealBy).toEqual(appealEnd(hoursAfter(5)));
    const awaiting = await decided({ phase: 'deciding' }, { ...exception, state: 'awaiting' });
    expect(await read(awaiting.ticketId)).toEqual([{ appealBy: null, appealUntil: null }]);
  });
});

test('all decisions of a ticket are explained in one statement', async () => {
  const { ticketId } = await aTicketRow(suite.db);
  for (let count = 0; count < 4; count += 1) await aDecisionRow(suite.db, ticketId, { at: hoursAfter(count) });
  let shown: number[] = [];
  const sent = await statementsOf(suite.db, async () => {
    shown = (await explainTicket(suite.db, ticketId)).map(({ number }) => number);
  });
  expect([sent.length, shown]).toEqual([1, [1, 2, 3, 4]]);
});
