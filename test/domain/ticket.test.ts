/** The ticket's state table is sound: everything reachable, nothing leads nowhere, and payouts decide how it closes. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isFinal, type PayoutState, payoutStates } from '../../domain/payout.ts';
import {
  advance,
  moveAfterPayouts,
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

  test('S1: a closed ticket is left by money that came back and by nothing else', () => {
    const leaving = moves.filter((move) => advance(stateOf('closed'), move) !== null);
    expect(leaving).toEqual(['payoutReturned']);
    expect(advance(stateOf('closed', 'refunded'), 'payoutReturned')).toEqual({ phase: 'settling', outcome: null });
  });

  test('every open phase can be left for the end: no ticket is stuck for ever', () => {
    for (const phase of ticketPhases.filter((name) => name !== 'closed'))
      expect(advance(stateOf(phase), 'withdrawn')).toEqual({ phase: 'closed', outcome: 'withdrawn' });
  });

  test('no decision is taken before a review, and no money settles before a decision', () => {
    const leadingTo = (phase: TicketPhase) => moves.filter((move) => ticketMoves[move].to === phase);
    expect(leadingTo('deciding')).toEqual(['reviewRecorded', 'payoutDeclined']);
    expect(leadingTo('settling')).toEqual(['refundDecided', 'payoutReturned']);
    expect(ticketMoves.refundDecided.from).toEqual(['deciding']);
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
    ['recordReview', 'reviewRecorded'],
    ['decideTicket', 'refundDecided'],
    ['decideTicket', 'refusalDecided'],
    ['withdrawTicket', 'withdrawn'],
    ['declinePayout', 'payoutDeclined'],
  ] as const)('%s is offered in just the phases that %s leads from', (action, move) => {
    const offered = ticketPhases.filter((phase) => permits(phase, action));
    expect(offered).toEqual(ticketPhases.filter((phase) => advance(stateOf(phase), move) !== null));
  });

  test('a closed ticket takes nothing but what is said: nothing that somebody wrote is lost', () => {
    expect(ticketActions.closed).toEqual(['postMessage', 'addNote']);
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
