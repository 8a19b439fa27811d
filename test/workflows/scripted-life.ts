/**
 * One ticket's life as values: what the stores keep of it, as little as the workflow can tell apart. Moved only along
 * domain's tables and waiting by domain's arithmetic; pure, so that it can be told beside a workflow and compared.
 */

import { remediationClock } from '../../domain/clocks.ts';
import { nextDue, type Waits } from '../../domain/due.ts';
import type { Due } from '../../domain/due-kind.ts';
import { type Refusal, refuse } from '../../domain/errors.ts';
import type { CaseFacts, ClockKind, ClockPause, DisputeState, KycState } from '../../domain/facts.ts';
import type { HoldKind } from '../../domain/hold.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { advance, type TicketMove, type TicketSnapshot } from '../../domain/ticket.ts';
import { aCase, firstVersion } from '../domain/case-builder.ts';

/** A hold of the ticket, with the clocks that it stops. */
export interface Hold {
  readonly id: string;
  readonly kind: HoldKind;
  readonly stops: readonly ClockKind[];
  /** Placed by a question to the customer, and ended with it alone. */
  readonly isQuestion: boolean;
}

export interface Life {
  readonly phase: TicketSnapshot['phase'];
  readonly outcome: TicketSnapshot['outcome'];
  readonly version: number;
  readonly capturesKnown: boolean;
  /** All moves since it began, in order. */
  readonly moves: readonly TicketMove[];
  /** Of the newest decision that took effect. */
  readonly decidedBy: SubjectId | null;
  /** Of the newest grant; those of the ones before are not the workflow's any more. */
  readonly payouts: TicketSnapshot['payouts'];
  readonly formerPayouts: TicketSnapshot['payouts'];
  /** Of the newest decision that took effect. */
  readonly remedies: NonNullable<TicketSnapshot['remedies']>;
  readonly formerRemedies: NonNullable<TicketSnapshot['remedies']>;
  readonly due: Due | null;
  /** How many payouts and remedies there ever were: what their ids are made of. */
  readonly granted: number;
  readonly holds: readonly Hold[];
  readonly pauses: readonly (ClockPause & { readonly holdId: string })[];
  /** The newest check of identity; `closed` where it ended with its ticket. */
  readonly kycState: KycState | 'closed' | null;
  /** The provider's newest word on the order's dispute, also while the ticket is closed. */
  readonly dispute: DisputeState | null;
  /** RP-4.1: all materials are there. */
  readonly complete: boolean;
  /** A review counts: there was one since the ticket was last opened for a new one. */
  readonly reviewed: boolean;
  /** RP-2.4a: the customer's report. */
  readonly reportedAt: string;
  readonly gatheringSince: string;
  readonly informationAskedAt: string | null;
  readonly fixReportedAt: string | null;
  /** Of the open offer. */
  readonly offeredAt: string | null;
  /** The ticket closed because nobody chose from its offer. */
  readonly offerLapsed: boolean;
  /** The check of identity that is asked for. */
  readonly kyc: Waits['kyc'];
  /** RP-4.6: the version lets the desk decide, and no person has looked at it before. */
  readonly systemDecides: boolean;
  /** Who decided by an exception that a second person must confirm. */
  readonly awaiting: SubjectId | null;
  /** The newest decision was appealed. */
  readonly appealed: boolean;
  readonly closedAt: string | null;
}

export type Change = Partial<Omit<Life, 'phase' | 'outcome' | 'version' | 'moves' | 'due'>> & {
  readonly move?: TicketMove | null;
  /** The desk looked whether it may decide and leaves it to a person. */
  readonly undecided?: true;
};

/** Of the seller's first version: 15 days, 3 for an answer to a fix, 14 for whatever else lapses. */
export const { parameters } = firstVersion.document;

export const newLife = (at: Date, given: Partial<Life> = {}): Life => {
  const begun: Life = {
    phase: 'gathering',
    outcome: null,
    version: 1,
    capturesKnown: false,
    moves: [],
    decidedBy: null,
    payouts: [],
    formerPayouts: [],
    remedies: [],
    formerRemedies: [],
    due: null,
    granted: 0,
    holds: [],
    pauses: [],
    kycState: null,
    dispute: null,
    complete: (given.phase ?? 'gathering') !== 'gathering',
    reviewed: false,
    reportedAt: at.toISOString(),
    gatheringSince: at.toISOString(),
    informationAskedAt: null,
    fixReportedAt: null,
    offeredAt: null,
    offerLapsed: false,
    kyc: null,
    systemDecides: false,
    awaiting: null,
    appealed: false,
    closedAt: null,
    ...given,
  };
  return { ...begun, due: dueOf(begun, at) };
};

