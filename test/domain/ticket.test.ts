/** The ticket's state table is sound: everything reachable, nothing leads nowhere; payouts and remedies decide how it closes. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isFinal, type PayoutState, payoutStates } from '../../domain/payout.ts';
import { isFinalRemedy, type RemedyKind, type RemedyState, remedyStates } from '../../domain/remedy.ts';
import {
  advance,
  isAppealable,
  moveAfterPayouts,
  moveAfterRemedies,
  permits,
  type TicketMove,
  type TicketOutcome,
  type TicketPhase,
  type TicketState,
  ticketActions,
  ticketMoves,
  ticketOutcomes,
  ticketPhases,
} from '../../domain/ticket.ts';

const moves = Object.keys(ticketMoves) as TicketMove[];

const stateOf = (phase: TicketPhase, outcome: TicketOutcome | null = null): TicketState => ({
  phase,
  outcome: phase === 'closed' ? (outcome ?? 'refunded') : null,
});

/** Every state that moves lead to from a new ticket. */
function reachable(): TicketState[] {
  const seen: TicketState[] = [stateOf('gathering')];
  for (const state of seen) {
    for (const move of moves) {
      const next = advance(state, move);
      const known = seen.some((other) => other.phase === next?.phase && other.outcome === next.outcome);
      if (next && !known) seen.push(next);
    }
  }
  return seen;
}

describe('the table', () => {
  test('every phase is reachable from a new ticket', () => {
    expect(new Set(reachable().map((state) => state.phase))).toEqual(new Set(ticketPhases));
  });

  test('every outcome is reachable, and only closed tickets have one', () => {
    const outcomes = reachable().flatMap((state) => (state.outcome === null ? [] : [state.outcome]));
    expect([...outcomes].sort()).toEqual([...ticketOutcomes].sort());
    for (const { phase, outcome } of reachable()) expect(outcome !== null).toBe(phase === 'closed');
  });

  test('every move comes from phases that there are, leads to one, and closes with an outcome or not at all', () => {
    for (const move of moves) {
      const rule: { from: readonly string[]; to: string; outcome?: string } = ticketMoves[move];
      expect(rule.from.length).toBeGreaterThan(0);
      for (const phase of [...rule.from, rule.to]) expect(ticketPhases).toContain(phase);
      expect('outcome' in rule).toBe(rule.to === 'closed');
      expect(new Set(rule.from).size).toBe(rule.from.length);
    }
  });

  test('S1, RP-2.3, RP-4.5: a closed ticket is left by an appeal, a reopening, a late fact or money that came back, and by nothing else', () => {
    const leaving = moves.filter((move) => advance(stateOf('closed'), move) !== null);
    const to = leaving.map((move) => [move, advance(stateOf('closed', 'refunded'), move)?.phase]);
    expect(Object.fromEntries(to)).toEqual({
      payoutReturned: 'settling',
      appealed: 'reviewing',
      reopened: 'gathering',
      reviewResumed: 'reviewing',
      offerReopened: 'offering',
      factImproved: 'deciding',
    });
  });

  test('every open phase can be left for the end by withdrawal and by a lost dispute: no ticket is stuck for ever', () => {
    for (const phase of ticketPhases.filter((name) => name !== 'closed')) {
      expect(advance(stateOf(phase), 'withdrawn')).toEqual({ phase: 'closed', outcome: 'withdrawn' });
      expect(advance(stateOf(phase), 'disputeLost')).toEqual({ phase: 'closed', outcome: 'charged_back' });
    }
  });

  test('every phase is left to the phases of the life table, and to no other', () => {
    const leads = (phase: TicketPhase) => [
      ...new Set(moves.map((move) => advance(stateOf(phase), move)?.phase).filter((to) => to !== undefined)),
    ];
    expect(Object.fromEntries(ticketPhases.map((phase) => [phase, leads(phase).sort()]))).toEqual({
      gathering: ['closed', 'deciding', 'reviewing'],
      reviewing: ['closed', 'deciding', 'remediating'],
      remediating: ['closed', 'deciding', 'reviewing'],
      deciding: ['closed', 'offering', 'reviewing', 'settling'],
      offering: ['closed', 'deciding', 'settling'],
      settling: ['closed', 'deciding', 'reviewing'],
      closed: ['deciding', 'gathering', 'offering', 'reviewing', 'settling'],
    });
  });

  test('money and remedies settle only after a decision or a choice from an offer that was decided', () => {
    const leadingTo = (phase: TicketPhase) => moves.filter((move) => ticketMoves[move].to === phase);
    expect(leadingTo('settling')).toEqual([
      'refundDecided',
      'replacementDecided',
      'refundChosen',
      'extensionChosen',
      'payoutReturned',
    ]);
    expect(ticketMoves.refundDecided.from).toEqual(['deciding']);
    expect(ticketMoves.offerMade.from).toEqual(['deciding']);
    expect(ticketMoves.refundChosen.from).toEqual(['offering']);
    expect(ticketMoves.extensionChosen.from).toEqual(['offering']);
  });

  test('whatever moves are asked for in whatever order, the state is one of the reachable', () => {
    const known = reachable().map((state) => JSON.stringify(state));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...moves), { maxLength: 40 }), (asked) => {
        const end = asked.reduce((state, move) => advance(state, move) ?? state, stateOf('gathering'));
        expect(known).toContain(JSON.stringify(end));
      }),
    );
  });
});

