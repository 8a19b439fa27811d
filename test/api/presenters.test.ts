/** Presenters of a whole life: exactly these keys to a customer, these besides to staff, and nobody's name to a customer. */

import { describe, expect, test } from '@jest/globals';
import { letterOf } from '../../api/decision-letter.ts';
import type { ClosingExplainedView } from '../../api/explained-views.ts';
import { presentExplained } from '../../api/present-decision.ts';
import { presentTicket, presentTicketSummary } from '../../api/present-ticket.ts';
import { customerEvents, presentTimelineEntry } from '../../api/present-timeline.ts';
import type { Principal } from '../../api/principal.ts';
import { operations } from '../../contract/operations.ts';
import { isRefusal } from '../../domain/errors.ts';
import { evidenceKeys, keysOf } from './keys.ts';
import {
  aClosingView,
  aDecisionView,
  agentView,
  anExplainedView,
  aPrincipal,
  aTicketView,
  leadView,
  noon,
} from './views.ts';

const customer = aPrincipal('customer');
const agent = aPrincipal('agent', agentView.id);

const names = new RegExp([agentView.id, agentView.name, leadView.id, leadView.name].join('|'));

const ofCustomer = [
  'actions[]',
  'appeal.at',
  'askedAt',
  'clocks.pauses[].clock',
  'clocks.pauses[].from',
  'clocks.pauses[].reason',
  'clocks.pauses[].until',
  'closedAt',
  'createdAt',
  'decision.amount.currency',
  'decision.amount.minor',
  'decision.at',
  'decision.byDesk',
  'decision.clauses[]',
  'decision.decision',
  'decision.exception',
  'decision.ground',
  'decision.id',
  'description',
  'due.at',
  'due.kind',
  ...evidenceKeys,
  'fault',
  'holds[].kind',
  'holds[].since',
  'holds[].stops[]',
  'holds[].until',
  'id',
  'informationRequest.askedAt',
  'informationRequest.lapsesAt',
  'informationRequest.materials[]',
  'informationRequest.question',
  'linked[].id',
  'linked[].orderRef',
  'linked[].outcome',
  'linked[].phase',
  'linked[].reference',
  'missing[]',
  'networkContext.client.name',
  'networkContext.egress[]',
  'networkContext.protocol',
  'networkContext.targets[]',
  'networkContext.times[].from',
  'networkContext.times[].until',
  'offer.choice',
  'offer.endsPlan',
  'offer.expiresAt',
  'offer.extension.bytes',
  'offer.extension.minutes',
  'offer.offeredAt',
  'offer.refund.currency',
  'offer.refund.minor',
  'orderRef',
  'outcome',
  'paymentMethod',
  'payouts[].amount.currency',
  'payouts[].amount.minor',
  'payouts[].bankRef',
  'payouts[].id',
  'payouts[].method',
  'payouts[].progress',
  'payouts[].settledAt',
  'pending.count',
  'pending.since',
  'phase',
  'policy.atAsking',
  'policy.atPurchase',
  'promisedAt',
  'reference',
  'remediation.answer',
  'remediation.deadline',
  'remediation.fixReportedAt',
  'remedies[].kind',
  'remedies[].planEndsAt',
  'remedies[].state',
  'updatedAt',
];

/** Told to those alone who may withdraw it. */
const ofWithdrawal = ['withdrawal.losesAskedAt', 'withdrawal.windowEndsAt'];

const besidesToStaff = [
  'assignee.id',
  'assignee.name',
  'urgent',
  'clocks.pauses[].by.id',
  'clocks.pauses[].by.name',
  'contacts[].address',
  'contacts[].kind',
  'contacts[].service',
  'contacts[].since',
  'contacts[].verified',
  'decision.confirmedBy',
  'decision.decidedBy.id',
  'decision.decidedBy.name',
  'decision.state',
  'holds[].ground',
  'holds[].id',
  'holds[].placedBy.id',
  'holds[].placedBy.name',
  'holds[].result',
  ...['coverage', 'id', 'ref', 'state'].map((key) => `incidents[].${key}`),
  ...['askedAt', 'closedAt', 'orderRef', 'outcome', 'ref'].map((key) => `pastTickets[].${key}`),
  ...['amount.currency', 'amount.minor', 'method'].map((key) => `pastTickets[].refunds[].${key}`),
  'reviews[].at',
  'reviews[].cause',
  'reviews[].diagnosis',
  'reviews[].finding',
  'reviews[].lost[].from',
  'reviews[].lost[].until',
  'reviews[].mended',
  'reviews[].persistent',
  'reviews[].reviewer.id',
  'reviews[].reviewer.name',
  'reviews[].sellerMistake',
];

