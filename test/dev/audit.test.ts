/** The auditor against facts that break each invariant, one at a time, and against facts that break none. */

import { describe, expect, test } from '@jest/globals';
import { judge } from '../../dev/audit.ts';
import type { Facts } from '../../dev/audit-facts.ts';
import { checkPayouts } from '../../dev/audit-money.ts';
import { checkPaths } from '../../dev/audit-tickets.ts';
import {
  action,
  byHand,
  chain,
  credit,
  entry,
  first,
  ids,
  kinds,
  mail,
  refund,
  remedy,
  wholeFacts,
} from './audited-facts.ts';

/** Invariant, what is wrong, and the facts as they then are. */
const broken: readonly (readonly [string, string, (facts: Facts) => Partial<Facts>])[] = [
  ['I1', 'a payout that was refunded twice', ({ refunds }) => ({ refunds: [...refunds, refund('re_2')] })],
  ['I1', 'a settled payout that the provider does not have', () => ({ refunds: [] })],
  ['I1', 'a settled payout whose refund failed', () => ({ refunds: [refund('re_1', { state: 'gone' })] })],
  ['I1', 'another amount than was granted', () => ({ refunds: [refund('re_1', { minor: 2000n })] })],
  ['I1', 'money by another rail', () => ({ refunds: [refund('re_1', { rail: 'paypal' })] })],
  [
    'I1',
    'a settled payout by bank that came back',
    ({ payouts }) => ({
      payouts: first(payouts, { method: 'bank', rail: 'bank', provider_ref: null }),
      refunds: [refund('RDE1', { rail: 'bank', captureRef: null, state: 'gone' })],
    }),
  ],
  ['I1', 'money to another card', () => ({ refunds: [refund('re_1', { captureRef: 'ch_2' })] })],
  [
    'I1',
    'a refund of ours without a payout',
    ({ refunds }) => ({ refunds: [...refunds, refund('re_2', { payoutId: 'gone' })] }),
  ],
  ['I1', 'a cancelled payout that was paid', ({ payouts }) => ({ payouts: first(payouts, { state: 'cancelled' }) })],
  ['I1', 'a ticket that ended refunded and unpaid', ({ payouts }) => ({ payouts: first(payouts, { state: 'sent' }) })],
  ['I1', 'a paid ticket that ended refused', ({ tickets }) => ({ tickets: first(tickets, { outcome: 'refused' }) })],
  ['I1', 'a credit of ours without a payout', () => ({ credits: [credit({ remedyId: 'gone' })] })],
  ['I1', 'store balance that was given back twice', () => ({ credits: [credit(), credit({ id: 'bal_2' })] })],
  [
    'I1',
    'a cancelled payout for which balance was given',
    ({ payouts }) => ({
      payouts: first(payouts, { state: 'cancelled' }),
      refunds: [],
      credits: [credit()],
    }),
  ],
  [
    'I1',
    'store balance that is settled and was not given',
    ({ payouts }) => ({
      payouts: first(payouts, { method: 'store_balance', rail: 'store_balance' }),
      refunds: [],
    }),
  ],
  [
    'I1',
    'a payment by hand that is settled and was not made',
    ({ payouts }) => ({ payouts: first(payouts, { rail: 'manual' }), refunds: [] }),
  ],
  [
    'I1',
    'a payment by hand that came back and stands as settled',
    ({ payouts }) => ({
      payouts: first(payouts, { rail: 'manual' }),
      manualPayments: [byHand({ state: 'returned' })],
      refunds: [],
    }),
  ],
  [
    'I1',
    'a payout that is returned and whose payment by hand is not',
    ({ payouts }) => ({
      payouts: first(payouts, { rail: 'manual', state: 'returned' }),
      manualPayments: [byHand()],
      refunds: [],
    }),
  ],
  ['I1', 'a payout that was paid by hand besides', () => ({ manualPayments: [byHand()] })],
  [
    'I1',
    'a payment by hand of another amount',
    ({ payouts }) => ({ payouts: first(payouts, { rail: 'manual' }), manualPayments: [byHand({ amount_minor: 1n })] }),
  ],
  ['I1', 'an applied remedy that the shop has not done', () => ({ actions: [] })],
  ['I1', 'a remedy that the shop did twice', () => ({ actions: [action(), action({ key: 'remedy/order/2' })] })],
  ['I1', 'a withdrawn remedy that the shop has done', () => ({ remedies: [remedy({ state: 'cancelled' })] })],
  ['I1', 'an action of ours without a remedy', () => ({ actions: [action(), action({ remedyId: 'gone' })] })],
  [
    'I1',
    'one decision whose remedy was done under two keys',
    () => ({
      remedies: [remedy(), remedy({ id: ids.notice, key: 'remedy/order/2', shop_ref: 'act_2' })],
      actions: [
        action(),
        action({ remedyId: ids.notice, key: 'remedy/order/2', outcome: { status: 'applied', shopRef: 'act_2' } }),
      ],
    }),
  ],
  [
    'I1',
    'R14: money and time of one offer',
    () => ({ remedies: [remedy({ kind: 'extension' })], actions: [action({ kind: 'extend_plan' })] }),
  ],
  ['I2', 'a ledger line that is missing', ({ lines }) => ({ lines: lines.slice(1) })],
  ['I2', 'a payout that was booked twice', ({ lines }) => ({ lines: [...lines, ...lines.slice(-2)] })],
  ['I2', 'more than was captured', ({ tenders }) => ({ tenders: first(tenders, { captured_minor: 1000n }) })],
  ['I2', 'a commitment without a payout', ({ tenders }) => ({ tenders: first(tenders, { committed_minor: 1n }) })],
  [
    'I2',
    'R10: a refund of somebody else that is not on the balance',
    ({ refunds }) => ({ refunds: [...refunds, refund('re_2', { payoutId: null })] }),
  ],
  [
    'I2',
    'R10: a refund of somebody else that failed and is on the balance',
    ({ refunds, tenders }) => ({
      refunds: [...refunds, refund('re_2', { payoutId: null, state: 'gone' })],
      tenders: first(tenders, { elsewhere_minor: 1999n }),
    }),
  ],
  ['I2', 'what the proof of the books names', () => ({ differences: [difference] })],
  [
    'I2',
    'a cost that the provider did not charge',
    ({ lines }) => ({ lines: [...lines, ...entry('refund_fee', 'fees:refunds', 'provider:card', 35n)] }),
  ],
  [
    'I2',
    'a cost in another currency than the account’s',
    ({ lines }) => ({
      lines: [...lines, ...entry('refund_fee', 'fees:refunds', 'provider:card', 35n)],
      refunds: [refund('re_1', { cost: { minor: 35n, currency: 'EUR' } })],
    }),
  ],
  ['I2', 'a ledger that may be changed', () => ({ appendOnly: ['ticket_events', 'ledger_lines', 'assessments'] })],
  ['I3', 'an event that is missing', ({ events }) => ({ events: events.filter(({ number }) => number !== 3) })],
  ['I3', 'an event that was changed', ({ events }) => ({ events: first(events, { data: { uploads: 0 } }) })],
  [
    'I3',
    'a way that the state table does not know',
    () => withKinds(kinds.filter((kind) => kind !== 'reviewRecorded')),
  ],
  ['I3', 'a payout that was sent without approval', () => withKinds(kinds.filter((kind) => kind !== 'payoutApproved'))],
  [
    'I3',
    'a row that its events do not lead to',
    ({ tickets }) => ({ tickets: first(tickets, { outcome: 'withdrawn' }) }),
  ],
  ['I3', 'a lapse while nothing could lapse', () => withKinds([...kinds.slice(0, 3), 'lapsed', ...kinds.slice(3)])],
  [
    'I7',
    'days that ran out before they began',
    () => withKinds([...kinds.slice(0, 3), 'remediationExpired', ...kinds.slice(3)]),
  ],
  ['I4', 'an acknowledged write that is not kept', () => ({ inputs: [] })],
  ['I4', 'a key that gives another answer', ({ inputs }) => ({ inputs: first(inputs, { answer_body: '{"a":1}' }) })],
  ['I4', 'an input that nobody delivers', ({ inputs }) => ({ inputs: first(inputs, { delivery: 'due' }) })],
  ['I4', 'an input that took no effect', ({ inputs }) => ({ inputs: first(inputs, { recorded_at: null }) })],
  ['I4', 'a refused input that took effect', ({ inputs }) => ({ inputs: first(inputs, { delivery: 'refused' }) })],
  ['I4', 'a file that is lost', () => ({ evidence: [] })],
  ['I4', 'a complete ticket that nobody reviews', ({ tickets }) => ({ tickets: first(tickets, { stalled: true }) })],
  [
    'I4',
    'a note of shared evidence that an open ticket never recorded',
    ({ tickets, inputs }) => ({
      tickets: first(tickets, { phase: 'reviewing', outcome: null }),
      inputs: [...inputs, toldInVain(inputs)],
    }),
  ],
  ['I5', 'a notice that nobody has', () => ({ mails: [] })],
  ['I5', 'a notice that waits for ever', ({ notices }) => ({ notices: first(notices, { state: 'queued' }) })],
  ['I5', 'a mail to somebody else', () => ({ mails: [mail({ to: ['sam@solo.example'] })] })],
  [
    'I5',
    'a mail that was never queued',
    ({ mails }) => ({ mails: [...mails, mail({ messageId: `<notice/${ids.ticket}@127.0.0.1>` })] }),
  ],
  [
    'I5',
    'a notice that is seen twice',
    ({ mails }) => ({ mails: [...mails, mail({ messageId: `<notice/${ids.notice}@other.example>` })] }),
  ],
  [
    'I5',
    'a notice of what never was',
    ({ notices }) => ({ notices: first(notices, { key: `${ids.ticket}/7/payout-settled/carol` }) }),
  ],
  [
    'I5',
    'a reminder that was void when it was mailed',
    ({ notices, reminders }) => ({ ...reminded(notices), reminders: first(reminders, { state: 'void' }) }),
  ],
];