/** The life after a change, or the refusal where the table has no such move; every step is a newer version. */
export function changed(life: Life, { move, undecided, ...change }: Change, at: Date): Life | Refusal {
  const state = move ? advance(life, move) : { phase: life.phase, outcome: life.outcome };
  if (!state) return refuse(life.phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase: life.phase });
  const moves = move ? [...life.moves, move] : life.moves;
  const turned: Life = { ...life, ...change, ...state, moves, version: life.version + 1 };
  const next = { ...turned, ...ended(life, turned, at) };
  return { ...next, due: undecided ? null : dueOf(next, at) };
}

/** What ends with the phase that is left, and what a closing ticket leaves open. */
function ended(before: Life, turned: Life, at: Date): Partial<Life> {
  const { phase, pauses, kycState } = turned;
  if (phase === before.phase) return {};
  const now = at.toISOString();
  return {
    ...(isGiving(before) && (phase === 'deciding' || phase === 'reviewing') ? withoutInquiryHold(turned, now) : {}),
    // A report of a fix that nobody answered is no one's to answer outside the remediation.
    ...(before.phase === 'remediating' ? { fixReportedAt: null } : {}),
    ...(before.phase === 'offering' ? { offeredAt: null } : {}),
    ...(before.phase === 'closed' ? { closedAt: null } : {}),
    ...(phase === 'closed'
      ? {
          closedAt: now,
          holds: [],
          pauses: pauses.map((pause) => (pause.until === null ? { ...pause, until: now } : pause)),
          kycState: kycState === 'asked' ? 'closed' : kycState,
          kyc: null,
          awaiting: null,
          informationAskedAt: null,
        }
      : {}),
  };
}

const isGiving = ({ phase }: Life): boolean => phase === 'offering' || phase === 'settling';

/** D3: what held an offer or a part for an inquiry alone ends with them. */
function withoutInquiryHold({ dispute, holds, pauses }: Life, now: string): Partial<Life> {
  if (dispute === 'open') return {};
  const over = holds.filter(({ kind }) => kind === 'dispute').map(({ id }) => id);
  return {
    holds: holds.filter(({ id }) => !over.includes(id)),
    pauses: pauses.map((pause) =>
      over.includes(pause.holdId) && pause.until === null ? { ...pause, until: now } : pause,
    ),
  };
}

const { facts } = aCase().input();

const factsOf = ({ reportedAt, fixReportedAt, pauses }: Life): CaseFacts => ({
  ...facts,
  pauses,
  remediation: { reportedAt, fixReportedAt, answer: null, answeredBy: null },
});

/** RP-2.4a: when the days of the remediation are over. */
export const mendByMs = (life: Life, at: Date): number =>
  Date.parse(remediationClock(factsOf(life), life.reportedAt, parameters, at.getTime()).dueAt);

/** RP-5.3, RP-3.8: what a check or the bank has settled already, whatever else may come. */
export const isChargedBack = ({ dispute }: Life): boolean => dispute === 'lost' || dispute === 'prevented';
export const hasFailedCheck = ({ kycState }: Life): boolean => kycState === 'failed' || kycState === 'timed_out';

const dueOf = (life: Life, at: Date): Due | null => {
  const isHeld = life.kyc !== null || life.dispute === 'open' || hasFailedCheck(life) || isChargedBack(life);
  const systemDecides = life.systemDecides && !isHeld;
  const fix = life.fixReportedAt === null ? null : { reportedAt: life.fixReportedAt, askedAt: life.fixReportedAt };
  return nextDue({ ...life, fix, systemDecides, parameters, offerDays: null, facts: factsOf(life) }, at.toISOString());
};

/** What a workflow may know of it. */
export const snapshotOf = (life: Life): TicketSnapshot => ({
  ticketNumber: 'RD-1',
  version: life.version,
  phase: life.phase,
  outcome: life.outcome,
  capturesKnown: life.capturesKnown,
  decidedBy: life.awaiting ?? life.decidedBy,
  payouts: life.payouts,
  ...(life.remedies.length > 0 ? { remedies: life.remedies } : {}),
  ...(life.due ? { due: life.due } : {}),
  ...(life.holds.length > 0 ? { held: true } : {}),
});
