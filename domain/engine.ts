/**
 * The policy engine: facts and a version in, an assessment out. Pure and total: no clock, no I/O, and the same input gives
 * the same assessment, byte for byte, for as long as `engineVersion` is the same.
 */

import {
  type Assessment,
  type ClauseFinding,
  type ClockStanding,
  engineVersion,
  type Proposal,
  type Suggestion,
} from './assessment.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import type { Case, ClauseJudge, Findings, Judged } from './case.ts';
import { clauseIds } from './clauses.ts';
import { decisionClock, remediationClock } from './clocks.ts';
import { remediationOf } from './engine-fault.ts';
import { refundableClasses } from './engine-order.ts';
import { windowEndOf } from './engine-time.ts';
import type { AssessmentInput } from './facts.ts';
import { compareFavour } from './favour.ts';
import { judges } from './judges.ts';
import type { PolicyCalendar, PolicyVersion, RefundClauseId } from './policy.ts';
import { propose } from './proposal.ts';
import { fill, sentences } from './sentences.ts';
import { instantMs, instantText } from './spans.ts';
import { tendersOf } from './tender-facts.ts';
import { suggestedReview } from './ticket-diagnosis.ts';

/** The clauses of the refund policy, in their order; an assessment has a finding for each. */
export const refundClauses = clauseIds.filter((id): id is RefundClauseId => id.startsWith('RP-'));

/** Judges that stand in for those of the table: a proof knocks a clause out and sees who notices. */
export type JudgeOverrides = Partial<Record<RefundClauseId, ClauseJudge>>;

interface Answered {
  readonly subject: Case;
  readonly found: Findings;
  readonly proposal: Proposal;
}

function createAnswerer(overrides: JudgeOverrides = {}): (input: AssessmentInput) => Answered {
  const table: Record<RefundClauseId, ClauseJudge> = { ...judges, ...overrides };
  // Building a calendar is slow, and it follows from the version alone.
  const calendars = new WeakMap<PolicyCalendar, Calendar>();
  const calendarOf = (policy: PolicyCalendar): Calendar => {
    const calendar = calendars.get(policy) ?? createCalendar(policy);
    calendars.set(policy, calendar);
    return calendar;
  };
  return (input) =>
    better(
      casesOf(input, calendarOf).map((subject): Answered => {
        const found = findingsOf(table, subject);
        return { subject, found, proposal: propose(subject, found) };
      }),
    );
}

export function createEngine(overrides: JudgeOverrides = {}): (input: AssessmentInput) => Assessment {
  const answer = createAnswerer(overrides);
  return (input) => assessmentOf(input, answer(input));
}

export const assess = createEngine();

/**
 * What the policy would say if the review confirmed what the files and the desk's own tests show (RP-2.4a, RP-3.4); `null`
 * where they show nothing or somebody has reviewed already.
 */
export function assessAsDiagnosed(input: AssessmentInput): Suggestion | null {
  const { diagnosis, probes, review } = input.facts;
  const suggested = review === null ? suggestedReview(input.facts) : null;
  if (!suggested) return null;
  const facts = { ...input.facts, review: { value: suggested, source: 'desk' as const, at: input.at } };
  const assessment = assess({ ...input, facts });
  return { review: suggested, diagnosis: diagnosis?.value ?? null, probes: probes?.value ?? null, assessment };
}

const answer = createAnswerer();

/** What `assess` proposes, without the findings that a reader needs: for those who judge very many cases at once. */
export const proposalOf = (input: AssessmentInput): Proposal => answer(input).proposal;

type CalendarOf = (policy: PolicyCalendar) => Calendar;

const caseOf = (
  { at, facts, version: asking }: AssessmentInput,
  version: PolicyVersion,
  role: Case['role'],
  calendarOf: CalendarOf,
): Case => {
  const { parameters } = version.document;
  const { system } = asking.document.parameters;
  const { planKind } = facts.order;
  const now = instantMs(at);
  const decision = decisionClock(facts, parameters, calendarOf(parameters.calendar), now);
  const plan = Object.hasOwn(parameters.plans, planKind) ? (parameters.plans[planKind] ?? null) : null;
  return { now, version, parameters, facts, plan, decision, role, system };
};

/** RP-6.1: the version at asking, and beside it the one at purchase where the former keeps the better of both. */
function casesOf(input: AssessmentInput, calendarOf: CalendarOf): Case[] {
  const { version, purchaseVersion } = input;
  const isKept = version.document.parameters.betterOfBoth && purchaseVersion !== null;
  return isKept && purchaseVersion.number !== version.number
    ? [caseOf(input, version, 'asking', calendarOf), caseOf(input, purchaseVersion, 'purchase', calendarOf)]
    : [caseOf(input, version, 'only', calendarOf)];
}

/** Each clause is judged once, when it is first asked for; which one asks makes no difference. */
function findingsOf(table: Record<RefundClauseId, ClauseJudge>, subject: Case): Findings {
  const known = new Map<RefundClauseId, Judged>();
  const found: Findings = (clause) => {
    const judged = known.get(clause) ?? table[clause](subject, found);
    known.set(clause, judged);
    return judged;
  };
  return found;
}

/** The version at asking stands first and keeps its place unless the other is better for the customer. */
const better = (answers: readonly Answered[]): Answered =>
  answers.reduce((best, other) => {
    const answerOf = ({ subject, found, proposal }: Answered) => ({
      proposal,
      fullRefund: found('RP-2.0').verdict,
      mendBy: remediationStanding(subject)?.dueAt ?? null,
    });
    return compareFavour(answerOf(other), answerOf(best)) > 0 ? other : best;
  });

function remediationStanding(subject: Case): ClockStanding | null {
  const { facts, parameters, now } = subject;
  const remediation = remediationOf(subject);
  return remediation && remediationClock(facts, remediation.reportedAt, parameters, now);
}

function assessmentOf(input: AssessmentInput, { subject, found, proposal }: Answered): Assessment {
  const { facts, parameters } = subject;
  const windowEnd = windowEndOf(subject);
  return {
    engine: engineVersion,
    at: input.at,
    versionNumber: input.version.number,
    judgedBy: subject.version.number,
    findings: refundClauses.map((clause) => findingOf(clause, found(clause))),
    proposal,
    clocks: {
      windowEndsAt: windowEnd === null ? null : instantText(windowEnd),
      remediation: remediationStanding(subject),
      decision: subject.decision,
    },
    refundableTenders: tendersOf(facts.order, parameters, refundableClasses(subject)).map(({ id }) => id),
    systemMayDecide: found('RP-4.6').verdict === 'passed',
  };
}

function findingOf(clause: RefundClauseId, { verdict, reason, facts, words }: Judged): ClauseFinding {
  const { en, ru, agent } = sentences[reason];
  return {
    clause,
    verdict,
    reason,
    facts,
    customer: { en: fill(en, words), ru: fill(ru, words) },
    agent: fill(agent, words),
  };
}
