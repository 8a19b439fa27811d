/** Judges of whose fault it was and whether it was mended: RP-2.4a, RP-2.4b and RP-3.4. */

import type { FactUsed } from './assessment.ts';
import {
  awaiting,
  type Case,
  type ClauseJudge,
  dateWords,
  disputed,
  failed,
  forPerson,
  isDisputed,
  type Judged,
  passed,
  recorded,
  used,
} from './case.ts';
import { dayMs, remediationClock } from './clocks.ts';
import { isOurs } from './compensation.ts';
import { windowEndOf } from './engine-time.ts';
import type { DiagnosisFact, IncidentFact, RemediationFact, ReviewFact } from './facts.ts';
import type { PolicyParameters } from './policy.ts';
import { instantMs } from './spans.ts';
import { suggestedReview } from './ticket-diagnosis.ts';

/** Without a finding of the review: what must come first, in the order in which it can come. */
export function awaitReview({ facts }: Case): Judged {
  if (facts.missing.length > 0) return awaiting('materials', 'review_needs_materials');
  if (facts.informationRequested) return awaiting('information', 'review_asked_back');
  const suggested = suggestedReview(facts);
  if (!suggested) return awaiting('review', 'not_reviewed', { facts: diagnosed(facts) });
  const shown = [facts.diagnosis, facts.probes].flatMap((fact) => fact?.value ?? []);
  const sum = (count: (told: DiagnosisFact) => number): string =>
    String(shown.reduce((total, told) => total + count(told), 0));
  const words = { cause: suggested.cause, failed: sum((told) => told.failed), attempts: sum((told) => told.attempts) };
  return awaiting('review', 'diagnosed_not_reviewed', { facts: diagnosed(facts), words });
}

/** What the files and the desk's own tests show, beside what a person found of it. */
const diagnosed = ({ diagnosis, probes }: Case['facts']): FactUsed[] => [
  ...used('diagnosis', diagnosis ?? null),
  ...used('probes', probes ?? null),
];

const unreported = (reportedAt: string): RemediationFact => ({
  reportedAt,
  fixReportedAt: null,
  answer: null,
  answeredBy: null,
});

/** RP-2.4a: where the review found it ours and nobody began a remediation, the asking was the report. */
export function remediationOf({ facts }: Case): RemediationFact | null {
  if (facts.remediation) return facts.remediation;
  const isRunning = facts.review && 'value' in facts.review && isOurs(facts.review.value);
  return isRunning ? unreported(facts.askedAt) : null;
}

/** Whether a fix that came in time was accepted, or left without an answer for the version's time. */
const isMended = ({ fixReportedAt, answer }: RemediationFact, due: number): boolean =>
  (answer === 'mended' || answer === 'silent') && (fixReportedAt === null || instantMs(fixReportedAt) <= due);

/** RP-2.4a: a fix that came in time is the customer's to judge for the version's days since they were asked, past the deadline as well. */
export function answerableUntil(
  { fixReportedAt, fixAskedAt, answer }: RemediationFact,
  due: number,
  { remediation }: PolicyParameters,
): number {
  if (answer !== null || fixReportedAt === null || instantMs(fixReportedAt) > due) return -Infinity;
  return instantMs(fixAskedAt ?? fixReportedAt) + remediation.answerDays * dayMs;
}

/**
 * Whether it was unusable before the window was over, which counts from the capture: money may be booked days after the
 * plan was delivered. Where the review could not tell when, it was when the customer reported it.
 */
function wasWithinWindow({ facts }: Case, { lost }: ReviewFact, windowEnd: number): boolean {
  const since = lost.length > 0 ? lost.map(({ from }) => from) : [facts.remediation?.reportedAt ?? facts.askedAt];
  return since.some((from) => instantMs(from) <= windowEnd);
}

