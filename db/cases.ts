/**
 * A ticket as a case to judge: every fact that bears on it, with its source, the policy versions it stands under, and
 * what it waits for, read in one statement. Nothing personal leaves here but ids.
 */

import { z } from 'zod';
import type { Assessment } from '../domain/assessment.ts';
import { decisionKinds, decisionStates } from '../domain/decision.ts';
import type { Waits } from '../domain/due.ts';
import { assess } from '../domain/engine.ts';
import {
  type AssessmentInput,
  type CaseFacts,
  clockKinds,
  disputeStates,
  type KycState,
  orderChannels,
  pauseReasons,
} from '../domain/facts.ts';
import { type HoldResult, holdKinds, holdResults } from '../domain/hold.ts';
import type { AssessmentId, DecisionId, HoldId, OfferId, SubjectId, TicketId } from '../domain/ids.ts';
import { missingMaterials } from '../domain/materials.ts';
import { offerEnds } from '../domain/offer.ts';
import { faultKinds, type PolicyDocument, type PolicyParameters, type PolicyVersion } from '../domain/policy.ts';
import { tenderMethods } from '../domain/rail.ts';
import { fixAnswers, reviewCauses } from '../domain/review.ts';
import { type TicketPhase, ticketPhases } from '../domain/ticket.ts';
import { caseQuery } from './case-query.ts';
import type { Queryable } from './database.ts';
import { currency, id, readRow } from './row.ts';
import { factOf, latestOf, statementSchema } from './stated-facts.ts';

/** PostgreSQL's JSON tells instants with microseconds and an offset; facts have them in one form. */
const instantText = z.string().transform((text) => new Date(text).toISOString());
const count = z.union([z.string(), z.number()]).transform(String);

const versionSchema = z.object({
  id: z.uuid(),
  number: z.number().int(),
  effectiveAt: instantText,
  document: z.custom<PolicyDocument>(),
}) satisfies z.ZodType<PolicyVersion>;

const intervalSchema = z.object({ from: instantText, until: instantText });

const usageSchema = z.object({ bytes: count, requests: count.nullable(), measuredAt: instantText });

const caseSchema = z.object({
  phase: z.enum(ticketPhases),
  fault: z.enum(faultKinds),
  askedAt: instantText,
  createdAt: instantText,
  reopenedAt: instantText.nullable(),
  openedAgainAt: instantText.nullable(),
  materialsCompleteAt: instantText.nullable(),
  described: z.boolean(),
  evidenceCount: z.number().int(),
  hasNetworkContext: z.boolean(),
  version: versionSchema.nullable(),
  purchaseVersion: versionSchema.nullable(),
  order: z.object({
    currency,
    planKind: z.string(),
    channel: z.enum(orderChannels),
    reportedAt: instantText,
    firstPurchasedAt: instantText,
    firstCapturedAt: instantText.nullable(),
    purchasedAt: instantText,
    period: intervalSchema.nullable(),
    meteredBytes: count.nullable(),
  }),
  tenders: z.array(
    z.object({
      id: z.uuid(),
      method: z.enum(tenderMethods),
      amountMinor: count,
      taxMinor: count,
      capturedMinor: count.nullable(),
      goneMinor: count,
    }),
  ),
  usage: usageSchema.nullable(),
  latestUsage: usageSchema.nullable(),
  review: z
    .object({
      cause: z.enum(reviewCauses),
      persistent: z.boolean().nullable(),
      sellerMistake: z.boolean(),
      mended: z.boolean().nullable(),
      lost: z.array(intervalSchema),
      at: instantText,
    })
    .nullable(),
  fix: z
    .object({
      id: z.uuid(),
      reportedAt: instantText,
      answer: z.enum(fixAnswers).nullable(),
    })
    .nullable(),
  mendedFix: z.object({ reportedAt: instantText, answer: z.enum(['mended', 'silent']) }).nullable(),
  incidents: z.array(
    z.object({
      ref: z.string(),
      confirmed: z.boolean(),
      widelyImpacting: z.boolean(),
      covers: z.boolean(),
      from: instantText,
      until: instantText.nullable(),
    }),
  ),
  disputes: z.array(
    z.object({ ref: z.string(), state: z.enum(disputeStates), withdrawnByCustomerAt: instantText.nullable() }),
  ),
  holds: z.array(
    z.object({
      id: id<HoldId>(),
      kind: z.enum(holdKinds),
      placedAt: instantText,
      dueAt: instantText.nullable(),
      releasedAt: instantText.nullable(),
      result: z.enum(holdResults).nullable(),
      /** Of whoever ended it. */
      role: z.string().nullable(),
    }),
  ),
  pauses: z.array(
    z.object({
      clock: z.enum(clockKinds),
      reason: z.enum(pauseReasons),
      from: instantText,
      until: instantText.nullable(),
    }),
  ),
  information: z.object({ id: z.uuid(), holdId: id<HoldId>(), askedAt: instantText }).nullable(),
  statements: z.array(statementSchema),
  refundsBefore: z.number().int(),
  refundsOfSameMail: z.number().int(),
  refundsOfSameInstrument: z.number().int(),
  emailVerified: z.boolean(),
  compensated: z.array(intervalSchema),
  offer: z
    .object({
      id: id<OfferId>(),
      decisionId: id<DecisionId>(),
      offeredAt: instantText,
      refundMinor: count.nullable(),
      minutes: z.number().int(),
      bytes: count,
      intervals: z.array(intervalSchema),
      choice: z.enum(offerEnds).nullable(),
      days: z.number().int(),
      endsPlan: z.boolean(),
    })
    .nullable(),
  decision: z
    .object({
      id: id<DecisionId>(),
      state: z.enum(decisionStates),
      decision: z.enum(decisionKinds),
      decidedBy: id<SubjectId>().nullable(),
      at: instantText,
      inputId: z.uuid().nullable(),
      assessmentId: id<AssessmentId>().nullable(),
    })
    .nullable(),
  /** Who may not look at it again: those who decided or reviewed what was appealed (RP-4.6, appeals). */
  barred: z.array(id<SubjectId>()),
  appealedDecisionIds: z.array(z.string().nullable()),
  closedAt: instantText.nullable(),
  openPayouts: z.number().int(),
  settledPayouts: z.number().int(),
  /** Payouts and remedies that can no longer be held back; the end of a plan waits for nobody. */
  leftUs: z.number().int(),
  appliedExtensions: z.number().int(),
});

