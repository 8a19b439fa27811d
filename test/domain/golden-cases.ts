/** Cases of every turn that a judgement can take, by name: what the engine once said of them it says for ever. */

import {
  aCase,
  aDispute,
  after,
  aLateCase,
  anIncident,
  aReview,
  askedAt,
  aTender,
  aVersion,
  by,
  type CaseBuilder,
  capturedAt,
  dayMs,
  disputedBy,
  firstVersion,
} from './case-builder.ts';

const { remediation, system } = firstVersion.document.parameters;

const fresh = aCase().at(after(askedAt, dayMs));
const used = (bytes: string, requests: string | null = '0') => by('shop', { bytes, requests, measuredAt: askedAt });
const plan = (compensation: 'period' | 'metered_term' | 'traffic_only') => ({
  plans: { static_isp: { usageCaps: [null, null], compensation } } as const,
});
const inBrazil = { billing: by('shop', 'BR'), independent: by('provider', 'BR') };
const crypto = aTender({ id: 'c', method: 'crypto' });
const late = aLateCase().facts({ incidents: [anIncident()] });
const metered = late.parameters(plan('metered_term')).order({ meteredBytes: '1000' });
const pauses = [
  { clock: 'decision' as const, reason: 'customer' as const, from: askedAt, until: after(askedAt, dayMs) },
  { clock: 'remediation' as const, reason: 'customer' as const, from: askedAt, until: after(askedAt, dayMs) },
  { clock: 'decision' as const, reason: 'kyc' as const, from: after(askedAt, 2 * dayMs), until: null },
];

const answered = (answer: 'mended' | 'not_mended' | 'silent' | null, fixReportedAt = after(askedAt, 5 * dayMs)) => ({
  remediation: {
    reportedAt: askedAt,
    fixReportedAt,
    answer,
    answeredBy: answer === null ? null : ('customer' as const),
  },
});

const asking: Record<string, CaseBuilder> = {
  'nothing sent yet': fresh.facts({
    review: null,
    remediation: null,
    missing: ['evidence', 'network_context'],
    materialsCompleteAt: null,
    contactVerified: null,
  }),
  'details not needed': fresh.facts({ review: null, remediation: null, fault: 'other' }),
  'to be reviewed': fresh.facts({ review: null, remediation: null }),
  'asked back, with pauses': fresh.facts({ review: null, remediation: null, informationRequested: true, pauses }),
  'overdue for an answer': aCase().at(after(askedAt, 40 * dayMs)),
  'opened again': aCase()
    .facts({ reopenedAt: after(askedAt, 20 * dayMs) })
    .at(after(askedAt, 21 * dayMs)),
  'first capture not known': fresh.order({ firstCapturedAt: null }),
  'first capture disputed': fresh.order({ firstCapturedAt: disputedBy(capturedAt, askedAt) }),
  'channel named by the customer alone': fresh.order({ channel: by('customer', 'official') }),
  'channel disputed': fresh.order({ channel: disputedBy('official' as const, 'reseller' as const) }),
  'bought from a reseller': fresh.order({ channel: by('shop', 'reseller') }),
  'kind of plan not listed': late.order({ planKind: 'of_tomorrow' }),
  'contact not verified': fresh.facts({ contactVerified: by('desk', false) }),
  'contact disputed': fresh.facts({ contactVerified: disputedBy(true, false) }),
};

