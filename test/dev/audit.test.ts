/** The auditor against facts that break each invariant, one at a time, and against facts that break none. */

import { describe, expect, test } from '@jest/globals';
import { type ChainedEvent, hashEvent } from '../../db/events.ts';
import { judge } from '../../dev/audit.ts';
import type { Facts, LedgerLine } from '../../dev/audit-facts.ts';

const ids = {
  ticket: '00000000-0000-4000-8000-000000000001',
  payout: '00000000-0000-4000-8000-000000000002',
  decision: '00000000-0000-4000-8000-000000000006',
  remedy: '00000000-0000-4000-8000-000000000007',
  reminder: '00000000-0000-4000-8000-000000000008',
  tender: '00000000-0000-4000-8000-000000000003',
  notice: '00000000-0000-4000-8000-000000000004',
  input: '00000000-0000-4000-8000-000000000005',
} as const;
const at = new Date('2026-11-20T10:00:00.000Z');

/** A chain whose links hold; `approvedBy` is the input of the approval. */
function chain(kinds: readonly string[]): Facts['events'] {
  let previous: Buffer | null = null;
  return kinds.map((kind, index) => {
    const data: ChainedEvent['data'] = kind.startsWith('payout')
      ? { payoutId: ids.payout }
      : kind === 'ticketCreated'
        ? { uploads: 1 }
        : {};
    const inputId = kind === 'payoutApproved' ? ids.input : null;
    const event = { ticketId: ids.ticket, number: index + 1, kind, at, actor: { id: null, role: 'system' }, data };
    const hash: Buffer = hashEvent(previous, { ...event, inputId } as Omit<ChainedEvent, 'hash'>);
    previous = hash;
    return {
      ticket_id: ids.ticket,
      number: index + 1,
      kind,
      at,
      actor_id: null,
      actor_role: 'system',
      data: data as Facts['events'][number]['data'],
      input_id: inputId,
      hash,
    };
  });
}

const kinds = [
  'ticketCreated',
  'materialsCompleted',
  'reviewRecorded',
  'refundDecided',
  'payoutApproved',
  'payoutSending',
  'payoutSent',
  'payoutSettled',
];

function entry(kind: string, debit: string, credit: string): LedgerLine[] {
  const line = { entry_id: kind, kind, ticket_id: ids.ticket, payout_id: ids.payout, minor: 1999n, currency: 'USD' };
  return [
    { ...line, account: debit, side: 'debit' },
    { ...line, account: credit, side: 'credit' },
  ] as LedgerLine[];
}

const captured = entry('capture', 'provider:card', 'sales').map((line) => ({
  ...line,
  ticket_id: null,
  payout_id: null,
}));

const appendOnly = ['ledger_entries', 'ledger_lines', 'ticket_events', 'assessments'];
const acknowledged = [{ scope: 'fay', key: 'key-of-fay', status: 200, body: '{}' }];
const reminders: Facts['reminders'] = [{ id: ids.reminder, ticket_id: ids.ticket, kind: 'progress', state: 'sent' }];
const attached = [{ ticket_id: ids.ticket, attached: 1 }];

const ticketAfter = (events: Facts['events']): Facts['tickets'][number] => {
  const last_event_hash = events.at(-1)?.hash ?? null;
  return {
    id: ids.ticket,
    phase: 'closed',
    outcome: 'refunded',
    run: 1,
    stalled: false,
    last_event_number: events.length,
    last_event_hash,
  };
};

