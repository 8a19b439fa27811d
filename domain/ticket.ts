/**
 * The ticket's state table: phases, what leads from one to the next, and what each role may do meanwhile. Pure literal
 * data; it drives the workflow, the API's allowed actions, the pages' buttons and the diagram in the docs.
 */

import type { Due } from './due-kind.ts';
import type { PayoutId, RemedyId, SubjectId } from './ids.ts';
import { isFinal, type PayoutState } from './payout.ts';
import { isFinalRemedy, type RemedyKind, type RemedyState } from './remedy.ts';
import type { Role } from './role.ts';

export const ticketPhases = [
  'gathering',
  'reviewing',
  'remediating',
  'deciding',
  'offering',
  'settling',
  'closed',
] as const;

export type TicketPhase = (typeof ticketPhases)[number];

export const ticketOutcomes = [
  'refunded',
  'extended',
  'refused',
  'remediated',
  'withdrawn',
  'lapsed',
  'charged_back',
  'rehearsed',
] as const;

/** How a closed ticket ended; `rehearsed` is a dry run's end: decided and approved, nothing sent. */
export type TicketOutcome = (typeof ticketOutcomes)[number];

/** Ends that a customer may bring before another reviewer. */
const appealable: readonly (TicketOutcome | null)[] = [
  'refunded',
  'extended',
  'refused',
  'remediated',
  'lapsed',
  'charged_back',
];

export const isAppealable = (outcome: TicketOutcome | null): boolean => appealable.includes(outcome);

/** Ends that staff may open again for a fact: what was given stands whatever is decided, so that nothing gets worse. */
const betterable: readonly (TicketOutcome | null)[] = ['refused', 'remediated', 'lapsed', 'extended'];

const openPhases = ['gathering', 'reviewing', 'remediating', 'deciding', 'offering', 'settling'] as const;

/** What can happen to a ticket. Names are kept for ever, in histories and in the timeline. */
export const ticketMoves = {
  /** RP-4.1, RP-5.2: all that a review needs is there. */
  materialsCompleted: { from: ['gathering'], to: 'reviewing' },
  /** What is known settles the case already, so that no more is asked for. */
  settledByFacts: { from: ['gathering', 'reviewing'], to: 'deciding' },
  /** RP-4.2: the customer never sent what was asked for. */
  gatheringLapsed: { from: ['gathering'], to: 'closed', outcome: 'lapsed' },
  informationLapsed: { from: ['reviewing'], to: 'closed', outcome: 'lapsed' },
  /** RP-4.2: the agent's technical finding. */
  reviewRecorded: { from: ['reviewing'], to: 'deciding' },
  /** RP-2.4a: the fault is ours, and its 15 days have not passed. */
  remediationBegun: { from: ['reviewing'], to: 'remediating' },
  reviewFoundMended: { from: ['reviewing'], to: 'closed', outcome: 'remediated' },
  fixConfirmed: { from: ['remediating'], to: 'closed', outcome: 'remediated' },
  /** The customer was silent for the version's time. */
  fixPresumed: { from: ['remediating'], to: 'closed', outcome: 'remediated' },
  remediationExpired: { from: ['remediating'], to: 'deciding' },
  otherCauseFound: { from: ['remediating'], to: 'deciding' },
  /** More is asked of the customer after the review. */
  reviewReopened: { from: ['remediating', 'deciding'], to: 'reviewing' },
  /** RP-2.4b: a confirmed incident ends the wait. */
  incidentConfirmed: { from: ['remediating'], to: 'deciding' },
  refundDecided: { from: ['deciding'], to: 'settling' },
  replacementDecided: { from: ['deciding'], to: 'settling' },
  refusalDecided: { from: ['deciding'], to: 'closed', outcome: 'refused' },
  /** Part of the money was settled and no more is granted. */
  remainderRefused: { from: ['deciding'], to: 'closed', outcome: 'refunded' },
  /** An appeal changed nothing: the time that was given stands. */
  extensionStands: { from: ['deciding'], to: 'closed', outcome: 'extended' },
  /** RP-2.4a: so does a mending that was accepted. */
  mendingStands: { from: ['deciding'], to: 'closed', outcome: 'remediated' },
  /** RP-4.5: the customer chooses between money and time. */
  offerMade: { from: ['deciding'], to: 'offering' },
  refundChosen: { from: ['offering'], to: 'settling' },
  extensionChosen: { from: ['offering'], to: 'settling' },
  offerLapsed: { from: ['offering'], to: 'closed', outcome: 'lapsed' },
  /** Finance says no to every open payout, or gives up one that failed. */
  payoutDeclined: { from: ['settling'], to: 'deciding' },
  /** RP-5.3: the check failed or timed out before anything had left us. */
  kycFailed: { from: ['offering', 'settling'], to: 'deciding' },
  /** The shop refuses an extension or replacement for good. */
  remedyFailed: { from: ['settling'], to: 'deciding' },
  /** Every payout of the grant has the rail's last word. */
  payoutsSettled: { from: ['settling'], to: 'closed', outcome: 'refunded' },
  payoutsRehearsed: { from: ['settling'], to: 'closed', outcome: 'rehearsed' },
  extensionApplied: { from: ['settling'], to: 'closed', outcome: 'extended' },
  replacementApplied: { from: ['settling'], to: 'closed', outcome: 'remediated' },
  /** RP-3.8: a lost dispute has taken the money. */
  disputeLost: { from: openPhases, to: 'closed', outcome: 'charged_back' },
  /** Until a payout moves to `sending`: whoever moves its row first wins. */
  withdrawn: { from: openPhases, to: 'closed', outcome: 'withdrawn' },
  /** S1: settled money that failed or came back opens the ticket's next run. */
  payoutReturned: { from: ['closed'], to: 'settling' },
  /** Once per decision, before another reviewer; RP-4.6: the desk's own also before its money has left us. */
  appealed: { from: ['settling', 'closed'], to: 'reviewing' },
  /** A lapsed ticket keeps its moment of asking (RP-2.3). */
  reopened: { from: ['closed'], to: 'gathering' },
  /** What lapsed was a question: the materials are all there. */
  reviewResumed: { from: ['closed'], to: 'reviewing' },
  offerReopened: { from: ['closed'], to: 'offering' },
  /** A fact that could improve the outcome came after the decision, or beside an open offer; a person decides anew, never to the worse. */
  factImproved: { from: ['offering', 'closed'], to: 'deciding' },
} as const satisfies Record<string, { from: readonly TicketPhase[]; to: TicketPhase; outcome?: TicketOutcome }>;

