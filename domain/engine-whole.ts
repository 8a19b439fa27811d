/** Judges that stand on the others: the whole refund (RP-2.0), a part or time instead (RP-4.5), and the desk alone (RP-4.6). */

import type { Proposal } from './assessment.ts';
import {
  awaiting,
  type Case,
  type ClauseJudge,
  dateWords,
  type Findings,
  failed,
  forPerson,
  type Judged,
  notApplicable,
  passed,
} from './case.ts';
import { claimedIncidents, extensionFor, fullRefund } from './compensation.ts';
import { incidentFacts, incidentsOf } from './engine-fault.ts';
import { refundableClasses } from './engine-order.ts';
import { fromWire } from './money.ts';
import type { RefundClauseId } from './policy.ts';
import { moneyClasses, tendersOf } from './tender-facts.ts';

/** All of these must hold for a full refund; of the two ways of RP-2.4, one. */
const conditions = ['RP-1.1', 'RP-2.1', 'RP-2.2', 'RP-2.3', 'RP-2.5'] as const;
const grounds = ['RP-3.1', 'RP-3.2', 'RP-3.3', 'RP-3.4', 'RP-3.5', 'RP-3.6', 'RP-3.7', 'RP-3.8', 'RP-3.9'] as const;
const ways = ['RP-2.4a', 'RP-2.4b'] as const;

/** What may have failed where a part is offered instead: the window, the caps, and that no way of RP-2.4 was open. */
const excused: readonly RefundClauseId[] = ['RP-2.3', 'RP-2.4a', 'RP-2.4b', 'RP-2.5', 'RP-3.1'];

/** Whether what is proposed in place of a part is so for a ground that bars a part as well; that nothing is left bars money alone. */
export const barsPart = (proposal: Proposal): boolean =>
  proposal.kind === 'charged_back' ||
  (proposal.kind === 'refuse' &&
    proposal.clauses.some((clause) => !excused.includes(clause) && clause !== 'RP-3.7' && clause !== 'RP-4.5'));

/** The clauses that bar a full refund now; with both ways of RP-2.4 failed, both are named. */
export function failingOf(found: Findings): RefundClauseId[] {
  const isClosed = ways.every((clause) => found(clause).verdict === 'failed');
  return [...conditions, ...(isClosed ? ways : []), ...grounds].filter((clause) => found(clause).verdict === 'failed');
}

/** The clauses that a full refund still waits for. A way of RP-2.4 that is open matters only while the other has not passed. */
export function openOf(found: Findings): RefundClauseId[] {
  const isOpened = ways.some((clause) => found(clause).verdict === 'passed');
  return [...conditions, ...(isOpened ? [] : ways), ...grounds].filter((clause) => found(clause).verdict === 'unknown');
}

export const judgeFullRefund: ClauseJudge = (_subject, found) => {
  const failing = failingOf(found);
  if (failing.length > 0) return failed('conditions_failed', { words: { clauses: failing.join(', ') } });
  const open = openOf(found);
  if (open.length > 0) return forPerson('conditions_open', { words: { clauses: open.join(', ') } });
  return passed('conditions_met', {
    words: { clauses: ways.filter((way) => found(way).verdict === 'passed').join(', ') },
  });
};

/** Grounds that bar a part as they bar the whole, and those that may yet. */
function groundAgainstPart(subject: Case, found: Findings): Judged | null {
  const { facts, parameters } = subject;
  const isCrypto = tendersOf(facts.order, parameters, ['crypto']).length > 0;
  const isPaid = tendersOf(facts.order, parameters, moneyClasses).length > 0;
  if (isCrypto && !isPaid) return failed('part_never_crypto');
  // Where nothing was paid in money there is still time to give (RP-3.7 bars money alone).
  const isExcused = (clause: RefundClauseId): boolean =>
    excused.includes(clause) || found(clause).reason === 'nothing_in_money';
  const failing = failingOf(found).filter((clause) => !isExcused(clause));
  if (failing.length > 0) return failed('part_barred', { words: { clauses: failing.join(', ') } });
  const held: RefundClauseId[] = [
    ...grounds.filter((clause) => !excused.includes(clause)),
    'RP-1.1',
    'RP-2.1',
    'RP-5.3',
  ];
  // The place matters for crypto alone, of which no part is ever offered.
  const open = held.filter((clause) => found(clause).verdict === 'unknown' && found(clause).waitsFor !== 'place');
  const [first] = open;
  if (first === undefined)
    return found('RP-3.8').reason === 'inquiry_full_only' ? awaiting('dispute', 'inquiry_bars_part') : null;
  const { waitsFor } = found(first);
  const more = { words: { clauses: open.join(', ') } };
  return waitsFor === undefined ? forPerson('part_open', more) : awaiting(waitsFor, 'part_open', more);
}

export const judgePart: ClauseJudge = (subject, found) => {
  const { facts, parameters, plan, now } = subject;
  const incidents = incidentsOf(subject);
  const more = { facts: incidentFacts(incidents) };
  if (incidents.length === 0) return notApplicable('part_without_incident');
  if (found('RP-2.0').verdict === 'passed') return notApplicable('part_not_needed', more);
  if (found('RP-2.0').verdict === 'unknown') return notApplicable('part_not_yet', more);
  if (claimedIncidents(facts, parameters).length === 0)
    return failed('part_claimed_late', { ...more, words: claimWords(subject) });
  // Wherever there is a part in money there is one in time or traffic too.
  if (plan && !extensionFor(facts, plan, parameters, now)) return failed('part_is_nothing', more);
  const ground = groundAgainstPart(subject, found);
  if (ground) return { ...ground, facts: more.facts };
  if (!plan) return forPerson('plan_unlisted', { ...more, words: { planKind: facts.order.planKind } });
  if (plan.compensation === 'metered_term' && facts.order.period !== null && facts.latestUsage === null)
    return awaiting('shop', 'usage_unknown', more);
  return passed('part_offered', { ...more, words: { days: String(parameters.compensation.offerDays) } });
};

const claimWords = ({ facts, parameters }: Case): Record<string, string> => ({
  days: String(parameters.compensation.claimDaysAfterIncident),
  asked: dateWords(facts.askedAt),
});

/** RP-4.6: only a full refund under RP-2.4b, not of crypto, nothing held or signalled, and up to the version's amount for the currency. */
export const judgeDeskAlone: ClauseJudge = (subject, found) => {
  const { facts, parameters, system } = subject;
  const { refundsByIncident, refundMax } = system;
  const max = refundMax[facts.order.currency];
  if (!refundsByIncident || max === undefined) return notApplicable('person_decides');
  const isHeld = found('RP-5.3').verdict === 'unknown' || found('RP-5.3').verdict === 'failed';
  const isCrypto = tendersOf(facts.order, parameters, ['crypto']).length > 0;
  const isByIncident = found('RP-2.0').verdict === 'passed' && found('RP-2.4b').verdict === 'passed';
  // RP-3.6: a person looks at a match first, whatever it turns out to be.
  const isSignalled = found('RP-3.6').reason === 'abuse_signals';
  if (!isByIncident || isHeld || isCrypto || isSignalled) return notApplicable('person_decides');
  const refund = fullRefund(facts, parameters, refundableClasses(subject));
  return refund && fromWire(refund.amount).minor <= BigInt(max)
    ? passed('desk_may_decide')
    : notApplicable('person_decides');
};