describe('a ticket', () => {
  test('PV-1.2: shows a customer exactly these keys, and staff these besides', () => {
    expect(keysOf(presentTicket(aTicketView(), customer))).toEqual([...ofCustomer, ...ofWithdrawal]);
    expect(keysOf(presentTicket(aTicketView(), agent))).toEqual(
      [...ofCustomer, ...besidesToStaff, 'withdrawal'].sort(),
    );
  });

  test('PV-1.2: tells a customer nobody’s name, what staff wrote about a hold, or what was found', () => {
    const shown = JSON.stringify(presentTicket(aTicketView(), customer));
    expect(shown).not.toMatch(names);
    expect(shown).not.toMatch(/name on the card|Exit pool/);
    expect(JSON.stringify(presentTicketSummary(aTicketView(), customer))).not.toMatch(names);
  });

  test.each([customer, agent])('is what the contract says it is to the role $role', (principal) => {
    const shown = presentTicket(aTicketView(), principal);
    expect(operations.getTicket.answers[200].parse(shown)).toEqual(shown);
  });

  test('RP-3.9: shows a customer no decision that waits for a second person or was rejected by them', () => {
    const former = aDecisionView({ decision: 'refuse', amount: null, clauses: ['RP-3.1'] });
    const exception = { exception: 'goodwill', id: leadView.id as never } as const;
    for (const state of ['awaiting', 'rejected'] as const) {
      const view = aTicketView({ decisions: [former, aDecisionView({ ...exception, state })] });
      expect(presentTicket(view, customer).decision?.decision).toBe('refuse');
      expect(presentTicket(view, agent).decision?.decision).toBe(state === 'awaiting' ? 'refund' : 'refuse');
    }
    const only = aTicketView({ decisions: [aDecisionView({ ...exception, state: 'awaiting' })] });
    expect(presentTicket(only, customer).decision).toBeNull();
  });

  test('RP-4.6: says that the desk decided by itself where no person did', () => {
    const view = aTicketView({ decisions: [aDecisionView({ decidedBy: null })] });
    expect(presentTicket(view, customer).decision?.byDesk).toBe(true);
    expect(presentTicket(view, agent).decision?.decidedBy).toBeNull();
    expect(presentTicket(aTicketView(), customer).decision?.byDesk).toBe(false);
  });
});

const whyToCustomer = [
  'amount.currency',
  'amount.minor',
  'appealUntil',
  'assessed.arithmetic[].lines[].label',
  'assessed.arithmetic[].lines[].unit',
  'assessed.arithmetic[].lines[].value',
  'assessed.arithmetic[].of',
  'assessed.at',
  'assessed.findings[].clause',
  'assessed.findings[].sentence',
  'assessed.findings[].text',
  'assessed.findings[].verdict',
  'assessed.judgedBy',
  'assessed.proposed',
  'assessed.versions.atAsking.effectiveAt',
  'assessed.versions.atAsking.number',
  'assessed.versions.atPurchase.effectiveAt',
  'assessed.versions.atPurchase.number',
  'at',
  'byDesk',
  'clauses[]',
  'decision',
  'exception',
  'ground',
  'id',
  'kind',
  'language',
  'provision',
];

const whyToStaff = [
  'assessed.engine',
  'assessed.findings[].agentSentence',
  'assessed.findings[].facts[].fact',
  'assessed.findings[].facts[].source',
  'assessed.findings[].facts[].value',
  'assessed.findings[].reason',
  'assessed.number',
  'assessed.sha256',
  'confirmGround',
  'confirmedBy',
  'decidedBy.id',
  'decidedBy.name',
  'state',
];

describe('why a decision was made', () => {
  test('is told to a customer in exactly these keys, and to staff in these besides', () => {
    expect(keysOf(presentExplained(anExplainedView(), customer, 'en'))).toEqual(whyToCustomer);
    const toStaff = keysOf(presentExplained(anExplainedView(), agent, 'en'));
    expect(toStaff).toEqual([...whyToCustomer, ...whyToStaff].sort());
  });

  test.each(['en', 'ru'] as const)('RP-6.1: is told in the clause’s words as posted, in %s', (language) => {
    const view = anExplainedView();
    const [finding] = presentExplained(view, customer, language).assessed?.findings ?? [];
    expect(finding?.text).toBe(view.assessed?.texts[language]['RP-2.4a']);
    expect(finding?.sentence).toBe(view.assessed?.result.findings[0]?.customer[language]);
  });

  test('is what the contract says it is, also where no assessment was kept', () => {
    for (const view of [anExplainedView(), anExplainedView({ assessed: null, appealUntil: null })]) {
      const items = [presentExplained(view, agent, 'en'), presentExplained(view, customer, 'ru')];
      expect(operations.getDecisions.answers[200].parse({ items })).toEqual({ items });
    }
  });
});

