/**
 * One ticket's life as values: what the stores keep of it, as little as the workflow can tell apart. Moved only along
 * domain's tables and waiting by domain's arithmetic; pure, so that it can be told beside a workflow and compared.
 */

import { nextDue, type Waits } from '../../domain/due.ts';
import type { Due } from '../../domain/due-kind.ts';
import { type Refusal, refuse } from '../../domain/errors.ts';
import type { ClockKind, ClockPause } from '../../domain/facts.ts';
import type { HoldKind } from '../../domain/hold.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { advance, type TicketMove, type TicketSnapshot } from '../../domain/ticket.ts';
import { aCase, firstVersion } from '../domain/case-builder.ts';

export interface Life {
  readonly phase: TicketSnapshot['phase'];
  readonly outcome: TicketSnapshot['outcome'];
  readonly version: number;
  readonly capturesKnown: boolean;
  readonly decidedBy: SubjectId | null;
  readonly payouts: TicketSnapshot['payouts'];
  readonly remedies: NonNullable<TicketSnapshot['remedies']>;
  readonly due: Due | null;
  /** How many payouts and remedies there ever were: what their ids are made of. */
  readonly granted: number;
  readonly holds: readonly { readonly kind: HoldKind; readonly stops: readonly ClockKind[] }[];
  readonly pauses: readonly ClockPause[];
  /** RP-2.4a: the customer's report. */
  readonly reportedAt: string;
  readonly gatheringSince: string;
  readonly informationAskedAt: string | null;
  readonly fixReportedAt: string | null;
  readonly offeredAt: string | null;
  readonly kyc: Waits['kyc'];
  /** RP-4.6: the version lets the desk decide. */
  readonly systemDecides: boolean;
  /** Who decided by an exception that a second person must confirm. */
  readonly awaiting: SubjectId | null;
  readonly appealed: boolean;
}

export type Change = Partial<Omit<Life, 'phase' | 'outcome' | 'version' | 'due'>> & {
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
    decidedBy: null,
    payouts: [],
    remedies: [],
    due: null,
    granted: 0,
    holds: [],
    pauses: [],
    reportedAt: at.toISOString(),
    gatheringSince: at.toISOString(),
    informationAskedAt: null,
    fixReportedAt: null,
    offeredAt: null,
    kyc: null,
    systemDecides: false,
    awaiting: null,
    appealed: false,
    ...given,
  };
  return { ...begun, due: dueOf(begun, at) };
};

/** The life after a change, or the refusal where the table has no such move; every step is a newer version. */
export function changed(life: Life, { move, undecided, ...change }: Change, at: Date): Life | Refusal {
  const state = move ? advance(life, move) : { phase: life.phase, outcome: life.outcome };
  if (!state) return refuse(life.phase === 'closed' ? 'ticket-closed' : 'ticket-phase', { phase: life.phase });
  const closes = state.phase === 'closed' ? { holds: [], kyc: null, awaiting: null } : {};
  const next = { ...life, ...change, ...closes, ...state, version: life.version + 1 };
  return { ...next, due: undecided ? null : dueOf(next, at) };
}

const dueOf = (life: Life, at: Date): Due | null => {
  const { facts } = aCase().input();
  const { reportedAt, fixReportedAt, pauses } = life;
  const remediation = { reportedAt, fixReportedAt, answer: null, answeredBy: null };
  return nextDue({ ...life, parameters, offerDays: null, facts: { ...facts, pauses, remediation } }, at.toISOString());
};

/** What a workflow may know of it. */
export const snapshotOf = (life: Life): TicketSnapshot => ({
  ticketNumber: 'RD-1',
  version: life.version,
  phase: life.phase,
  outcome: life.outcome,
  capturesKnown: life.capturesKnown,
  decidedBy: life.decidedBy,
  payouts: life.payouts,
  ...(life.remedies.length > 0 ? { remedies: life.remedies } : {}),
  ...(life.due ? { due: life.due } : {}),
  ...(life.holds.length > 0 ? { held: true } : {}),
});
