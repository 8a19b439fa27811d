/**
 * A ticket as a case to judge: every fact that bears on it, with its source, the policy versions it stands under, and
 * what it waits for, read in one statement. Nothing personal leaves here but ids.
 */

import type { Assessment } from '../domain/assessment.ts';
import type { Waits } from '../domain/due.ts';
import { assess } from '../domain/engine.ts';
import type { AssessmentInput, CaseFacts } from '../domain/facts.ts';
import type { TicketId } from '../domain/ids.ts';
import type { PolicyParameters, PolicyVersion } from '../domain/policy.ts';
import type { TicketPhase } from '../domain/ticket.ts';
import { factsOf } from './case-facts.ts';
import { caseQuery } from './case-query.ts';
import { type CaseRow, caseSchema } from './case-row.ts';
import type { Queryable } from './database.ts';
import { readRow } from './row.ts';

/** A case whose policy version is known: what every judgement starts from. */
export interface TicketCase extends Omit<CaseRow, 'version'> {
  readonly version: PolicyVersion;
  readonly facts: CaseFacts;
}

/** `null` where no policy version was in force when the ticket was asked for. */
export async function readCase(db: Queryable, ticketId: TicketId): Promise<TicketCase | null> {
  const result = await db.raw<{ rows: { facts: unknown }[] }>(caseQuery, { ticket: ticketId });
  const row = readRow('case', caseSchema, result.rows[0]?.facts);
  return row.version === null ? null : { ...row, version: row.version, facts: factsOf(row, row.version) };
}

/** The case as it stands once a step of this instant is recorded: materials that are all there are complete from then on. */
export const withMaterials = (given: TicketCase, at: Date): TicketCase =>
  given.facts.missing.length === 0 ? asComplete(given, at) : given;

/** RP-4.3: nothing is missing any more where somebody reviews or decides, as after an appeal against a lapse. */
export const asReached = (given: TicketCase, phase: TicketPhase, at: Date): TicketCase =>
  phase === 'reviewing' || phase === 'deciding' ? asComplete(given, at) : withMaterials(given, at);

/** Nothing more is asked for, so that the promise of RP-4.3 runs from now at the latest. */
export const asComplete = (given: TicketCase, at: Date): TicketCase =>
  given.facts.materialsCompleteAt === null
    ? { ...given, facts: { ...given.facts, materialsCompleteAt: at.toISOString() } }
    : given;

/** RP-3.8, D3: something is held for a dispute or an inquiry. */
export const isHeldForDispute = ({ holds }: Pick<TicketCase, 'holds'>): boolean =>
  holds.some(({ kind, releasedAt }) => kind === 'dispute' && releasedAt === null);

/** The case once that hold has ended, and its clocks go on. */
export const freedOfDispute = (given: TicketCase, now: string): TicketCase => ({
  ...given,
  holds: given.holds.map((hold) =>
    hold.kind === 'dispute' && hold.releasedAt === null ? { ...hold, releasedAt: now, result: 'ended' as const } : hold,
  ),
  facts: {
    ...given.facts,
    pauses: given.facts.pauses.map((pause) =>
      pause.reason === 'dispute' && pause.until === null ? { ...pause, until: now } : pause,
    ),
  },
});

/** The case as the engine takes it. */
export const inputOf = (given: TicketCase, at: Date): AssessmentInput => ({
  at: at.toISOString(),
  version: given.version,
  purchaseVersion: given.purchaseVersion,
  facts: given.facts,
});

export const judge = (given: TicketCase, at: Date): Assessment => assess(inputOf(given, at));

/** RP-6.1: what the customer is told and what the timers keep to is of the version that counts. */
export const parametersOf = (
  { version, purchaseVersion }: Pick<TicketCase, 'version' | 'purchaseVersion'>,
  { judgedBy }: Assessment,
): PolicyParameters => (purchaseVersion?.number === judgedBy ? purchaseVersion : version).document.parameters;

/** What the ticket waits for, in the phase that it is in or moves to. */
export const waitsOf = (given: TicketCase, phase: TicketPhase, assessment: Assessment): Waits => ({
  phase,
  parameters: parametersOf(given, assessment),
  offerDays: given.offer?.days ?? null,
  facts: given.facts,
  gatheringSince: given.reopenedAt ?? given.createdAt,
  informationAskedAt: given.information?.askedAt ?? null,
  fix: given.fix?.answer === null ? given.fix : null,
  offeredAt: given.offer?.choice === null ? (given.offer.toldAt ?? given.offer.offeredAt) : null,
  kyc: openKyc(given),
  // What a person looked at before, a person decides.
  systemDecides: assessment.systemMayDecide && given.decision === null && given.facts.reopenedAt === null,
});

function openKyc({ holds }: TicketCase): Waits['kyc'] {
  const open = holds.find(({ kind, releasedAt }) => kind === 'kyc' && releasedAt === null);
  return open?.dueAt ? { askedAt: open.placedAt, dueAt: open.dueAt } : null;
}