describe('why a ticket closed without a decision', () => {
  const assessedTo = (view: ClosingExplainedView, who: Principal) => presentExplained(view, who, 'en').assessed;

  test('is told with what was offered, and to a customer with nothing that was merely proposed', () => {
    const lapsed = aClosingView({ cause: 'materials_missing' });
    expect(assessedTo(aClosingView(), customer)).toMatchObject({ proposed: 'offer', arithmetic: [{ of: 'refund' }] });
    expect(assessedTo(aClosingView(), customer)?.arithmetic).toHaveLength(1);
    expect(assessedTo(lapsed, agent)).toMatchObject({ proposed: 'refund', arithmetic: [{ of: 'refund' }] });
    expect(assessedTo(lapsed, customer)?.arithmetic).toEqual([]);
    expect(assessedTo(lapsed, customer)).not.toHaveProperty('proposed');
  });

  test('shows a customer neither facts nor hashes, and nobody’s name', () => {
    const shown = keysOf(presentExplained(aClosingView(), customer, 'en'));
    const ofDecision = ['amount', 'byDesk', 'clauses', 'decision', 'exception', 'ground', 'provision'];
    const alike = whyToCustomer.filter((key) => !ofDecision.some((name) => key.startsWith(name)));
    expect(shown).toEqual([...alike, 'cause', 'outcome', 'reopenable'].sort());
  });

  test('is a letter with the sums of what was offered alone, and none of a withdrawal', () => {
    const sumsIn = (given: Partial<ClosingExplainedView>) => {
      const letter = letterOf(aClosingView(given), 'ru');
      return isRefusal(letter) ? letter.refused : letter.sums.map(({ of }) => of);
    };
    expect(sumsIn({})).toEqual(['refund']);
    expect(sumsIn({ cause: 'question_unanswered' })).toEqual([]);
    expect(sumsIn({ cause: 'withdrawn', outcome: 'withdrawn' })).toBe('not-found');
    expect(sumsIn({ assessed: null })).toBe('not-found');
  });
});

describe('a decision’s letter', () => {
  test('RP-4.6: tells the desk’s own ground in the reader’s language, and a person’s in their words', () => {
    const { assessed } = anExplainedView();
    const findings = assessed?.result.findings.map((finding) => ({ ...finding, clause: 'RP-2.4b' as const })) ?? [];
    const view = anExplainedView({ assessed: assessed && { ...assessed, result: { ...assessed.result, findings } } });
    const desks = { ...view, decidedBy: null };
    for (const language of ['en', 'ru'] as const) {
      const sentence = findings[0]?.customer[language];
      expect(letterOf(desks, language)).toMatchObject({ ground: sentence, byDesk: true });
      expect(presentExplained(desks, customer, language)).toMatchObject({ ground: sentence, byDesk: true });
      expect(letterOf(view, language)).toMatchObject({ ground: view.ground, byDesk: false });
    }
  });

  test('holds the clauses as posted, the sums and the hash, and nobody’s name', () => {
    const letter = letterOf(anExplainedView(), 'ru');
    if (isRefusal(letter) || letter.about !== 'decision') throw new Error('there should be a letter');
    expect(letter.findings).toEqual([
      {
        clause: 'RP-2.4a',
        text: 'Не устранено за 15 дней.',
        verdict: 'passed',
        sentence: 'Неисправность не устранили вовремя.',
      },
    ]);
    expect(letter.decision).toEqual({ kind: 'refund', amount: '19.99 USD' });
    expect(letter.sums.map(({ of }) => of)).toEqual(['refund']);
    expect(letter.reference).toBe('b'.repeat(64));
    expect(JSON.stringify(letter)).not.toMatch(names);
  });

  test('is not printed before the decision holds, nor where no assessment was kept', () => {
    for (const given of [{ state: 'awaiting' }, { state: 'rejected' }, { assessed: null }] as const)
      expect(letterOf(anExplainedView(given), 'en')).toEqual({ refused: 'not-found' });
  });
});

describe('an event of the timeline', () => {
  const data = Object.fromEntries(
    [...new Set(Object.values(customerEvents).flat()), 'inside'].map((key) => [key, key]),
  );
  const actor = { id: leadView.id, role: 'lead' as const, name: leadView.name };
  const event = (kind: string) => ({ type: 'event' as const, number: 1, at: noon, actor, kind, data, hash: 'c' });

  test.each(Object.entries(customerEvents))('%s shows a customer what is named for it alone', (kind, shown) => {
    const [entry] = presentTimelineEntry(event(kind), customer);
    if (entry?.type !== 'event') throw new Error('the event should be shown');
    expect(Object.keys(entry.data).sort()).toEqual([...shown].sort());
    expect(entry.actor).toEqual({ role: 'desk' });
  });

  test.each(['noteAdded', 'assigned', 'decisionConfirmed', 'reminded', 'factRecorded'])(
    '%s stays inside, and staff see it whole',
    (kind) => {
      expect(presentTimelineEntry(event(kind), customer)).toEqual([]);
      expect(presentTimelineEntry(event(kind), agent)).toHaveLength(1);
    },
  );
});