/** RP-2.4a. What certainly fails is said before what is still open, so that nobody waits for nothing. */
export const judgeUnmended: ClauseJudge = (subject) => {
  const { facts, parameters, now } = subject;
  const { review } = facts;
  if (isDisputed(review)) return disputed('review', review);
  if (!review) return awaitReview(subject);
  const found = [...used('review', review), ...diagnosed(facts)];
  const { cause, persistent } = review.value;
  const windowEnd = windowEndOf(subject);
  const remediation = remediationOf(subject) ?? unreported(facts.askedAt);
  if (cause !== 'unclear' && !isOurs(review.value)) return failed('cause_not_ours', { facts: found, words: { cause } });
  if (persistent === false) return failed('not_persistent', { facts: found });
  if (windowEnd !== null && !wasWithinWindow(subject, review.value, windowEnd))
    return failed('fault_after_window', { facts: found, words: { end: dateWords(windowEnd) } });
  const due = instantMs(remediationClock(facts, remediation.reportedAt, parameters, now).dueAt);
  const more = {
    facts: [...found, ...remediationFacts(remediation)],
    words: {
      due: dateWords(due),
      reported: dateWords(remediation.reportedAt),
      days: String(parameters.remediation.days),
    },
  };
  if (isMended(remediation, due)) return failed('mended', more);
  if (cause === 'unclear' || persistent === null) return forPerson('review_inconclusive', { facts: found });
  if (windowEnd === null) return awaiting('capture', 'first_capture_unknown', { facts: found });
  const answerable = answerableUntil(remediation, due, parameters);
  if (now < answerable)
    return awaiting('remediation', 'fix_unanswered', {
      ...more,
      words: { ...more.words, answer: dateWords(answerable) },
    });
  // At the deadline itself the days are over; a fix that came at it was still in time.
  return now < due ? awaiting('remediation', 'remediation_running', more) : passed('not_mended', more);
};

const remediationFacts = ({
  reportedAt,
  fixReportedAt,
  fixAskedAt,
  answer,
  answeredBy,
}: RemediationFact): FactUsed[] => [
  recorded('remediation.reportedAt', reportedAt, 'customer'),
  ...(fixReportedAt === null ? [] : [recorded('remediation.fixReportedAt', fixReportedAt, 'agent')]),
  ...(fixAskedAt === undefined ? [] : [recorded('remediation.fixAskedAt', fixAskedAt, 'desk')]),
  ...(answer === null ? [] : [recorded('remediation.answer', answer, answeredBy ?? 'desk')]),
];

/** Confirmed incidents that touched this order, whether wide or not. */
export const incidentsOf = ({ facts }: Case): IncidentFact[] =>
  facts.incidents.filter(({ confirmed, covers }) => confirmed && covers);

export const incidentFacts = (incidents: readonly IncidentFact[]): FactUsed[] =>
  incidents.map(({ ref, from, until, confirmed, widelyImpacting, covers, lost }) =>
    recorded(
      `incidents.${ref}`,
      { from, until, confirmed, widelyImpacting, covers, ...(lost === undefined ? {} : { lost }) },
      'agent',
    ),
  );

/** RP-2.4b: there is no waiting for a mending then. */
export const judgeIncident: ClauseJudge = (subject) => {
  const facts = incidentFacts(subject.facts.incidents);
  const incident = incidentsOf(subject).find(({ widelyImpacting }) => widelyImpacting);
  if (incident)
    return passed('incident_covers', { facts, words: { ref: incident.ref, from: dateWords(incident.from) } });
  if (subject.facts.incidents.length === 0) return failed('no_incident');
  return failed('incident_falls_short', { facts });
};

/** RP-3.4. The seller's own mistake is no ground, and a finding that contradicts a confirmed incident is settled first. */
export const judgeForeignCause: ClauseJudge = (subject) => {
  const { review } = subject.facts;
  const incidents = incidentsOf(subject);
  if (isDisputed(review)) return disputed('review', review);
  if ((!review || review.value.cause === 'unclear') && incidents.length > 0)
    return passed('incident_is_cause', { facts: incidentFacts(incidents) });
  if (!review) return awaitReview(subject);
  const { cause, sellerMistake } = review.value;
  const more = { facts: [...used('review', review), ...diagnosed(subject.facts)], words: { cause } };
  if (cause === 'unclear') return forPerson('review_inconclusive', more);
  if (cause === 'account' && sellerMistake) return passed('seller_mistake', more);
  if (cause === 'seller' || cause === 'user') return passed('no_foreign_cause', more);
  if (incidents.length > 0)
    return forPerson('cause_conflicts', { ...more, facts: [...more.facts, ...incidentFacts(incidents)] });
  return failed(`cause_${cause}`, more);
};
