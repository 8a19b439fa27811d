/** Where an assessment leads a ticket by itself, before anybody has decided it. Pure. */

import type { Assessment } from './assessment.ts';
import { isOurs } from './compensation.ts';
import type { CaseFacts, ReviewFact } from './facts.ts';
import type { TicketMove, TicketPhase } from './ticket.ts';

/** A fact that has a value: not unknown, and not disputed. */
const reviewOf = ({ review }: CaseFacts): ReviewFact | null => (review && 'value' in review ? review.value : null);

const waitsFor = ({ proposal }: Assessment, reason: string): boolean =>
  proposal.kind === 'wait' && (proposal.for as readonly string[]).includes(reason);

/** What is known settles the case, whatever else might come: nothing more is asked of the customer. */
const isSettled = ({ proposal }: Assessment): boolean => proposal.kind === 'refuse' || proposal.kind === 'charged_back';

/** RP-2.4b, RP-4.5: what is known gives the customer their due already, so that no material could be missed. */
const isOwed = ({ proposal }: Assessment): boolean => proposal.kind === 'refund' || proposal.kind === 'offer';

/** After new materials or facts: the move that they make, or `null` where the ticket stays where it is. */
export function moveByFacts(phase: TicketPhase, facts: CaseFacts, assessment: Assessment): TicketMove | null {
  switch (phase) {
    case 'gathering':
      // RP-3.8: the money is gone, and nothing is left to decide.
      if (assessment.proposal.kind === 'charged_back') return 'disputeLost';
      if (isSettled(assessment)) return 'settledByFacts';
      if (facts.missing.length === 0) return 'materialsCompleted';
      return isOwed(assessment) ? 'settledByFacts' : null;
    case 'reviewing':
      return facts.review === null && isSettled(assessment) ? 'settledByFacts' : null;
    case 'remediating':
      if (waitsFor(assessment, 'remediation') || assessment.proposal.kind === 'remediated') return null;
      return facts.incidents.some(({ confirmed }) => confirmed) ? 'incidentConfirmed' : null;
    case 'deciding':
    case 'offering':
    case 'settling':
    case 'closed':
      return null;
  }
}

/** After a technical review (RP-4.2): remediation where the 15 days still run, else the decision. */
export function moveByReview(
  phase: 'reviewing' | 'remediating',
  facts: CaseFacts,
  assessment: Assessment,
  mended: boolean,
): TicketMove | null {
  const waits = waitsFor(assessment, 'remediation');
  // Mended in time, and not merely mended: what came after the 15 days is decided as it stands (RP-2.4a).
  if (phase === 'reviewing') {
    if (mended && assessment.proposal.kind === 'remediated') return 'reviewFoundMended';
    return waits ? 'remediationBegun' : 'reviewRecorded';
  }
  const review = reviewOf(facts);
  return waits && review !== null && isOurs(review) ? null : 'otherCauseFound';
}
