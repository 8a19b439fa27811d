/** Views as stores hand them to the door, whole: what presenters and allowed actions are tried with. */

import type { PastTicketView } from '../../api/customer-views.ts';
import type { ClosingExplainedView, DecisionExplainedView } from '../../api/explained-views.ts';
import type { Principal } from '../../api/principal.ts';
import type { DecisionView, HoldView, TicketView } from '../../api/views.ts';
import type { Assessment } from '../../domain/assessment.ts';
import type {
  AccountId,
  AssessmentId,
  DecisionId,
  HoldId,
  IncidentId,
  PayoutId,
  SubjectId,
  TicketId,
  UploadId,
} from '../../domain/ids.ts';
import { money } from '../../domain/money.ts';
import type { RefundClauseId } from '../../domain/policy.ts';
import type { Role } from '../../domain/role.ts';

export const noon = new Date('2026-11-22T12:00:00.000Z');
const later = new Date('2026-11-30T12:00:00.000Z');
const accountId = '00000000-0000-7000-8000-000000000001' as AccountId;
const customerId = '00000000-0000-7000-8000-000000000002' as SubjectId;
const ticketId = '00000000-0000-7000-8000-000000000003' as TicketId;

export const agentView = { id: '00000000-0000-7000-8000-00000000000a' as SubjectId, name: 'Ann Agent' };
export const leadView = { id: '00000000-0000-7000-8000-00000000000b' as SubjectId, name: 'Lea Lead' };

export const aPrincipal = (role: Role, subjectId: SubjectId = customerId): Principal => ({
  subjectId,
  role,
  via: 'session',
  accounts: role === 'customer' ? [{ accountId, rights: 'owner' }] : [],
});

export const aDecisionView = (given: Partial<DecisionView> = {}): DecisionView => ({
  id: '00000000-0000-7000-8000-0000000000d1' as DecisionId,
  decision: 'refund',
  amount: money(1999n, 'USD'),
  ground: 'The service could not be used.',
  clauses: ['RP-2.4a'],
  at: noon,
  exception: null,
  state: 'final',
  decidedBy: agentView,
  confirmedBy: null,
  ...given,
});

export const aHoldView = (given: Partial<HoldView> = {}): HoldView => ({
  id: '00000000-0000-7000-8000-0000000000c1' as HoldId,
  kind: 'kyc',
  ground: 'The name on the card differs.',
  since: noon,
  until: null,
  result: null,
  stops: ['decision'],
  placedBy: leadView,
  ...given,
});

const aFile: TicketView['evidence'][number] = {
  id: '00000000-0000-7000-8000-0000000000e1' as UploadId,
  ticketId,
  subjectId: customerId,
  name: 'log.txt',
  state: 'complete',
  reason: null,
  finding: null,
  failing: null,
  kind: 'text',
  bytes: 12,
  sha256: 'a'.repeat(64),
  masked: { card: 1 },
  at: noon,
  originId: null,
  pages: null,
  hasThumbnail: false,
};

const aPayout: TicketView['payouts'][number] = {
  id: '00000000-0000-7000-8000-0000000000f1' as PayoutId,
  ticketId,
  ticketReference: 'RD-1001',
  ticketPhase: 'settling',
  subjectId: customerId,
  orderRef: 'order-1',
  payoutNo: 1,
  key: 'payout/order/1',
  amount: money(1999n, 'USD'),
  method: 'card',
  rail: 'card',
  replaces: null,
  reroutedBy: null,
  isReplaced: false,
  paidByHandBy: null,
  keptBack: null,
  isCancelAsked: false,
  tries: 0,
  nextLookAt: null,
  state: 'granted',
  since: noon,
  reason: null,
  attention: null,
  providerRef: null,
  bankRef: null,
  decidedBy: agentView,
  confirmedBy: null,
  approval: null,
  approvedBy: null,
  createdAt: noon,
  approvedAt: null,
  sendingAt: null,
  settledAt: null,
  endedAt: null,
  checkedAt: null,
  costs: [],
};

const aReview: TicketView['reviews'][number] = {
  cause: 'seller',
  finding: 'Exit pool was down.',
  persistent: true,
  sellerMistake: false,
  diagnosis: null,
  mended: false,
  lost: [{ from: noon, until: later }],
  at: noon,
  reviewer: agentView,
};

const aQuestion: NonNullable<TicketView['informationRequest']> = {
  holdId: '00000000-0000-7000-8000-0000000000c2' as HoldId,
  materials: ['evidence'],
  question: 'Which port?',
  askedAt: noon,
  lapsesAt: later,
};

/** A ticket that has been through everything at once; the parts given replace its own. */
const aPastTicket: PastTicketView = {
  ref: 'OLD-7',
  orderRef: 'order-0',
  outcome: 'refunded',
  askedAt: noon,
  closedAt: later,
  refunds: [{ method: 'card', amount: money(500n, 'USD') }],
};

