/** What someone may do with a ticket now: the table's actions, less those with nothing to act on or not theirs. */

import { describe, expect, test } from '@jest/globals';
import type { PayoutView } from '../../api/payout-views.ts';
import type { Principal } from '../../api/principal.ts';
import { actionsOn } from '../../api/ticket-actions.ts';
import type { DecisionView, HoldView, TicketView } from '../../api/views.ts';
import type { DecisionId, HoldId } from '../../domain/ids.ts';
import { type TicketOutcome, type TicketPhase, ticketOutcomes, ticketPhases } from '../../domain/ticket.ts';
import { aDecisionView, agentView, aHoldView, aPrincipal, aTicketView, leadView, noon } from './views.ts';

const customer = aPrincipal('customer');
const agent = aPrincipal('agent', agentView.id);
const lead = aPrincipal('lead', leadView.id);
const finance = aPrincipal('finance');

const closed = (outcome: TicketOutcome, given: Partial<TicketView> = {}) =>
  aTicketView({ phase: 'closed', outcome, closedAt: noon, appeal: null, ...given });

const inPhase = (phase: TicketPhase, given: Partial<TicketView> = {}) =>
  phase === 'closed' ? closed('refused', given) : aTicketView({ phase, ...given });

const may = (view: TicketView, principal: Principal, action: string): boolean =>
  (actionsOn(view, principal) as string[]).includes(action);

const other = '00000000-0000-7000-8000-0000000000d2' as DecisionId;

describe('a customer', () => {
  test('RP-4.2: answers a question only while one is open', () => {
    expect(may(inPhase('reviewing'), customer, 'answerInformationRequest')).toBe(true);
    expect(may(inPhase('reviewing', { informationRequest: null }), customer, 'answerInformationRequest')).toBe(false);
  });

  test('RP-2.4a: says whether a fix works only where one was reported and not yet answered', () => {
    const remediation = { deadline: noon, fixReportedAt: noon, answer: null };
    const given = (more: object) => inPhase('remediating', { remediation: { ...remediation, ...more } });
    expect(may(given({}), customer, 'answerRemediation')).toBe(true);
    expect(may(given({ answer: 'not_mended' }), customer, 'answerRemediation')).toBe(false);
    expect(may(given({ fixReportedAt: null }), customer, 'answerRemediation')).toBe(false);
    expect(may(inPhase('remediating', { remediation: null }), customer, 'answerRemediation')).toBe(false);
  });

  test('RP-4.5: chooses only while an offer is open', () => {
    const { offer } = aTicketView();
    expect(may(inPhase('offering'), customer, 'answerOffer')).toBe(true);
    expect(may(inPhase('offering', { offer: offer && { ...offer, choice: 'refund' } }), customer, 'answerOffer')).toBe(
      false,
    );
    expect(may(inPhase('offering', { offer: null }), customer, 'answerOffer')).toBe(false);
  });

  test.each(ticketOutcomes)(
    'may appeal a ticket that closed as %s unless they withdrew it or nothing was real',
    (outcome) => {
      const expected = outcome !== 'withdrawn' && outcome !== 'rehearsed';
      expect(may(closed(outcome), customer, 'appealTicket')).toBe(expected);
      expect(may(closed(outcome), customer, 'reopenTicket')).toBe(outcome === 'lapsed');
    },
  );

  test('appeals each decision once, and a ticket that closed without one once', () => {
    const { id } = aDecisionView();
    const appealed = (decisionId: DecisionId | null, decisions = [aDecisionView()]) =>
      may(closed('refused', { decisions, appeal: { at: noon, decisionId } }), customer, 'appealTicket');
    expect(appealed(id)).toBe(false);
    expect(appealed(id, [aDecisionView(), aDecisionView({ id: other })])).toBe(true);
    expect(appealed(other, [aDecisionView(), aDecisionView({ id: other })])).toBe(false);
    expect(appealed(null, [])).toBe(false);
    expect(appealed(null, [aDecisionView()])).toBe(true);
  });

  test('RP-4.6: brings the desk’s own refund before a person as long as nothing of it has left, and a person’s not', () => {
    const { payouts } = aTicketView();
    const settling = (decidedBy: DecisionView['decidedBy'], state: PayoutView['state'], appeal: TicketView['appeal']) =>
      inPhase('settling', {
        decisions: [aDecisionView({ decidedBy })],
        payouts: payouts.map((payout) => ({ ...payout, state })),
        appeal,
      });
    const offered = (...given: Parameters<typeof settling>) => may(settling(...given), customer, 'appealTicket');
    expect([offered(null, 'granted', null), offered(null, 'approved', null)]).toEqual([true, true]);
    expect([offered(null, 'sending', null), offered(null, 'sent', null)]).toEqual([false, false]);
    expect(offered(null, 'granted', { at: noon, decisionId: aDecisionView().id })).toBe(false);
    expect(offered(leadView, 'granted', null)).toBe(false);
  });

  test('PK-3.1: who may only look has no action in any phase', () => {
    const viewer: Principal = { ...customer, accounts: customer.accounts.map((one) => ({ ...one, rights: 'viewer' })) };
    for (const phase of ticketPhases) expect(actionsOn(inPhase(phase), viewer)).toEqual([]);
  });

  test('is never offered what is for staff', () => {
    const shown = new Set(ticketPhases.flatMap((phase) => actionsOn(inPhase(phase), customer)));
    for (const action of ['recordReview', 'decideTicket', 'placeHold', 'recordKyc', 'approvePayout', 'addNote'])
      expect([...shown]).not.toContain(action);
  });
});