const faults: Record<string, CaseBuilder> = {
  'being mended': fresh,
  'a fix not answered yet': aCase()
    .facts(answered(null, after(askedAt, 14 * dayMs)))
    .at(after(askedAt, 15 * dayMs)),
  mended: aCase().facts(answered('mended')),
  'mended, but used beyond the cap': aCase().facts({ ...answered('mended'), usage: used('999999999999') }),
  'mended, by silence': aCase().facts(answered('silent')),
  'a fix denied': aCase().facts(answered('not_mended')),
  'asked too late': aLateCase(),
  'lost after the window': aCase().facts({
    review: aReview({ lost: [{ from: after(capturedAt, 8 * dayMs), until: after(capturedAt, 9 * dayMs) }] }),
  }),
  'lost before the capture': aCase().facts({
    review: aReview({ lost: [{ from: after(capturedAt, -3 * dayMs), until: after(capturedAt, -dayMs) }] }),
  }),
  'never persistent': aCase().facts({ review: aReview({ persistent: false }) }),
  'persistence not known': aCase().facts({ review: aReview({ persistent: null }) }),
  'cause unclear': aCase().facts({ review: aReview({ cause: 'unclear' }) }),
  'cause the user': aCase().facts({ review: aReview({ cause: 'user' }) }),
  'cause the target': aCase().facts({ review: aReview({ cause: 'target' }) }),
  'cause a third party': aCase().facts({ review: aReview({ cause: 'third_party' }) }),
  'an account restricted': aCase().facts({ review: aReview({ cause: 'account' }) }),
  'an account restricted by mistake': aCase().facts({ review: aReview({ cause: 'account', sellerMistake: true }) }),
  'review disputed': aCase().facts({ review: disputedBy(aReview().value, aReview({ cause: 'target' }).value) }),
  'cause against an incident': aCase().facts({ review: aReview({ cause: 'target' }), incidents: [anIncident()] }),
  'an incident before any review': fresh.facts({ review: null, remediation: null, incidents: [anIncident()] }),
  'not mended, and an incident': aCase().facts({ incidents: [anIncident()] }),
  'an incident that falls short': fresh.facts({ incidents: [anIncident({ widelyImpacting: false })] }),
  'an incident not confirmed': fresh.facts({ incidents: [anIncident({ confirmed: false })] }),
};

const money: Record<string, CaseBuilder> = {
  'usage not known': aCase().facts({ usage: null }),
  'usage disputed': aCase().facts({ usage: disputedBy(used('1').value, used('2').value) }),
  'usage over the cap': aCase().facts({ usage: used('999999999999', '999999999') }),
  'requests not counted': aCase().facts({ usage: used('1', null) }),
  'paid by crypto': aCase().order({ tenders: [crypto] }),
  'crypto, by the law of the place': aCase()
    .order({ tenders: [crypto] })
    .facts({ place: inBrazil }),
  'crypto, the place disputed': aCase()
    .order({ tenders: [crypto] })
    .facts({ place: { ...inBrazil, independent: disputedBy('BR', 'KR') } }),
  'crypto, its signs differ': aCase()
    .order({ tenders: [crypto] })
    .facts({ place: { billing: by('shop', 'BR'), independent: by('provider', 'KR') } }),
  'a part by crypto': aCase().order({ tenders: [aTender(), crypto] }),
  'a part by crypto and by law': aCase()
    .order({ tenders: [aTender(), crypto] })
    .facts({ place: inBrazil }),
  'paid with credit alone': aCase().order({ tenders: [aTender({ method: 'promotional_credit' })] }),
  'paid with credit as well': aCase().order({
    tenders: [aTender(), aTender({ id: 'p', method: 'promotional_credit' })],
  }),
  'captures not read': aCase().order({ tenders: [aTender({ capturedMinor: null })] }),
  'nothing left': aCase().order({ tenders: [aTender({ goneMinor: '3000' })] }),
  'taken by an open dispute': aCase()
    .order({ tenders: [aTender({ goneMinor: '3000' })] })
    .facts({ disputes: [aDispute('open')] }),
  'store balance beside a card': aCase().order({ tenders: [aTender(), aTender({ id: 's', method: 'store_balance' })] }),
};

