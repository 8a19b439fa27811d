/**
 * The ticket's state table: phases, what leads from one to the next, and what each role may do meanwhile. Pure literal
 * data; it drives the workflow, the API's allowed actions, the pages' buttons and the diagram in the docs.
 */

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
  closed: ['addNote'],
} as const satisfies Record<TicketPhase, readonly string[]>;

export type TicketAction = (typeof ticketActions)[TicketPhase][number];

export const permits = (phase: TicketPhase, action: TicketAction): boolean =>
  (ticketActions[phase] as readonly TicketAction[]).includes(action);
