/** A decision as its letter: the words as posted and as judged, in the reader's language, and nobody's name. */

import type { Proposal, ProposedExtension } from '../domain/assessment.ts';
import { type Refusal, refuse } from '../domain/errors.ts';
import type { DecisionLetter, LetterDecision } from '../domain/letter.ts';
import { formatMoney, fromWire } from '../domain/money.ts';
import type { PolicyLanguage } from '../domain/policy.ts';
import { sumsOf } from './present-decision.ts';
import type { DecisionExplainedView, VersionNamed } from './views.ts';

const version = (view: VersionNamed) => ({ number: view.number, effectiveAt: view.effectiveAt.toISOString() });

/** There is a letter only of a decision that holds, and whose assessment was kept: nothing in it is made up later. */
export function letterOf(view: DecisionExplainedView, language: PolicyLanguage): DecisionLetter | Refusal {
  const { assessed } = view;
  const decision = assessed && decisionOf(view, assessed.result.proposal);
  if (view.state !== 'final' || !assessed || !decision) return refuse('not-found');
  const { result, texts, seller } = assessed;
  return {
    sellerName: seller.name,
    contact: seller.contact,
    ticketRef: view.ticketReference,
    orderRef: view.orderRef,
    askedAt: view.askedAt.toISOString(),
    decidedAt: view.at.toISOString(),
    decision,
    byDesk: view.decidedBy === null,
    ground: view.ground,
    findings: result.findings.map((finding) => ({
      clause: finding.clause,
      text: texts[language][finding.clause],
      verdict: finding.verdict,
      sentence: finding.customer[language],
    })),
    exception: view.exception && { kind: view.exception, provision: view.provision },
    // How the proposal was reckoned says nothing of a decision against it.
    sums: view.exception === null ? sumsOf(result.proposal) : [],
    versionAtAsking: version(assessed.atAsking),
    versionAtPurchase: assessed.atPurchase && version(assessed.atPurchase),
    appealBy: view.appealBy?.toISOString() ?? null,
    reference: assessed.sha256,
  };
}

function decisionOf(view: DecisionExplainedView, proposal: Proposal): LetterDecision | null {
  switch (view.decision) {
    case 'refund':
      return view.amount && { kind: 'refund', amount: formatMoney(view.amount) };
    case 'refuse':
      return { kind: 'refusal' };
    case 'offer':
      if (proposal.kind !== 'offer') return null;
      return {
        kind: 'offer',
        amount: proposal.refund && formatMoney(fromWire(proposal.refund.amount)),
        extension: proposal.extension && extensionOf(proposal.extension),
      };
    case 'replace':
      return { kind: 'replacement' };
  }
}

const extensionOf = ({ minutes, bytes }: ProposedExtension) => ({ minutes, bytes });
