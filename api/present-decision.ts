/**
 * Decisions on their way out, and why they were made or the ticket closed without one: clauses as posted with the sentence for the one who reads, sums,
 * versions. A customer never sees who decided, nor the facts and sentences that are for staff.
 */

import type { z } from 'zod';
import type { explainedSchema } from '../contract/decision-shown.ts';
import type { ticketSchema } from '../contract/ticket-shown.ts';
import type { ClauseFinding, Proposal } from '../domain/assessment.ts';
import { toWire } from '../domain/money.ts';
import type { PolicyLanguage } from '../domain/policy.ts';
import type {
  AssessedView,
  ClosingExplainedView,
  DecisionExplainedView,
  ExplainedView,
  OfferedTermsView,
  VersionNamed,
} from './explained-views.ts';
import { isStaff, type Principal } from './principal.ts';
import type { ColleagueView, DecisionView } from './views.ts';

type DecisionWire = NonNullable<z.output<typeof ticketSchema>['decision']>;
type ExplainedWire = z.output<typeof explainedSchema>;
type DecisionExplainedWire = Extract<ExplainedWire, { kind: 'decision' }>;
type ClosingExplainedWire = Extract<ExplainedWire, { kind: 'closing' }>;
type AssessedWire = NonNullable<DecisionExplainedWire['assessed']>;

const colleague = (view: ColleagueView | null) => view && { id: view.id, name: view.name };

export const presentDecision = (view: DecisionView, staff: boolean): DecisionWire => ({
  id: view.id,
  decision: view.decision,
  amount: view.amount && toWire(view.amount),
  ground: view.ground,
  clauses: [...view.clauses],
  at: view.at.toISOString(),
  byDesk: view.decidedBy === null,
  exception: view.exception,
  ...(staff
    ? { state: view.state, decidedBy: colleague(view.decidedBy), confirmedBy: colleague(view.confirmedBy) }
    : {}),
});

/** RP-4.6: the desk's own ground is a clause's sentence, told in the reader's language; a person's words stand as written. */
export function groundIn({ decidedBy, assessed, ground }: DecisionExplainedView, language: PolicyLanguage): string {
  if (decidedBy !== null) return ground;
  return assessed?.result.findings.find(({ clause }) => clause === 'RP-2.4b')?.customer[language] ?? ground;
}

export function presentExplained(view: ExplainedView, principal: Principal, language: PolicyLanguage): ExplainedWire {
  const staff = isStaff(principal.role);
  return view.kind === 'decision'
    ? presentDecisionExplained(view, staff, language)
    : presentClosingExplained(view, staff, language);
}

function presentDecisionExplained(
  view: DecisionExplainedView,
  staff: boolean,
  language: PolicyLanguage,
): DecisionExplainedWire {
  return {
    kind: view.kind,
    ...presentDecision(view, staff),
    ground: groundIn(view, language),
    provision: view.provision,
    language,
    assessed: view.assessed && {
      ...presentAssessed(view.assessed, staff, language),
      ...(view.offered && !staff ? { arithmetic: sumsOfOffer(view.offered) } : {}),
    },
    appealUntil: view.appealUntil?.toISOString() ?? null,
    ...(staff ? { confirmGround: view.confirmGround } : {}),
  };
}

function presentClosingExplained(
  view: ClosingExplainedView,
  staff: boolean,
  language: PolicyLanguage,
): ClosingExplainedWire {
  return {
    kind: view.kind,
    id: view.id,
    outcome: view.outcome,
    cause: view.cause,
    at: view.at.toISOString(),
    language,
    assessed: view.assessed && presentUndecided(view, presentAssessed(view.assessed, staff, language), staff),
    appealUntil: view.appealUntil?.toISOString() ?? null,
    reopenable: view.reopenable,
  };
}

/** What might have been proposed, and was neither decided nor offered, is no promise to a customer. */
function presentUndecided(
  { offered }: ClosingExplainedView,
  { proposed, ...assessed }: AssessedWire,
  staff: boolean,
): NonNullable<ClosingExplainedWire['assessed']> {
  if (staff) return { ...assessed, proposed };
  return offered
    ? { ...assessed, proposed: 'offer', arithmetic: sumsOfOffer(offered) }
    : { ...assessed, arithmetic: [] };
}

function presentAssessed(view: AssessedView, staff: boolean, language: PolicyLanguage): AssessedWire {
  const { result } = view;
  return {
    findings: result.findings.map((finding) => presentFinding(view, finding, staff, language)),
    proposed: result.proposal.kind,
    arithmetic: sumsOf(result.proposal),
    versions: { atAsking: version(view.atAsking), atPurchase: view.atPurchase && version(view.atPurchase) },
    judgedBy: result.judgedBy,
    at: result.at,
    ...(staff ? { number: view.number, engine: result.engine, sha256: view.sha256 } : {}),
  };
}

const presentFinding = (
  view: AssessedView,
  finding: ClauseFinding,
  staff: boolean,
  language: PolicyLanguage,
): AssessedWire['findings'][number] => ({
  clause: finding.clause,
  text: view.texts[language][finding.clause] ?? null,
  verdict: finding.verdict,
  sentence: finding.customer[language],
  ...(staff
    ? {
        reason: finding.reason,
        agentSentence: finding.agent,
        facts: finding.facts.map(({ fact, value, source }) => ({ fact, value, source })),
      }
    : {}),
});

const version = (view: VersionNamed) => ({ number: view.number, effectiveAt: view.effectiveAt.toISOString() });

/** The sums of what was proposed, line by line; none where no money and no time was. */
export function sumsOf(proposal: Proposal): AssessedWire['arithmetic'] {
  const lines = (sum: { lines: readonly { label: string; value: string; unit: string }[] }) =>
    sum.lines.map(({ label, value, unit }) => ({ label, value, unit }));
  const refund = proposal.kind === 'refund' || proposal.kind === 'offer' ? proposal.refund : null;
  const extension = proposal.kind === 'offer' ? proposal.extension : null;
  return [
    ...(refund ? [{ of: 'refund' as const, lines: lines(refund) }] : []),
    ...(extension ? [{ of: 'extension' as const, lines: lines(extension) }] : []),
  ];
}

/** How the terms of an offer were reckoned; none for terms that were not, such as what there was nobody to give. */
export function sumsOfOffer({ amount, extension, proposal }: OfferedTermsView): AssessedWire['arithmetic'] {
  if (proposal.kind !== 'offer') return [];
  const isReckoned = {
    refund: amount !== null && proposal.refund?.amount.minor === amount.minor.toString(),
    extension: proposal.extension?.minutes === extension?.minutes && proposal.extension?.bytes === extension?.bytes,
  };
  return sumsOf(proposal).filter(({ of }) => isReckoned[of]);
}