const difference: Facts['differences'][number] = {
  what: 'elsewhere',
  orderRef: 'order-1',
  about: ids.tender,
  account: null,
  currency: 'USD',
  expected: 500n,
  booked: 0n,
};

/** The mail as that of a reminder. */
const reminded = (notices: Facts['notices']): Pick<Facts, 'notices'> => ({
  notices: first(notices, {
    key: `${ids.ticket}/reminder/${ids.reminder}/progress/carol`,
    template: 'progress',
  }),
});

function withKinds(told: readonly string[]): Partial<Facts> {
  const events = chain(told);
  const facts = wholeFacts();
  const last = { last_event_number: events.length, last_event_hash: events.at(-1)?.hash ?? null };
  return { events, tickets: first(facts.tickets, last) };
}

const toldInVain = ([input]: Facts['inputs']): Facts['inputs'][number] => ({
  ...(input as Facts['inputs'][number]),
  id: ids.notice,
  key: 'told-in-vain',
  operation: 'noteEvidence',
  recorded_at: null,
  answer_body: null,
});

describe('the auditor', () => {
  test('finds nothing where all is as it should be, also where a mail came twice under its one id', () => {
    expect(judge(wholeFacts())).toEqual([]);
    expect(judge({ ...wholeFacts(), mails: [mail(), mail()] })).toEqual([]);
  });

  test('T6: finds nothing wrong with a note that came to a closed ticket', () => {
    const facts = wholeFacts();
    expect(judge({ ...facts, inputs: [...facts.inputs, toldInVain(facts.inputs)] })).toEqual([]);
  });

  test('finds nothing wrong with what a reminder sent, nor with a payout that its limit approved', () => {
    const facts = wholeFacts();
    expect(judge({ ...facts, ...reminded(facts.notices) })).toEqual([]);
    const unasked = withKinds(kinds.filter((kind) => kind !== 'payoutApproved'));
    const limited = {
      ...facts,
      ...unasked,
      inputs: [],
      acknowledged: [],
      payouts: first(facts.payouts, { approval: 'limit' }),
    };
    const notices = first(facts.notices, { key: `${ids.ticket}/7/payout-settled/carol` });
    expect(judge({ ...limited, notices })).toEqual([]);
  });

  test('finds nothing wrong with what a person was asked to pay and has not paid yet', () => {
    const facts = wholeFacts();
    const asked = withKinds([...kinds.slice(0, -2), 'payoutAwaitsPerson']);
    const open = {
      ...facts,
      ...asked,
      tickets: first(asked.tickets ?? facts.tickets, { phase: 'settling', outcome: null }),
    };
    expect(checkPaths({ ...open, payouts: first(facts.payouts, { state: 'sent', rail: 'manual' }) })).toEqual([]);
  });

  const sent = kinds.slice(0, -1);

  /** The ticket as the last of these kinds left it, and its payout. */
  const ended = (
    told: readonly string[],
    ticket: Partial<Facts['tickets'][number]>,
    state: Facts['payouts'][number]['state'],
  ): Facts => {
    const facts = { ...wholeFacts(), ...withKinds(told) };
    return { ...facts, tickets: first(facts.tickets, ticket), payouts: first(facts.payouts, { state }) };
  };

  const chargedBack = { outcome: 'charged_back' } as const;

  test.each([
    ['payoutFailed', 'failed', sent],
    ['payoutReturned', 'returned', kinds],
    ['payoutSettled', 'settled', sent],
    ['payoutCancelled', 'cancelled', sent.slice(0, -1)],
  ] as const)('RP-3.8: finds nothing wrong where %s ends what the bank took back', (kind, state, before) => {
    expect(checkPaths(ended([...before, 'chargedBack', kind], chargedBack, state))).toEqual([]);
  });

  test('RP-3.8: what arrived all the same of a payment that the bank took back is no fault of the ticket', () => {
    const facts = ended([...sent, 'chargedBack', 'payoutSettled'], chargedBack, 'settled');
    expect(checkPayouts(facts)).toEqual([]);
  });

  test('RP-5.3: finds nothing wrong with a check that leads a granted refund back to its decision', () => {
    const deciding = { phase: 'deciding', outcome: null } as const;
    const granted = kinds.slice(0, 4);
    expect(checkPaths(ended([...granted, 'holdPlaced', 'kycRecorded'], deciding, 'cancelled'))).toEqual([]);
    // What no event leads to stays wrong.
    expect(checkPaths(ended([...granted, 'holdPlaced'], deciding, 'cancelled'))).toHaveLength(1);
  });

  test.each(broken)('%s: finds %s', (invariant, _what, change) => {
    const facts = wholeFacts();
    const found = judge({ ...facts, ...change(facts) }).map((violation) => violation.invariant);
    expect(found).toContain(invariant);
  });
});