/** A ticket that was paid as it should be. */
function wholeFacts(): Facts {
  const events = chain(kinds);
  return {
    tickets: [ticketAfter(events)],
    events,
    payouts: [
      {
        id: ids.payout,
        ticket_id: ids.ticket,
        tender_id: ids.tender,
        decision_id: ids.decision,
        key: 'payout/order/1',
        method: 'card',
        amount_minor: 1999n,
        currency: 'USD' as Facts['payouts'][number]['currency'],
        state: 'settled',
        approval: 'finance',
        provider_ref: 're_1',
        capture_ref: 'ch_1',
        newest: true,
      },
    ],
    tenders: [{ id: ids.tender, captured_minor: 1999n, committed_minor: 1999n }],
    lines: [
      ...captured,
      ...entry('grant', 'refunds', 'refunds_payable'),
      ...entry('payout_sent', 'refunds_payable', 'transit:card'),
      ...entry('payout_settled', 'transit:card', 'provider:card'),
    ],
    inputs: [
      {
        id: ids.input,
        source: 'api',
        scope: 'fay',
        key: 'key-of-fay',
        operation: 'approvePayout',
        ticket_id: ids.ticket,
        delivery: 'applied',
        recorded_at: at,
        answer_status: 200,
        answer_body: '{}',
      },
    ],
    notices: [
      {
        id: ids.notice,
        key: `${ids.ticket}/8/payout-settled/carol`,
        ticket_id: ids.ticket,
        template: 'payout-settled',
        state: 'sent',
        email: 'Carol@acme.example',
      },
    ],
    reminders,
    remedies: [remedy()],
    evidence: attached,
    appendOnly,
    refunds: [refund('re_1')],
    actions: [action()],
    credits: [],
    mails: [mail()],
    acknowledged,
  };
}

const refund = (id: string, given: Partial<Facts['refunds'][number]> = {}): Facts['refunds'][number] => ({
  id,
  amount: 1999,
  currency: 'USD',
  charge: 'ch_1',
  status: 'succeeded',
  metadata: { refund_desk_payout: ids.payout },
  ...given,
});

/** The end of the plan, which goes before a full refund. */
const remedy = (given: Partial<Facts['remedies'][number]> = {}): Facts['remedies'][number] => ({
  id: ids.remedy,
  ticket_id: ids.ticket,
  decision_id: ids.decision,
  key: 'remedy/order/1',
  kind: 'plan_end',
  state: 'applied',
  shop_ref: 'act_1',
  ...given,
});

const action = (given: Partial<Facts['actions'][number]> = {}): Facts['actions'][number] => ({
  remedyId: ids.remedy,
  key: 'remedy/order/1',
  kind: 'end_plan',
  outcome: { status: 'applied', shopRef: 'act_1' },
  ...given,
});

const credit = (given: Partial<Facts['credits'][number]> = {}): Facts['credits'][number] => ({
  id: 'bal_1',
  captureRef: 'ch_1',
  remedyId: ids.payout,
  minor: 1999n,
  ...given,
});

const mail = (given: Partial<Facts['mails'][number]> = {}): Facts['mails'][number] => ({
  messageId: `<notice/${ids.notice}@127.0.0.1>`,
  to: ['carol@acme.example'],
  subject: 'Settled',
  ...given,
});

const first = <Row>(rows: readonly Row[], change: Partial<Row>): Row[] =>
  rows.map((row, index) => (index === 0 ? { ...row, ...change } : row));

/** Invariant, what is wrong, and the facts as they then are. */
const broken: readonly (readonly [string, string, (facts: Facts) => Partial<Facts>])[] = [
  ['I1', 'a payout that was refunded twice', ({ refunds }) => ({ refunds: [...refunds, refund('re_2')] })],
  ['I1', 'a settled payout that the provider does not have', () => ({ refunds: [] })],
  ['I1', 'a settled payout whose refund failed', () => ({ refunds: [refund('re_1', { status: 'failed' })] })],
  ['I1', 'another amount than was granted', () => ({ refunds: [refund('re_1', { amount: 2000 })] })],
  ['I1', 'money to another card', () => ({ refunds: [refund('re_1', { charge: 'ch_2' })] })],
  [
    'I1',
    'a refund of ours without a payout',
    ({ refunds }) => ({ refunds: [...refunds, refund('re_2', { metadata: { refund_desk_payout: 'gone' } })] }),
  ],
  ['I1', 'a cancelled payout that was paid', ({ payouts }) => ({ payouts: first(payouts, { state: 'cancelled' }) })],
  ['I1', 'a ticket that ended refunded and unpaid', ({ payouts }) => ({ payouts: first(payouts, { state: 'sent' }) })],
  ['I1', 'a paid ticket that ended refused', ({ tickets }) => ({ tickets: first(tickets, { outcome: 'refused' }) })],
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
      payouts: first(payouts, { method: 'store_balance' }),
      refunds: [],
    }),
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

  test.each(broken)('%s: finds %s', (invariant, _what, change) => {
    const facts = wholeFacts();
    const found = judge({ ...facts, ...change(facts) }).map((violation) => violation.invariant);
    expect(found).toContain(invariant);
  });
});
