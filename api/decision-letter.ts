/** A decision, or a closing without one, as its letter: the words as posted and as judged, in the reader's language, and nobody's name. */

import { closingOutcomes } from '../domain/closing.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { ClosingLetter, DecisionLetter, Letter, LetterDecision } from '../domain/letter.ts';
import { formatMoney } from '../domain/money.ts';
import type { PolicyLanguage } from '../domain/policy.ts';
import type {
  AssessedView,
  ClosingExplainedView,
  DecisionExplainedView,
  ExplainedView,
  VersionNamed,
} from './explained-views.ts';
import { groundIn, sumsOf, sumsOfOffer } from './present-decision.ts';

const version = (view: VersionNamed) => ({ number: view.number, effectiveAt: view.effectiveAt.toISOString() });

/** There is a letter only where an assessment was kept: nothing in it is made up later. */
export function letterOf(view: ExplainedView, language: PolicyLanguage): Letter | Refusal {
  if (view.assessed === null) return refuse('not-found');
  return (
    (view.kind === 'decision'
      ? decisionLetter(view, view.assessed, language)
      : closingLetter(view, view.assessed, language)) ?? refuse('not-found')
  );
}

/** Only of a decision that holds. */
function decisionLetter(
  view: DecisionExplainedView,
  assessed: AssessedView,
  language: PolicyLanguage,
): DecisionLetter | null {
  const decision = decisionOf(view);
  if (view.state !== 'final' || !decision) return null;
  return {
    about: 'decision',
    ...headOf(view, assessed, language),
    decidedAt: view.at.toISOString(),
    decision,
    byDesk: view.decidedBy === null,
    ground: groundIn(view, language),
    exception: view.exception && { kind: view.exception, provision: view.provision },
    // How the proposal was reckoned says nothing of a decision against it.
    sums: view.exception === null ? sumsOfDecision(view, assessed) : [],
  };
}

function closingLetter(
  view: ClosingExplainedView,
  assessed: AssessedView,
  language: PolicyLanguage,
): ClosingLetter | null {
  if (view.cause === 'withdrawn') return null;
  return {
    about: 'closing',
    ...headOf(view, assessed, language),
    closedAt: view.at.toISOString(),
    closing: { cause: view.cause, outcome: closingOutcomes[view.cause] },
    // What was neither decided nor offered is no promise.
    sums: view.offered ? sumsOfOffer(view.offered) : [],
  };
}

const sumsOfDecision = ({ offered }: DecisionExplainedView, { result }: AssessedView) =>
  offered ? sumsOfOffer(offered) : sumsOf(result.proposal);

function headOf(view: ExplainedView, assessed: AssessedView, language: PolicyLanguage) {
  const { result, texts, seller } = assessed;
  return {
    sellerName: seller.name,
    contact: seller.contact,
    ticketRef: view.ticketReference,
    orderRef: view.orderRef,
    askedAt: view.askedAt.toISOString(),
    findings: result.findings.map((finding) => ({
      clause: finding.clause,
      text: texts[language][finding.clause],
      verdict: finding.verdict,
      sentence: finding.customer[language],
    })),
    versionAtAsking: version(assessed.atAsking),
    versionAtPurchase: assessed.atPurchase && version(assessed.atPurchase),
    appealBy: view.appealBy?.toISOString() ?? null,
    reference: assessed.sha256,
  };
}

function decisionOf(view: DecisionExplainedView): LetterDecision | null {
  switch (view.decision) {
    case 'refund':
      return view.amount && { kind: 'refund', amount: formatMoney(view.amount) };
    case 'refuse':
      return { kind: 'refusal' };
    case 'offer':
      if (view.offered === null) return null;
      return {
        kind: 'offer',
        amount: view.offered.amount && formatMoney(view.offered.amount),
        extension: view.offered.extension,
      };
    case 'replace':
      return { kind: 'replacement' };
  }
}
