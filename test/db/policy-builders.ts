/** Policy documents and cases judged by them, for suites about versions, assessments and back-tests. */

import { insertAssessment } from '../../db/assessments.ts';
import type { Database } from '../../db/database.ts';
import { postPolicyVersion, versionInForce } from '../../db/policy-versions.ts';
import { readFirstVersion } from '../../dev/first-version.ts';
import type { AssessmentOccasion } from '../../domain/assessment.ts';
import { assess } from '../../domain/engine.ts';
import type { AssessmentInput, CaseFacts } from '../../domain/facts.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { PolicyDocument, PolicyParameters } from '../../domain/policy.ts';
import { granted } from './builders.ts';

/** The seller's first version with other parameters. */
export function aDocument(parameters: Partial<PolicyParameters> = {}): PolicyDocument {
  const { document } = readFirstVersion();
  return { ...document, parameters: { ...document.parameters, ...parameters } };
}

/** The same with one clause's text emptied in every language. */
export function withoutClause(document: PolicyDocument, clause: 'RP-2.5' | 'RP-2.3'): PolicyDocument {
  const { en, ru } = document.texts;
  return { ...document, texts: { en: { ...en, [clause]: '' }, ru: { ...ru, [clause]: '' } } };
}

export const postVersion = (db: Database, effectiveAt: Date, document = aDocument(), at = new Date(0)) =>
  db.transaction((trx) => postPolicyVersion(trx, { effectiveAt, document, by: null, at }));

const bought = '2026-11-10T10:00:00.000Z';
const asked = '2026-11-19T10:00:00.000Z';

/** A card order for which it was asked nine days after its purchase: two too late for the first version. */
export const someFacts = (given: Partial<CaseFacts> = {}): CaseFacts => ({
  order: {
    currency: 'USD',
    planKind: 'metered',
    channel: { value: 'official', source: 'shop', at: bought },
    firstCapturedAt: { value: bought, source: 'provider', at: bought },
    purchasedAt: bought,
    period: { from: bought, until: '2026-12-10T10:00:00.000Z' },
    meteredBytes: '107374182400',
    tenders: [
      { id: 'one', method: 'card', amountMinor: '1999', taxMinor: '333', capturedMinor: '1999', goneMinor: '0' },
    ],
  },
  fault: 'unreachable',
  askedAt: asked,
  missing: [],
  materialsCompleteAt: asked,
  reopenedAt: null,
  usage: { value: { bytes: '1024', requests: '10', measuredAt: asked }, source: 'shop', at: asked },
  review: {
    value: { cause: 'seller', persistent: true, sellerMistake: false, lost: [] },
    source: 'agent',
    at: '2026-11-20T10:00:00.000Z',
  },
  latestUsage: { value: { bytes: '1024', requests: '10', measuredAt: asked }, source: 'shop', at: asked },
  remediation: { reportedAt: asked, fixReportedAt: null, answer: null, answeredBy: null },
  incidents: [
    {
      ref: 'incident-1',
      confirmed: true,
      widelyImpacting: true,
      covers: true,
      from: '2026-11-12T10:00:00.000Z',
      until: '2026-11-15T10:00:00.000Z',
    },
  ],
  disputes: [],
  kyc: null,
  breach: null,
  abuse: { signals: [], confirmed: null },
  place: { billing: null, independent: null },
  otherGround: null,
  compensated: [],
  pauses: [],
  informationRequested: false,
  contactVerified: { value: true, source: 'desk', at: asked },
  ...given,
});

/** Judges a ticket as a step would, by the version in force at the asking, and keeps the assessment. */
export async function judgeTicket(
  db: Database,
  ticketId: TicketId,
  given: { facts?: CaseFacts; occasion?: AssessmentOccasion; at?: string } = {},
) {
  const facts = given.facts ?? someFacts();
  const version = granted(await versionInForce(db, new Date(facts.askedAt)));
  if (!version) throw new Error('no policy was in force when it was asked');
  const input: AssessmentInput = { at: given.at ?? '2026-11-20T12:00:00.000Z', version, purchaseVersion: null, facts };
  const result = assess(input);
  return db.transaction((trx) =>
    insertAssessment(trx, { ticketId, occasion: given.occasion ?? 'deciding', input, result }),
  );
}