export type CaseRow = z.output<typeof caseSchema>;

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

function factsOf(row: CaseRow, version: PolicyVersion): CaseFacts {
  const { order } = row;
  const { abuse } = version.document.parameters;
  const signals = [
    ...(row.refundsBefore >= abuse.refundsMax ? ['repeated_refunds'] : []),
    ...(row.refundsOfSameMail >= abuse.refundsMax ? ['shared_email'] : []),
    ...(row.refundsOfSameInstrument >= abuse.refundsMax ? ['shared_instrument'] : []),
  ];
  return {
    order: {
      currency: order.currency,
      planKind: order.planKind,
      channel: { value: order.channel, source: 'shop', at: order.reportedAt },
      firstCapturedAt: { value: order.firstCapturedAt ?? order.firstPurchasedAt, source: 'shop', at: order.reportedAt },
      purchasedAt: order.purchasedAt,
      period: order.period,
      meteredBytes: order.meteredBytes,
      tenders: row.tenders,
    },
    fault: row.fault,
    askedAt: row.askedAt,
    missing: missingMaterials(version.document.parameters.materials[row.fault], {
      description: row.described,
      evidence: row.evidenceCount > 0,
      network_context: row.hasNetworkContext,
    }),
    materialsCompleteAt: row.materialsCompleteAt,
    reopenedAt: row.openedAgainAt,
    usage: row.usage && { value: row.usage, source: 'shop', at: row.usage.measuredAt },
    latestUsage: row.latestUsage && { value: row.latestUsage, source: 'shop', at: row.latestUsage.measuredAt },
    review: row.review && {
      value: {
        cause: row.review.cause,
        persistent: row.review.persistent,
        sellerMistake: row.review.sellerMistake,
        lost: row.review.lost,
      },
      source: 'agent',
      at: row.review.at,
    },
    remediation: remediationOf(row),
    incidents: row.incidents,
    disputes: row.disputes,
    kyc: kycOf(row),
    breach: factOf(row.statements, 'breach', (value) => value === 'true'),
    abuse: { signals, confirmed: factOf(row.statements, 'abuse', (value) => value === 'true') },
    place: {
      billing: factOf(row.statements, 'billing_country', String),
      independent: factOf(row.statements, 'independent_country', String),
    },
    otherGround: null,
    compensated: row.compensated,
    pauses: row.pauses,
    informationRequested: row.information !== null,
    contactVerified: latestOf(row.statements, 'contact_verified')
      ? factOf(row.statements, 'contact_verified', (value) => value === 'true')
      : { value: row.emailVerified, source: 'desk', at: row.askedAt },
  };
}