describe('actions', () => {
  test('are told for every phase, each once', () => {
    expect(Object.keys(ticketActions).sort()).toEqual([...ticketPhases].sort());
    for (const phase of ticketPhases) expect(new Set(ticketActions[phase]).size).toBe(ticketActions[phase].length);
  });

  test.each([
    ['decideTicket', 'refundDecided'],
    ['decideTicket', 'refusalDecided'],
    ['decideTicket', 'offerMade'],
    ['decideTicket', 'replacementDecided'],
    ['confirmDecision', 'refundDecided'],
    ['answerRemediation', 'fixConfirmed'],
    ['answerOffer', 'refundChosen'],
    ['answerOffer', 'extensionChosen'],
    ['withdrawTicket', 'withdrawn'],
    ['declinePayout', 'payoutDeclined'],
    ['appealTicket', 'appealed'],
    ['reopenTicket', 'reopened'],
    ['reopenTicket', 'reviewResumed'],
    ['reopenTicket', 'offerReopened'],
    ['reopenTicket', 'factImproved'],
  ] as const)('%s is offered in just the phases that %s leads from', (action, move) => {
    const offered = ticketPhases.filter((phase) => permits(phase, action));
    // A reopening leads on by one of several moves, and staff take an open offer back by the last of them.
    const leading = action === 'reopenTicket' ? ['factImproved' as const, move] : [move];
    expect(offered).toEqual(
      ticketPhases.filter((phase) => leading.some((each) => advance(stateOf(phase), each) !== null)),
    );
  });

  test('RP-4.6: what was decided is brought before a person when it is closed, or while its money may not have left', () => {
    expect(ticketPhases.filter((phase) => permits(phase, 'appealTicket'))).toEqual(['settling', 'closed']);
  });

  test('RP-4.2: a review is offered while one is due and while a fault is being mended', () => {
    expect(ticketPhases.filter((phase) => permits(phase, 'recordReview'))).toEqual(['reviewing', 'remediating']);
  });

  test('RP-3.8, RP-5.3: holds are placed and released, and checks recorded, in every open phase and in no other', () => {
    const open = ticketPhases.filter((phase) => phase !== 'closed');
    for (const action of ['placeHold', 'releaseHold', 'recordKyc', 'recordFact'] as const)
      expect(ticketPhases.filter((phase) => permits(phase, action))).toEqual(open);
  });

  test('T6: a closed ticket takes what is said, an appeal, a reopening and that money came back, and nothing that changes a decision', () => {
    expect(ticketActions.closed).toEqual([
      'postMessage',
      'addNote',
      'appealTicket',
      'reopenTicket',
      'recordManualReturn',
    ]);
  });

  test('every end but a withdrawal and a rehearsal can be appealed, and an open ticket cannot', () => {
    expect(ticketOutcomes.filter((outcome) => !isAppealable(outcome))).toEqual(['withdrawn', 'rehearsed']);
    expect(isAppealable(null)).toBe(false);
  });
});

