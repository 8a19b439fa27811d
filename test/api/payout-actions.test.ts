/** What a payout offers to whom: nobody is shown what the workflow would refuse them for who they are. */

import { describe, expect, test } from '@jest/globals';
import type { PayoutView } from '../../api/payout-views.ts';
import { presentPayout } from '../../api/present-payout.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { agentView, aTicketView, noon } from './views.ts';

const anyone = '00000000-0000-7000-8000-0000000000a9' as SubjectId;
const approver = '00000000-0000-7000-8000-0000000000b9' as SubjectId;
const decider = agentView.id as SubjectId;

function aPayout(given: Partial<PayoutView>): PayoutView {
  const [payout] = aTicketView().payouts;
  if (!payout) throw new Error('the ticket has no payout');
  return { ...payout, rail: 'manual', approvedBy: { id: approver, name: 'Fay' }, ...given };
}

const actionsFor = (subjectId: SubjectId, given: Partial<PayoutView>) =>
  presentPayout(aPayout(given), { subjectId, own: new Set() }, noon).actions;

describe('a payment by hand that waits', () => {
  const asked = { state: 'sent', reason: 'awaits_person' } as const;

  test('is recorded by anyone of finance but the one who decided it', () => {
    expect(actionsFor(anyone, asked)).toEqual(['cancelPayout', 'recordManualPayment']);
    expect(actionsFor(approver, asked)).toContain('recordManualPayment');
    expect(actionsFor(decider, asked)).toEqual(['cancelPayout']);
  });

  test('RP-2.2: of crypto nor by the one who approved it', () => {
    expect(actionsFor(approver, { ...asked, method: 'crypto' })).toEqual(['cancelPayout']);
    expect(actionsFor(anyone, { ...asked, method: 'crypto' })).toContain('recordManualPayment');
  });

  test.each<[string, Partial<PayoutView>]>([
    ['goes by another rail', { ...asked, rail: 'card' }],
    ['has not been asked for', { state: 'approved', reason: null }],
    ['was replaced', { ...asked, isReplaced: true }],
    ['is of a ticket that no longer settles', { ...asked, ticketPhase: 'deciding' }],
  ])('is not recorded where it %s', (_what, given) => {
    expect(actionsFor(anyone, given)).not.toContain('recordManualPayment');
  });
});

test('nothing is offered of a claim to who is tied to it', () => {
  const payout = aPayout({ state: 'granted', rail: 'card' });
  const offered = (own: readonly string[]) =>
    presentPayout(payout, { subjectId: anyone, own: new Set(own) }, noon).actions;
  expect(offered([])).toContain('approvePayout');
  expect(offered([payout.ticketId])).toEqual([]);
});

describe('a payment by hand that was made', () => {
  const payer = '00000000-0000-7000-8000-0000000000c9' as SubjectId;
  const paid = { state: 'settled', ticketPhase: 'closed', paidByHandBy: payer } as const;

  test('S8: came back by the word of anyone but who decided it and who said that it was paid, whatever its ticket', () => {
    for (const ticketPhase of ['closed', 'settling', 'reviewing'] as const)
      expect(actionsFor(anyone, { ...paid, ticketPhase })).toEqual(['recordManualReturn']);
    expect(actionsFor(approver, paid)).toEqual(['recordManualReturn']);
    expect([actionsFor(decider, paid), actionsFor(payer, paid)]).toEqual([[], []]);
  });

  test('and one that was made by a provider is for the provider to tell', () => {
    expect(actionsFor(anyone, { ...paid, rail: 'card' })).toEqual([]);
  });
});
