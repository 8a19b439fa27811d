/** The facts of a case as the engine takes them, made of what its rows say: each with its source. */

import { windowEndMs } from '../domain/clocks.ts';
import { createDiagnosis } from '../domain/diagnosis.ts';
import type { CaseFacts, Interval, KycState } from '../domain/facts.ts';
import type { HoldResult } from '../domain/hold.ts';
import { missingMaterials } from '../domain/materials.ts';
import type { PolicyVersion } from '../domain/policy.ts';
import { causeOfProbe } from '../domain/probe.ts';
import type { fixAnswers } from '../domain/review.ts';
import { diagnosisFact, findingOf, mergeDiagnoses } from '../domain/ticket-diagnosis.ts';
import type { CaseRow } from './case-row.ts';
import { factOf, latestOf } from './stated-facts.ts';

export function factsOf(row: CaseRow, version: PolicyVersion): CaseFacts {
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
    ...diagnosisOf(row, version),
    ...probesOf(row, version),
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

function diagnosisOf({ diagnosed, order }: CaseRow, version: PolicyVersion): Pick<CaseFacts, 'diagnosis'> {
  const at = diagnosed
    .map((file) => file.at)
    .sort()
    .at(-1);
  if (at === undefined) return {};
  const merged = mergeDiagnoses(diagnosed);
  const finding = findingOf(merged, windowOf(order, version));
  return { diagnosis: { value: diagnosisFact(merged, finding), source: 'customer', at } };
}

/** No customer’s setup or account takes part in them, so that they are laid to causes of their own. */
function probesOf({ probed, order }: CaseRow, version: PolicyVersion): Pick<CaseFacts, 'probes'> {
  if (probed === null) return {};
  const tally = createDiagnosis(causeOfProbe);
  const nowhere = { lines: { from: 0, until: 0 }, target: null, egress: null };
  for (const { hour, class: name, vendor, attempts } of probed.counts)
    for (let count = 0; count < attempts; count += 1) tally.add({ ...nowhere, at: hour }, { class: name, vendor });
  const merged = mergeDiagnoses([{ evidenceId: '', diagnosis: tally.told() }]);
  const fact = diagnosisFact(merged, findingOf(merged, windowOf(order, version)));
  const classes = fact.classes.map((entry) => ({ ...entry, proofs: [] }));
  return { probes: { value: { ...fact, classes }, source: 'desk', at: probed.at } };
}

/** RP-2.3: from the first capture; the end counts. */
export function windowOf({ firstCapturedAt, firstPurchasedAt }: CaseRow['order'], version: PolicyVersion): Interval {
  const from = firstCapturedAt ?? firstPurchasedAt;
  return { from, until: new Date(windowEndMs(from, version.document.parameters)).toISOString() };
}

/** RP-2.4a: a fix that was accepted stands; what the review found mended itself was mended by then at the latest. */
function remediationOf({ askedAt, review, fix, mendedFix }: CaseRow): CaseFacts['remediation'] {
  if (review === null) return null;
  if (mendedFix === null && review.mended)
    return { reportedAt: askedAt, fixReportedAt: review.at, answer: 'mended', answeredBy: 'agent' };
  const known = mendedFix ?? fix;
  const unreported = { reportedAt: askedAt, fixReportedAt: null, answer: null, answeredBy: null };
  // One that was closed with its phase is nobody's to answer any more.
  if (known === null || known.answer === 'closed') return unreported;
  const asked = known.askedAt === known.reportedAt ? {} : { fixAskedAt: known.askedAt };
  return {
    ...unreported,
    fixReportedAt: known.reportedAt,
    ...asked,
    ...(known.answer === null ? {} : answers[known.answer]),
    // Nobody answered, and the desk's own tests failed.
    ...(known === fix && fix.answer === 'probe_failed' && fix.byDesk ? { answeredBy: 'desk' as const } : {}),
  };
}

/** Whose word each answer to a reported fix is. */
const answers = {
  mended: { answer: 'mended', answeredBy: 'customer' },
  not_mended: { answer: 'not_mended', answeredBy: 'customer' },
  silent: { answer: 'silent', answeredBy: 'desk' },
  probe_failed: { answer: 'not_mended', answeredBy: 'agent' },
} as const satisfies Record<
  Exclude<(typeof fixAnswers)[number], 'closed'>,
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