describe('moveAfterPayouts', () => {
  const combinations = (length: number): PayoutState[][] =>
    length === 0 ? [[]] : combinations(length - 1).flatMap((states) => payoutStates.map((state) => [...states, state]));

  const all = [1, 2, 3].flatMap(combinations);

  test('a grant without payouts moves nothing', () => {
    expect(moveAfterPayouts([])).toBeNull();
  });

  test('nothing moves while one payout is still open', () => {
    const open = all.filter((states) => states.some((state) => !isFinal(state)));
    expect(open.length).toBeGreaterThan(0);
    expect(open.filter((states) => moveAfterPayouts(states) !== null)).toEqual([]);
  });

  test('the ticket is refunded only where every single payout has settled', () => {
    const refunded = all.filter((states) => moveAfterPayouts(states) === 'payoutsSettled');
    expect(refunded).toEqual([['settled'], ['settled', 'settled'], ['settled', 'settled', 'settled']]);
  });

  test('it is a rehearsal only where every single payout was one', () => {
    const rehearsed = all.filter((states) => moveAfterPayouts(states) === 'payoutsRehearsed');
    expect(new Set(rehearsed.flat())).toEqual(new Set(['rehearsed']));
  });

  test('S2: what failed or came back waits for finance, whatever became of the others', () => {
    const troubled = all.filter((states) => states.includes('failed') || states.includes('returned'));
    expect(troubled.filter((states) => moveAfterPayouts(states) !== null)).toEqual([]);
  });

  test('what was declined, with nothing failed and nothing open, is decided anew', () => {
    const declined = all.filter(
      (states) =>
        states.every((state) => ['cancelled', 'settled', 'rehearsed'].includes(state)) &&
        new Set(states).size + (states.includes('cancelled') ? 1 : 0) > 1,
    );
    expect(declined.length).toBeGreaterThan(0);
    expect(declined.filter((states) => moveAfterPayouts(states) !== 'payoutDeclined')).toEqual([]);
  });

  test('the order of the payouts does not matter', () => {
    for (const states of all) expect(moveAfterPayouts([...states].reverse())).toBe(moveAfterPayouts(states));
  });

  test('every move that it makes leaves a settling ticket', () => {
    const made = new Set(all.map(moveAfterPayouts));
    made.delete(null);
    expect(made).toEqual(new Set(['payoutDeclined', 'payoutsRehearsed', 'payoutsSettled']));
    for (const move of made) expect(move && advance(stateOf('settling'), move)).not.toBeNull();
  });
});

describe('moveAfterRemedies', () => {
  type Remedy = { readonly kind: RemedyKind; readonly state: RemedyState };
  const after = (...remedies: [RemedyKind, RemedyState][]) =>
    moveAfterRemedies(remedies.map(([kind, state]): Remedy => ({ kind, state })));

  test('RP-4.5: an extension that the shop applied closes the ticket as extended', () => {
    expect(after(['extension', 'applied'])).toBe('extensionApplied');
  });

  test('a replacement that the shop made closes it as remediated, also beside an extension', () => {
    expect(after(['replacement', 'applied'])).toBe('replacementApplied');
    expect(after(['extension', 'applied'], ['replacement', 'applied'])).toBe('replacementApplied');
  });

  test.each(['failed', 'cancelled'] as const)(
    'a remedy that %s goes back to be decided, whatever became of another',
    (state) => {
      expect(after(['extension', state])).toBe('remedyFailed');
      expect(after(['extension', 'applied'], ['replacement', state])).toBe('remedyFailed');
    },
  );

  test('it is a rehearsal only where every remedy was one', () => {
    expect(after(['extension', 'rehearsed'])).toBe('payoutsRehearsed');
    expect(after(['extension', 'rehearsed'], ['replacement', 'applied'])).toBe('remedyFailed');
  });

  test('the end of a plan goes before money, and never closes a ticket by itself', () => {
    for (const state of remedyStates) expect(after(['plan_end', state])).toBeNull();
    expect(after(['plan_end', 'failed'], ['extension', 'applied'])).toBe('extensionApplied');
  });

  test('nothing moves while one is still open, and every move that it makes leaves a settling ticket', () => {
    for (const kind of ['extension', 'replacement'] as const)
      for (const first of remedyStates)
        for (const second of remedyStates) {
          const move = after([kind, first], ['extension', second]);
          expect(move === null).toBe(!isFinalRemedy(first) || !isFinalRemedy(second));
          expect(move === null || advance(stateOf('settling'), move) !== null).toBe(true);
        }
  });
});