const conduct: Record<string, CaseBuilder> = {
  'a breach': aCase().facts({ breach: by('agent', true) }),
  'a breach disputed': aCase().facts({ breach: disputedBy(true, false) }),
  'no breach, as a person says': aCase().facts({ breach: by('lead', false) }),
  'signals of abuse': aCase().facts({ abuse: { signals: ['shared_email', 'repeated_refunds'], confirmed: null } }),
  'abuse confirmed': aCase().facts({ abuse: { signals: ['shared_email'], confirmed: by('lead', true) } }),
  'abuse disputed': aCase().facts({ abuse: { signals: [], confirmed: disputedBy(true, false) } }),
  'a dispute open': aCase().facts({ disputes: [aDispute('open')] }),
  'a dispute withdrawn by the customer': aCase().facts({ disputes: [aDispute('open', askedAt)] }),
  'a dispute lost': aCase().facts({ disputes: [aDispute('lost')] }),
  'a dispute prevented': aCase().facts({ disputes: [aDispute('prevented')] }),
  'a dispute over': aCase().facts({ disputes: [aDispute('won')] }),
  'an inquiry': aCase().facts({ disputes: [aDispute('inquiry')] }),
  'an inquiry against a part': late.facts({ disputes: [aDispute('inquiry')] }),
  'identity asked for': aCase().facts({ kyc: by('desk', 'asked') }),
  'identity passed': aCase().facts({ kyc: by('lead', 'passed') }),
  'identity failed': aCase().facts({ kyc: by('lead', 'failed') }),
  'identity not shown in time': aCase().facts({ kyc: by('desk', 'timed_out') }),
  'identity disputed': aCase().facts({ kyc: disputedBy('passed' as const, 'failed' as const) }),
  'another ground, confirmed': aCase().facts({ otherGround: { kind: 'refusal', confirmed: true } }),
  'another ground, not confirmed': aCase().facts({ otherGround: { kind: 'refusal', confirmed: false } }),
  'a right by law': aCase().facts({ otherGround: { kind: 'statutory', confirmed: true } }),
};

const parts: Record<string, CaseBuilder> = {
  'an offer': late,
  'claimed too late': late.facts({ askedAt: after(capturedAt, 90 * dayMs) }).at(after(capturedAt, 90 * dayMs)),
  'two incidents, one made good': late.facts({
    incidents: [anIncident(), anIncident({ ref: 'INC-2', from: '2026-03-05T00:00:00.000Z', until: null })],
    compensated: [{ from: '2026-03-03T00:00:00.000Z', until: '2026-03-04T00:00:00.000Z' }],
  }),
  'barred by conduct': late.facts({ breach: by('agent', true), abuse: { signals: [], confirmed: by('lead', true) } }),
  'open by two facts': late.facts({ breach: disputedBy(true, false), kyc: by('desk', 'asked') }),
  'never of crypto': late.order({ tenders: [crypto] }),
  'of a metered term': metered.facts({ usage: used('900') }),
  'of what is unused': metered.facts({ usage: used('990') }),
  'of a metered term, usage unknown': metered.facts({ usage: null }),
  'of a metered plan without a term': metered.order({ period: null }),
  'of traffic alone': late.parameters(plan('traffic_only')).order({ meteredBytes: '1000000' }),
  'by the desk alone': aCase()
    .facts({ incidents: [anIncident()] })
    .parameters({ system: { ...system, refundsByIncident: true, refundMax: { USD: '3000' } } }),
  'by the version at purchase': aLateCase()
    .version(aVersion({ requestWindowDays: 1 }, { number: 2, id: 'version-2' }))
    .boughtUnder(aVersion({ requestWindowDays: 30 })),
  'mended sooner by the version at purchase': fresh
    .version(aVersion({ remediation: { ...remediation, days: 30 } }, { number: 2, id: 'version-2' }))
    .boughtUnder(aVersion()),
  'no more to mend by the version at purchase, capture unknown': aCase()
    .order({ tenders: [aTender({ capturedMinor: null })] })
    .version(aVersion({ remediation: { ...remediation, days: 30 } }, { number: 2, id: 'version-2' }))
    .boughtUnder(aVersion()),
  'mended sooner by the version at asking, and more days to answer': aCase()
    .facts(answered(null, after(askedAt, 14 * dayMs)))
    .at(after(askedAt, 14 * dayMs))
    .version(aVersion({ remediation: { ...remediation, answerDays: 7 } }, { number: 2, id: 'version-2' }))
    .boughtUnder(aVersion({ remediation: { ...remediation, days: 16, answerDays: 1 } })),
};

export const goldenCases: readonly (readonly [string, CaseBuilder])[] = [asking, faults, money, conduct, parts].flatMap(
  (cases) => Object.entries(cases),
);
