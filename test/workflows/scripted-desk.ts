/**
 * One ticket as its workflow's activities answer for it, in memory: a small desk at the port, made of domain's own state
 * tables, that counts what it is asked and can be told to fail, wait or answer late. No stand-in for Postgres's guards.
 */

import { randomUUID } from 'node:crypto';
import { type Refusal, refuse } from '../../domain/errors.ts';
import type { InputId, PayoutId, SubjectId, TicketId } from '../../domain/ids.ts';
import { type PayoutState, reduceReport } from '../../domain/payout.ts';
import type { RailReport } from '../../domain/rail.ts';
import { advance, moveAfterPayouts, type TicketMove, type TicketSnapshot } from '../../domain/ticket.ts';
import type { TicketMessage } from '../../workflows/messages.ts';
import type { PayoutActivities, TicketActivities } from '../../workflows/ports.ts';

type Answer = TicketSnapshot | Refusal;
export type AskedFor = keyof TicketActivities | keyof PayoutActivities;

/** Stands round one kind of call: may wait, throw, or answer in its place. */
export type Around = (answer: () => Answer, attempt: number) => Promise<Answer> | Answer;

export interface ScriptedDesk extends TicketActivities, PayoutActivities {
  readonly ticketId: TicketId;
  /** Every call that an activity made, in order, each attempt by itself. */
  readonly calls: readonly AskedFor[];
  readonly snapshot: () => TicketSnapshot;
  around(name: AskedFor, what: Around): void;
  /** A report that was kept; its message names it. */
  keepReport(report: RailReport): InputId;
  times(name: AskedFor): number;
  /** How often a step took effect: a local activity may be asked again where its workflow task was lost. */
  taken(name: AskedFor): number;
}

const inReview: TicketSnapshot = {
  ticketNumber: 'RD-1',
  version: 1,
  phase: 'reviewing',
  outcome: null,
  capturesKnown: false,
  decidedBy: null,
  payouts: [],
};

/** The ticket's state, moved only along domain's tables; each move is a newer version. */
function createTicketState(given: Partial<TicketSnapshot>) {
  let now: TicketSnapshot = { ...inReview, ...given };
  const step = (move: TicketMove | null, change: Partial<TicketSnapshot> = {}): Answer => {
    const state = move ? advance(now, move) : { phase: now.phase, outcome: now.outcome };
    if (!state) return refuse(now.phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase: now.phase });
    now = { ...now, ...change, ...state, version: now.version + 1 };
    return now;
  };
  const moved = (id: PayoutId, state: PayoutState) => ({
    payouts: now.payouts.map((payout) => (payout.id === id ? { id, state } : payout)),
  });
  return {
    now: () => now,
    step,
    moved,
    stateOf: (id: PayoutId) => now.payouts.find((payout) => payout.id === id)?.state,
    report(id: PayoutId, said: RailReport): Answer {
      const before = now.payouts.find((payout) => payout.id === id);
      const change = before && reduceReport(before.state, said);
      if (!change) return step(null);
      const { payouts } = moved(id, change.state);
      if (now.phase === 'closed') return step(change.state === 'returned' ? 'payoutReturned' : null, { payouts });
      return step(moveAfterPayouts(payouts.map(({ state }) => state)), { payouts });
    },
    decide(by: SubjectId, decision: 'refund' | 'refuse'): Answer {
      if (now.phase === 'settling') return refuse('ticket-decided', { decidedBy: now.decidedBy ?? '' });
      if (decision === 'refuse') return step('refusalDecided', { decidedBy: by });
      const granted = { id: randomUUID() as PayoutId, state: 'granted' as const };
      return step('refundDecided', { decidedBy: by, payouts: [granted] });
    },
    withdraw: (): Answer =>
      step('withdrawn', {
        payouts: now.payouts.map(({ id, state }) => ({
          id,
          state: state === 'granted' || state === 'approved' ? 'cancelled' : state,
        })),
      }),
  };
}

/** A ticket in review, unless told how it stands. */
export function scriptDesk(given: Partial<TicketSnapshot> = {}): ScriptedDesk {
  const ticket = createTicketState(given);
  const calls: AskedFor[] = [];
  const arounds = new Map<AskedFor, Around>();
  const reports = new Map<InputId, RailReport>();
  const recorded = new Set<InputId>();
  const taken: AskedFor[] = [];

  const asked = async (name: AskedFor, answer: () => Answer): Promise<Answer> => {
    calls.push(name);
    const around = arounds.get(name);
    return around ? around(answer, calls.filter((call) => call === name).length) : answer();
  };
  /** As the stores do: what is recorded already is not done again. */
  const once = (name: AskedFor, { inputId }: { inputId: InputId }, answer: () => Answer): Promise<Answer> =>
    asked(name, () => {
      if (recorded.has(inputId)) return ticket.now();
      const given = answer();
      recorded.add(inputId);
      taken.push(name);
      return given;
    });
  const provided = (answer: Promise<Answer>) => answer as Promise<TicketSnapshot>;

  return {
    ticketId: randomUUID() as TicketId,
    calls,
    snapshot: ticket.now,
    around: (name, what) => void arounds.set(name, what),
    times: (name) => calls.filter((call) => call === name).length,
    taken: (name) => taken.filter((step) => step === name).length,
    keepReport(said) {
      const inputId = randomUUID() as InputId;
      reports.set(inputId, said);
      return inputId;
    },
    openRun: () => asked('openRun', () => ticket.step(null)),
    recordEvidence: (message: TicketMessage) => once('recordEvidence', message, () => ticket.step(null)),
    recordWithdrawal: (message) => once('recordWithdrawal', message, ticket.withdraw),
    recordReview: (message) => once('recordReview', message, () => ticket.step('reviewRecorded')),
    recordDecision: (message) => once('recordDecision', message, () => ticket.decide(message.by.id, message.decision)),
    recordApproval: ({ payoutId, ...message }) =>
      once('recordApproval', message, () => ticket.step(null, ticket.moved(payoutId, 'approved'))),
    recordDecline: ({ payoutId, ...message }) =>
      once('recordDecline', message, () => ticket.step('payoutDeclined', ticket.moved(payoutId, 'cancelled'))),
    recordReport: ({ payoutId, inputId }) =>
      once('recordReport', { inputId }, () => {
        const said = reports.get(inputId);
        return said ? ticket.report(payoutId, said) : ticket.step(null);
      }),
    readCaptures: () => provided(asked('readCaptures', () => ticket.step(null, { capturesKnown: true }))),
    sendPayout: ({ payoutId }) =>
      provided(
        asked('sendPayout', () => {
          if (ticket.stateOf(payoutId) === 'approved') ticket.step(null, ticket.moved(payoutId, 'sending'));
          return ticket.report(payoutId, { status: 'sent', providerRef: 're_1' });
        }),
      ),
    checkPayout: () => provided(asked('checkPayout', ticket.now)),
  };
}