export type TicketMove = keyof typeof ticketMoves;

/** Moves after which what was decided will not be done, so that it is decided anew. */
const undoing: readonly TicketMove[] = ['payoutDeclined', 'remedyFailed', 'kycFailed'];

export const undoesDecision = (move: TicketMove | undefined): boolean => move !== undefined && undoing.includes(move);

export interface TicketState {
  readonly phase: TicketPhase;
  readonly outcome: TicketOutcome | null;
}

/**
 * Whether staff may have it decided anew for a fact: an offer that nobody has chosen from, or such an end, of which a
 * refund must have left some of the money.
 */
export const isBetterable = ({ phase, outcome }: TicketState, leavesSome: boolean): boolean =>
  phase === 'offering' || betterable.includes(outcome) || (outcome === 'refunded' && leavesSome);

/** The state after a move, or `null` where the table has no such way. */
export function advance(state: TicketState, move: TicketMove): TicketState | null {
  const rule: { from: readonly TicketPhase[]; to: TicketPhase; outcome?: TicketOutcome } = ticketMoves[move];
  if (!rule.from.includes(state.phase)) return null;
  return { phase: rule.to, outcome: rule.outcome ?? null };
}

/** What people may ask of an open ticket in whatever phase. */
const always = [
  'addEvidence',
  'postMessage',
  'withdrawTicket',
  'assignTicket',
  'addNote',
  'placeHold',
  'releaseHold',
  'recordKyc',
  'recordFact',
  'recordManualReturn',
] as const;

/** What people may ask of a ticket by phase; the operation ids of the API. */
export const ticketActions = {
  gathering: always,
  reviewing: [...always, 'recordReview', 'requestInformation', 'answerInformationRequest'],
  remediating: [...always, 'recordReview', 'requestInformation', 'reportRemediation', 'answerRemediation'],
  deciding: [...always, 'requestInformation', 'decideTicket', 'confirmDecision'],
  offering: [...always, 'answerOffer', 'reopenTicket'],
  settling: [
    ...always,
    'approvePayout',
    'declinePayout',
    'reroutePayout',
    'cancelPayout',
    'recordManualPayment',
    'appealTicket',
  ],
  closed: ['postMessage', 'addNote', 'appealTicket', 'reopenTicket', 'recordManualReturn'],
} as const satisfies Record<TicketPhase, readonly string[]>;

export type TicketAction = (typeof ticketActions)[TicketPhase][number];

export const isTicketAction = (operation: string): operation is TicketAction =>
  Object.values<readonly string[]>(ticketActions).some((actions) => actions.includes(operation));

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
  /** Payouts of the newest grant that nothing replaces, in order. */
  readonly payouts: readonly {
    readonly id: PayoutId;
    readonly state: PayoutState;
    /** Its provider is to be asked to call it off. */
    readonly cancelAsked?: true;
  }[];
  /** What the newest decision has the shop do, in order; left out where there is nothing. */
  readonly remedies?: readonly { readonly id: RemedyId; readonly kind: RemedyKind; readonly state: RemedyState }[];
  /** When the ticket moves by itself, if nothing comes before. */
  readonly due?: Due;
  /** While a hold is open no payout and no remedy goes. */
  readonly held?: true;
}

/** What the states of the newest grant's payouts make of a settling ticket; `null` while something is still open. */
export function moveAfterPayouts(states: readonly PayoutState[]): TicketMove | null {
  if (states.length === 0 || states.some((state) => !isFinal(state))) return null;
  if (states.every((state) => state === 'settled')) return 'payoutsSettled';
  if (states.every((state) => state === 'rehearsed')) return 'payoutsRehearsed';
  // What failed or came back waits for finance; what was declined goes back to be decided anew.
  return states.some((state) => state === 'failed' || state === 'returned') ? null : 'payoutDeclined';
}

/** What became of what the shop was to do, where no money goes as well; `null` while it is open. */
export function moveAfterRemedies(
  remedies: readonly { readonly kind: RemedyKind; readonly state: RemedyState }[],
): TicketMove | null {
  const own = remedies.filter(({ kind }) => kind !== 'plan_end');
  if (own.length === 0 || own.some(({ state }) => !isFinalRemedy(state))) return null;
  if (own.every(({ state }) => state === 'rehearsed')) return 'payoutsRehearsed';
  if (own.some(({ state }) => state !== 'applied')) return 'remedyFailed';
  return own.some(({ kind }) => kind === 'replacement') ? 'replacementApplied' : 'extensionApplied';
}
