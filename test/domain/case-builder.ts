/**
 * Builds cases for the engine. A fresh one is a full refund by RP-2.4a: bought on the official site and paid by card,
 * asked for on the third day, found to be the seller's fault, and not mended sixteen days later.
 */

import { readFileSync } from 'node:fs';
import type { Assessment, ClauseFinding, Proposal } from '../../domain/assessment.ts';
import { createEngine, type JudgeOverrides } from '../../domain/engine.ts';
import type {
  AssessmentInput,
  CaseFacts,
  DisputeFact,
  IncidentFact,
  OrderFacts,
  StatedFact,
  TenderFact,
} from '../../domain/facts.ts';
import type { PolicyDocument, PolicyParameters, PolicyVersion, RefundClauseId } from '../../domain/policy.ts';

const firstVersionPath = new URL('../../dev/policy/first-version.json', import.meta.url);

export const firstVersion = JSON.parse(readFileSync(firstVersionPath, 'utf8')) as {
  readonly effectiveAt: string;
  readonly document: PolicyDocument;
};

export const secondMs = 1_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export const capturedAt = '2026-03-02T10:00:00.000Z';
export const askedAt = '2026-03-05T10:00:00.000Z';

/** An instant so many milliseconds after another. */
export const after = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

export const by = <Value>(source: StatedFact<Value>['source'], value: Value): StatedFact<Value> => ({
  value,
  source,
  at: askedAt,
});

export const disputedBy = <Value>(...values: readonly [Value, Value]): { disputed: StatedFact<Value>[] } => ({
  disputed: [by('shop', values[0]), by('agent', values[1])],
});

export const aTender = (more: Partial<TenderFact> = {}): TenderFact => ({
  id: 't1',
  method: 'card',
  amountMinor: '3000',
  taxMinor: '500',
  capturedMinor: '3000',
  goneMinor: '0',
  ...more,
});

export const anIncident = (more: Partial<IncidentFact> = {}): IncidentFact => ({
  ref: 'INC-1',
  confirmed: true,
  widelyImpacting: true,
  covers: true,
  from: '2026-03-03T00:00:00.000Z',
  until: '2026-03-04T00:00:00.000Z',
  ...more,
});

export const aDispute = (state: DisputeFact['state'], withdrawnByCustomerAt: string | null = null): DisputeFact => ({
  ref: 'dp_1',
  state,
  withdrawnByCustomerAt,
});

export const aReview = (
  more: Partial<{ cause: 'seller' | 'user' | 'target' | 'account' | 'third_party' | 'unclear' }> & {
    persistent?: boolean | null;
    sellerMistake?: boolean;
    lost?: readonly { from: string; until: string }[];
  } = {},
) => by('agent' as const, { cause: 'seller' as const, persistent: true, sellerMistake: false, lost: [], ...more });

const baseFacts: CaseFacts = {
  order: {
    currency: 'USD',
    planKind: 'static_isp',
    channel: by('shop', 'official'),
    firstCapturedAt: by('provider', capturedAt),
    purchasedAt: capturedAt,
    period: { from: capturedAt, until: after(capturedAt, 30 * dayMs) },
    meteredBytes: null,
    tenders: [aTender()],
  },
  fault: 'unreachable',
  askedAt,
  missing: [],
  materialsCompleteAt: askedAt,
  reopenedAt: null,
  usage: by('shop', { bytes: '1000', requests: '10', measuredAt: askedAt }),
  latestUsage: by('shop', { bytes: '1000', requests: '10', measuredAt: askedAt }),
  review: aReview(),
  remediation: { reportedAt: askedAt, fixReportedAt: null, answer: null, answeredBy: null },
  incidents: [],
  disputes: [],
  kyc: null,
  breach: null,
  abuse: { signals: [], confirmed: null },
  place: { billing: null, independent: null },
  otherGround: null,
  compensated: [],
  pauses: [],
  informationRequested: false,
  contactVerified: by('desk', true),
};

export const aVersion = (
  parameters: Partial<PolicyParameters> = {},
  more: Partial<Omit<PolicyVersion, 'document'>> = {},
): PolicyVersion => ({
  id: 'version-1',
  number: 1,
  effectiveAt: firstVersion.effectiveAt,
  ...more,
  document: { ...firstVersion.document, parameters: { ...firstVersion.document.parameters, ...parameters } },
});

export interface CaseBuilder {
  facts(more: Partial<CaseFacts>): CaseBuilder;
  order(more: Partial<OrderFacts>): CaseBuilder;
  at(instant: string): CaseBuilder;
  version(version: PolicyVersion): CaseBuilder;
  parameters(more: Partial<PolicyParameters>): CaseBuilder;
  boughtUnder(version: PolicyVersion): CaseBuilder;
  /** With a clause's judge replaced, as a proof does it. */
  judgedBy(overrides: JudgeOverrides): CaseBuilder;
  input(): AssessmentInput;
  assessment(): Assessment;
  proposal(): Proposal;
  finding(clause: RefundClauseId): ClauseFinding;
}

const builder = (input: AssessmentInput, overrides: JudgeOverrides = {}): CaseBuilder => ({
  facts: (more) => {
    // Nothing was used since the asking, unless it is said.
    const used = more.usage === undefined ? {} : { latestUsage: more.usage };
    return builder({ ...input, facts: { ...input.facts, ...used, ...more } }, overrides);
  },
  order: (more) =>
    builder({ ...input, facts: { ...input.facts, order: { ...input.facts.order, ...more } } }, overrides),
  at: (at) => builder({ ...input, at }, overrides),
  version: (version) => builder({ ...input, version }, overrides),
  parameters: (more) => builder({ ...input, version: aVersion(more) }, overrides),
  boughtUnder: (purchaseVersion) => builder({ ...input, purchaseVersion }, overrides),
  judgedBy: (more) => builder(input, more),
  input: () => input,
  assessment: () => createEngine(overrides)(input),
  proposal: () => createEngine(overrides)(input).proposal,
  finding: (clause) => {
    const finding = createEngine(overrides)(input).findings.find((each) => each.clause === clause);
    if (!finding) throw new Error(`no finding for ${clause}`);
    return finding;
  },
});

export const aCase = (): CaseBuilder =>
  builder({ at: after(askedAt, 16 * dayMs), version: aVersion(), purchaseVersion: null, facts: baseFacts });

/** A case of which the full refund fails by the window alone. */
export const aLateCase = (): CaseBuilder => aCase().facts({ askedAt: after(capturedAt, 10 * dayMs) });