/** RP-2.4a: a fix that was accepted stands, unless a later review looked and found that it does not hold. */
function remediationOf({ askedAt, review, fix, mendedFix }: CaseRow): CaseFacts['remediation'] {
  if (review === null) return null;
  if (mendedFix === null && review.mended)
    return { reportedAt: askedAt, fixReportedAt: review.at, answer: 'mended', answeredBy: 'agent' };
  const known = mendedFix ?? fix;
  const fixReportedAt = known?.reportedAt ?? null;
  if (mendedFix !== null && review.mended === false && review.at > mendedFix.reportedAt)
    return { reportedAt: askedAt, fixReportedAt, answer: 'not_mended', answeredBy: 'agent' };
  return { reportedAt: askedAt, fixReportedAt, ...answers[known?.answer ?? 'closed'] };
}

/** Whose word each end of a reported fix is; one that was closed with its phase was answered by nobody. */
const answers = {
  mended: { answer: 'mended', answeredBy: 'customer' },
  not_mended: { answer: 'not_mended', answeredBy: 'customer' },
  silent: { answer: 'silent', answeredBy: 'desk' },
  probe_failed: { answer: 'not_mended', answeredBy: 'agent' },
  closed: { answer: null, answeredBy: null },
} as const satisfies Record<
  (typeof fixAnswers)[number],
  Pick<NonNullable<CaseFacts['remediation']>, 'answer' | 'answeredBy'>
>;

function kycOf({ holds }: CaseRow): CaseFacts['kyc'] {
  const check = holds.findLast(({ kind }) => kind === 'kyc');
  const value = check ? kycStateOf(check.result) : null;
  if (!check || value === null) return null;
  return {
    value,
    source:
      value === 'passed' || value === 'failed' ? (recorders.find((role) => role === check.role) ?? 'lead') : 'desk',
    at: check.releasedAt ?? check.placedAt,
  };
}

/** Who may record how a check of identity ended. */
const recorders = ['agent', 'lead', 'finance'] as const;

/** A check that ended with its ticket was neither passed nor failed: if it matters, it is asked for again. */
const kycStateOf = (result: HoldResult | null): KycState | null => {
  if (result === null) return 'asked';
  return result === 'passed' || result === 'failed' || result === 'timed_out' ? result : null;
};

/** The case as it stands once a step of this instant is recorded: materials that are all there are complete from then on. */
export const withMaterials = (given: TicketCase, at: Date): TicketCase =>
  given.facts.missing.length === 0 ? asComplete(given, at) : given;

/** Nothing more is asked for, so that the promise of RP-4.3 runs from now at the latest. */
export const asComplete = (given: TicketCase, at: Date): TicketCase =>
  given.facts.materialsCompleteAt === null
    ? { ...given, facts: { ...given.facts, materialsCompleteAt: at.toISOString() } }
    : given;

/** The case as the engine takes it. */
export const inputOf = (given: TicketCase, at: Date): AssessmentInput => ({
  at: at.toISOString(),
  version: given.version,
  purchaseVersion: given.purchaseVersion,
  facts: given.facts,
});

export const judge = (given: TicketCase, at: Date): Assessment => assess(inputOf(given, at));

/** RP-6.1: what the customer is told and what the timers keep to is of the version that counts. */
const parametersOf = ({ version, purchaseVersion }: TicketCase, { judgedBy }: Assessment): PolicyParameters =>
  (purchaseVersion?.number === judgedBy ? purchaseVersion : version).document.parameters;

/** What the ticket waits for, in the phase that it is in or moves to. */
export const waitsOf = (given: TicketCase, phase: TicketPhase, assessment: Assessment): Waits => ({
  phase,
  parameters: parametersOf(given, assessment),
  offerDays: given.offer?.days ?? null,
  facts: given.facts,
  gatheringSince: given.reopenedAt ?? given.createdAt,
  informationAskedAt: given.information?.askedAt ?? null,
  fixReportedAt: given.fix?.answer === null ? given.fix.reportedAt : null,
  offeredAt: given.offer?.choice === null ? given.offer.offeredAt : null,
  kycDueAt: given.holds.find(({ kind, releasedAt }) => kind === 'kyc' && releasedAt === null)?.dueAt ?? null,
  // What a person looked at before, a person decides.
  systemDecides: assessment.systemMayDecide && given.decision === null && given.appealedDecisionIds.length === 0,
});