describe('a decision that waits for its second person', () => {
  const awaiting = inPhase('deciding', {
    decisions: [aDecisionView({ state: 'awaiting', exception: 'goodwill', decidedBy: leadView })],
  });

  test('RP-3.9: is confirmed by another than decided it', () => {
    expect(may(awaiting, finance, 'confirmDecision')).toBe(true);
    expect(may(awaiting, lead, 'confirmDecision')).toBe(false);
    expect(may(awaiting, aPrincipal('lead'), 'confirmDecision')).toBe(true);
    expect(may(awaiting, agent, 'confirmDecision')).toBe(false);
    expect(may(inPhase('deciding'), finance, 'confirmDecision')).toBe(false);
    const byLaw = inPhase('deciding', {
      decisions: [aDecisionView({ state: 'awaiting', exception: 'statutory', decidedBy: leadView })],
    });
    expect([finance, aPrincipal('lead')].map((one) => may(byLaw, one, 'confirmDecision'))).toEqual([true, false]);
  });

  test('leaves no other decision to be made meanwhile', () => {
    expect(may(awaiting, agent, 'decideTicket')).toBe(false);
    expect(may(inPhase('deciding'), agent, 'decideTicket')).toBe(true);
  });
});

describe('a hold', () => {
  const held = (given: Partial<HoldView>) => inPhase('deciding', { holds: [aHoldView(given)] });

  test('is released by people where they placed it and it still lasts', () => {
    expect(may(held({ kind: 'provider' }), finance, 'releaseHold')).toBe(true);
    expect(may(held({ kind: 'customer' }), agent, 'releaseHold')).toBe(true);
    expect(may(held({ kind: 'provider', until: noon }), finance, 'releaseHold')).toBe(false);
    expect(may(inPhase('deciding', { holds: [] }), agent, 'releaseHold')).toBe(false);
  });

  test('RP-3.8: of a dispute, RP-5.3: of a check and RP-4.2: of a question ends otherwise', () => {
    expect(may(held({ kind: 'dispute' }), finance, 'releaseHold')).toBe(false);
    expect(may(held({ kind: 'kyc' }), finance, 'releaseHold')).toBe(false);
    const asked = aTicketView().informationRequest?.holdId ?? null;
    expect(may(held({ kind: 'customer', id: asked as HoldId }), agent, 'releaseHold')).toBe(false);
  });

  test('RP-5.3: a check’s result is recorded by leads and finance, while it is asked for', () => {
    const recording = (view: TicketView) => [agent, lead, finance].map((one) => may(view, one, 'recordKyc'));
    expect(recording(held({ kind: 'kyc' }))).toEqual([false, true, true]);
    expect(recording(held({ kind: 'kyc', until: noon }))).toEqual([false, false, false]);
    expect(recording(held({ kind: 'provider' }))).toEqual([false, false, false]);
  });
});

test.each(ticketOutcomes)(
  'staff reopen a ticket that closed as %s only where a fact could still better it',
  (outcome) => {
    const expected = ['refused', 'remediated', 'lapsed', 'extended'].includes(outcome);
    expect(may(closed(outcome), agent, 'reopenTicket')).toBe(expected);
    expect(may(closed(outcome), finance, 'reopenTicket')).toBe(false);
  },
);

test('RP-4.5: staff reopen a refund only where it was of a part', () => {
  const { offer } = aTicketView();
  const chosen = (choice: 'refund' | 'extension') =>
    may({ ...closed('refunded'), offer: offer && { ...offer, choice } }, agent, 'reopenTicket');
  expect(chosen('refund')).toBe(true);
  expect(chosen('extension')).toBe(false);
  const decided = (exception: 'refusal' | 'goodwill' | null) =>
    closed('refunded', { offer: null, decisions: [aDecisionView({ exception })] });
  expect(may(decided('refusal'), agent, 'reopenTicket')).toBe(true);
  expect(may(decided('goodwill'), agent, 'reopenTicket')).toBe(true);
  expect(may(decided(null), agent, 'reopenTicket')).toBe(false);
});
