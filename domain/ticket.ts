/**
 * The ticket's state table: phases, what leads from one to the next, and what each role may do meanwhile. Pure literal
 * data; it drives the workflow, the API's allowed actions, the pages' buttons and the diagram in the docs.
 */

import type { PayoutId, SubjectId } from './ids.ts';
import { isFinal, type PayoutState } from './payout.ts';
import type { Role } from './role.ts';

export const ticketPhases = ['gathering', 'reviewing', 'deciding', 'settling', 'closed'] as const;

export type TicketPhase = (typeof ticketPhases)[number];

export const ticketOutcomes = ['refunded', 'refused', 'withdrawn', 'rehearsed'] as const;

/** How a closed ticket ended; `rehearsed` is a dry run's end: decided and approved, nothing sent. */
export type TicketOutcome = (typeof ticketOutcomes)[number];

/** What can happen to a ticket. Names are kept for ever, in histories and in the timeline. */
export const ticketMoves = {
  /** RP-4.1, RP-5.2: all that a review needs is there. */
  materialsCompleted: { from: ['gathering'], to: 'reviewing' },
  /** RP-4.2: the agent's technical finding. */
  reviewRecorded: { from: ['reviewing'], to: 'deciding' },
  refundDecided: { from: ['deciding'], to: 'settling' },
  refusalDecided: { from: ['deciding'], to: 'closed', outcome: 'refused' },
  /** Part of the money was settled and no more is granted. */
  remainderRefused: { from: ['deciding'], to: 'closed', outcome: 'refunded' },
  /** Finance says no to every open payout, or gives up one that failed. */
  payoutDeclined: { from: ['settling'], to: 'deciding' },
  /** Every payout of the grant has the rail's last word. */
  payoutsSettled: { from: ['settling'], to: 'closed', outcome: 'refunded' },
  payoutsRehearsed: { from: ['settling'], to: 'closed', outcome: 'rehearsed' },
  /** Until a payout moves to `sending`: whoever moves its row first wins. */
  withdrawn: { from: ['gathering', 'reviewing', 'deciding', 'settling'], to: 'closed', outcome: 'withdrawn' },
  /** S1: settled money that failed or came back opens the ticket's next run. */
  payoutReturned: { from: ['closed'], to: 'settling' },
} as const satisfies Record<string, { from: readonly TicketPhase[]; to: TicketPhase; outcome?: TicketOutcome }>;

export type TicketMove = keyof typeof ticketMoves;

export interface TicketState {
  readonly phase: TicketPhase;
  readonly outcome: TicketOutcome | null;
}

/** The state after a move, or `null` where the table has no such way. */
export function advance(state: TicketState, move: TicketMove): TicketState | null {
  const rule: { from: readonly TicketPhase[]; to: TicketPhase; outcome?: TicketOutcome } = ticketMoves[move];
  if (!rule.from.includes(state.phase)) return null;
  return { phase: rule.to, outcome: rule.outcome ?? null };
}

/** What people may ask of a ticket by phase; the operation ids of the API. */
export const ticketActions = {
  gathering: ['addEvidence', 'postMessage', 'withdrawTicket', 'assignTicket', 'addNote'],
  reviewing: ['addEvidence', 'postMessage', 'withdrawTicket', 'assignTicket', 'addNote', 'recordReview'],
  deciding: ['addEvidence', 'postMessage', 'withdrawTicket', 'assignTicket', 'addNote', 'decideTicket'],
  settling: [
    'addEvidence',
    'postMessage',
    'withdrawTicket',
    'assignTicket',
    'addNote',
    'approvePayout',
    'declinePayout',
  ],
  closed: ['postMessage', 'addNote'],
} as const satisfies Record<TicketPhase, readonly string[]>;

export type TicketAction = (typeof ticketActions)[TicketPhase][number];

export const permits = (phase: TicketPhase, action: TicketAction): boolean =>
  (ticketActions[phase] as readonly TicketAction[]).includes(action);

/** Who did something: a person by id and role, or the desk or a provider itself. */
export interface Actor {
  readonly id: SubjectId | null;
  readonly role: Role | 'system' | 'provider';
}

export const theDesk: Actor = { id: null, role: 'system' };
export const theProvider: Actor = { id: null, role: 'provider' };

/** What a workflow must know of its ticket: ids and codes only. Each recorded step answers with the newest. */
export interface TicketSnapshot extends TicketState {
  /** Number of the ticket's newest event: of two snapshots, the one with the higher version is the newer. */
  readonly version: number;
  readonly ticketNumber: string;
  /** Whether every tender's captured amount is known from its provider, as a grant needs (R10). */
  readonly capturesKnown: boolean;
  readonly decidedBy: SubjectId | null;
  /** Payouts of the newest grant, in order. */
  readonly payouts: readonly { readonly id: PayoutId; readonly state: PayoutState }[];
}

/** What the states of the newest grant's payouts make of a settling ticket; `null` while something is still open. */
export function moveAfterPayouts(states: readonly PayoutState[]): TicketMove | null {
  if (states.length === 0 || states.some((state) => !isFinal(state))) return null;
  if (states.every((state) => state === 'settled')) return 'payoutsSettled';
  if (states.every((state) => state === 'rehearsed')) return 'payoutsRehearsed';
  // What failed or came back waits for finance; what was declined goes back to be decided anew.
  return states.some((state) => state === 'failed' || state === 'returned') ? null : 'payoutDeclined';
}