export const aTicketView = (given: Partial<TicketView> = {}): TicketView => ({
  id: ticketId,
  reference: 'RD-1001',
  accountId,
  subjectId: customerId,
  isOwnClaim: false,
  orderRef: 'order-1',
  fault: 'unreachable',
  phase: 'deciding',
  outcome: null,
  due: { kind: 'kyc', at: later },
  askedAt: noon,
  windowEndsAt: later,
  contacts: [{ kind: 'email', service: null, address: 'cora@example.com', verified: true, since: noon }],
  pastTickets: [aPastTicket],
  incidents: [
    { id: '00000000-0000-7000-8000-0000000000b1' as IncidentId, ref: 'INC-1', state: 'confirmed', coverage: 'covered' },
  ],
  createdAt: noon,
  updatedAt: noon,
  closedAt: null,
  assignee: agentView,
  urgent: null,
  paymentMethod: 'card',
  description: 'Nothing could be reached.',
  networkContext: {
    targets: ['shop.example.com'],
    times: [{ from: '2026-11-20T11:00:00.000Z', until: '2026-11-20T12:00:00.000Z' }],
    egress: ['203.0.113.7'],
    protocol: 'https',
    client: { name: 'curl' },
  },
  policy: { atAsking: 2, atPurchase: 1 },
  missing: ['evidence'],
  evidence: [aFile],
  pending: { count: 1, since: noon },
  linked: [
    {
      id: '00000000-0000-7000-8000-0000000000a9' as TicketId,
      reference: 'RD-1002',
      orderRef: 'order-2',
      phase: 'closed',
      outcome: 'refunded',
    },
  ],
  pauses: [{ clock: 'decision', reason: 'kyc', from: noon, until: null, by: leadView }],
  holds: [aHoldView()],
  informationRequest: aQuestion,
  remediation: { deadline: later, fixReportedAt: noon, answer: null },
  promisedAt: new Date('2026-03-12T09:00:00.000Z'),
  decisions: [aDecisionView()],
  offer: {
    refund: money(500n, 'USD'),
    extension: { minutes: 60, bytes: '0' },
    endsPlan: false,
    offeredAt: noon,
    expiresAt: later,
    choice: null,
  },
  payouts: [aPayout],
  remedies: [{ kind: 'plan_end', state: 'granted', planEndsAt: null }],
  reviews: [aReview],
  appeal: { at: noon, decisionId: null },
  ...given,
});

const clause: RefundClauseId = 'RP-2.4a';

const anAssessment: Assessment = {
  engine: 1,
  at: noon.toISOString(),
  versionNumber: 2,
  judgedBy: 1,
  refundableTenders: [],
  findings: [
    {
      clause,
      verdict: 'passed',
      reason: 'not_remediated',
      facts: [{ fact: 'review.cause', value: 'seller', source: 'agent' }],
      customer: { en: 'It was not mended in time.', ru: 'Неисправность не устранили вовремя.' },
      agent: 'Cause seller, no fix in 15 days.',
    },
  ],
  proposal: {
    kind: 'refund',
    clauses: [clause],
    refund: {
      amount: { minor: '1999', currency: 'USD' },
      full: true,
      endsPlan: true,
      tax: { minor: '333', currency: 'USD' },
      lines: [{ label: 'refund', value: '1999', unit: 'USD minor' }],
      intervals: [],
    },
  },
  clocks: { windowEndsAt: null, remediation: null, decision: null },
  systemMayDecide: false,
};

export const anExplainedView = (given: Partial<DecisionExplainedView> = {}): DecisionExplainedView => ({
  kind: 'decision',
  ...aDecisionView(),
  number: 1,
  ticketReference: 'RD-1001',
  orderRef: 'order-1',
  askedAt: noon,
  provision: null,
  confirmGround: 'Seen twice.',
  assessed: {
    number: 3,
    sha256: 'b'.repeat(64),
    result: anAssessment,
    atAsking: { number: 2, effectiveAt: noon },
    atPurchase: { number: 1, effectiveAt: noon },
    texts: {
      en: { [clause]: 'Not remediated within 15 days.' },
      ru: { [clause]: 'Не устранено за 15 дней.' },
    } as NonNullable<DecisionExplainedView['assessed']>['texts'],
    seller: { name: 'The Seller', resellerAdvice: { en: '', ru: '' }, contact: 'help@seller.example' },
  },
  appealBy: later,
  appealUntil: later,
  offered: null,
  ...given,
});

/** Of money alone, as it was reckoned. */
const offeredTerms: NonNullable<ClosingExplainedView['offered']> = {
  amount: money(1999n, 'USD'),
  extension: null,
  proposal: {
    kind: 'offer',
    clauses: [clause],
    refund: anAssessment.proposal.kind === 'refund' ? anAssessment.proposal.refund : null,
    extension: { minutes: 1440, bytes: '0', lines: [{ label: 'time', value: '1440', unit: 'minutes' }], intervals: [] },
    expiresAfterDays: 14,
  },
};

/** An offer that nobody chose from in time. */
export const aClosingView = (given: Partial<ClosingExplainedView> = {}): ClosingExplainedView => {
  const { number, ticketReference, orderRef, askedAt, assessed, appealBy, appealUntil } = anExplainedView();
  return {
    kind: 'closing',
    id: '00000000-0000-7000-8000-0000000000a1' as AssessmentId,
    at: noon,
    cause: 'offer_expired',
    outcome: 'lapsed',
    reopenable: true,
    number,
    ticketReference,
    orderRef,
    askedAt,
    assessed,
    appealBy,
    appealUntil,
    offered: given.cause === undefined || given.cause === 'offer_expired' ? offeredTerms : null,
    ...given,
  };
};
