/** Facts of a ticket that was paid as it should be, for the auditor to look at, and their parts to bend. */

import { type ChainedEvent, hashEvent } from '../../db/events.ts';
import type { Facts, LedgerLine } from '../../dev/audit-facts.ts';

export const ids = {
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
export function chain(kinds: readonly string[]): Facts['events'] {
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

export const kinds = [
  'ticketCreated',
  'materialsCompleted',
  'reviewRecorded',
  'refundDecided',
  'payoutApproved',
  'payoutSending',
  'payoutSent',
  'payoutSettled',
];

export function entry(kind: string, debit: string, credit: string, minor = 1999n): LedgerLine[] {
  const line = { entry_id: kind, kind, ticket_id: ids.ticket, payout_id: ids.payout, minor, currency: 'USD' };
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

const appendOnly = ['ledger_entries', 'ledger_lines', 'credit_notes', 'ticket_events', 'assessments'];
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

const paidByCard = [
  ...entry('grant', 'refunds', 'refunds_payable', 1680n),
  ...entry('grant', 'tax_refunded', 'refunds_payable', 319n),
  ...entry('payout_sent', 'refunds_payable', 'transit:card'),
  ...entry('payout_settled', 'transit:card', 'provider:card'),
];

const tender: Facts['tenders'][number] = {
  id: ids.tender,
  method: 'card',
  capture_ref: 'ch_1',
  captured_minor: 1999n,
  committed_minor: 1999n,
  elsewhere_minor: 0n,
  formerly_minor: 0n,
};

/** A ticket that was paid as it should be. */
export function wholeFacts(): Facts {
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
        rail: 'card',
        amount_minor: 1999n,
        tax_minor: 319n,
        currency: 'USD' as Facts['payouts'][number]['currency'],
        state: 'settled',
        approval: 'finance',
        costed: true,
        provider_ref: 're_1',
        capture_ref: 'ch_1',
        newest: true,
      },
    ],
    manualPayments: [],
    tenders: [tender],
    lines: [...captured, ...paidByCard],
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
    disputeEvents: [],
    remedies: [remedy()],
    evidence: attached,
    differences: [],
    appendOnly,
    refunds: [refund('re_1')],
    actions: [action()],
    credits: [],
    mails: [mail()],
    acknowledged,
  };
}

export const refund = (id: string, given: Partial<Facts['refunds'][number]> = {}): Facts['refunds'][number] => ({
  rail: 'card',
  id,
  payoutId: ids.payout,
  minor: 1999n,
  currency: 'USD',
  captureRef: 'ch_1',
  state: 'paid',
  cost: null,
  ...given,
});

/** What a person of finance paid and recorded. */
export const byHand = (given: Partial<Facts['manualPayments'][number]> = {}): Facts['manualPayments'][number] => ({
  payout_id: ids.payout,
  state: 'paid',
  amount_minor: 1999n,
  reference: 'TRX-1',
  ...given,
});

/** The end of the plan, which goes before a full refund. */
export const remedy = (given: Partial<Facts['remedies'][number]> = {}): Facts['remedies'][number] => ({
  id: ids.remedy,
  ticket_id: ids.ticket,
  decision_id: ids.decision,
  key: 'remedy/order/1',
  kind: 'plan_end',
  state: 'applied',
  shop_ref: 'act_1',
  ...given,
});

export const action = (given: Partial<Facts['actions'][number]> = {}): Facts['actions'][number] => ({
  remedyId: ids.remedy,
  key: 'remedy/order/1',
  kind: 'end_plan',
  outcome: { status: 'applied', shopRef: 'act_1' },
  ...given,
});

export const credit = (given: Partial<Facts['credits'][number]> = {}): Facts['credits'][number] => ({
  id: 'bal_1',
  captureRef: 'ch_1',
  remedyId: ids.payout,
  minor: 1999n,
  ...given,
});

export const mail = (given: Partial<Facts['mails'][number]> = {}): Facts['mails'][number] => ({
  messageId: `<notice/${ids.notice}@127.0.0.1>`,
  to: ['carol@acme.example'],
  subject: 'Settled',
  ...given,
});

export const first = <Row>(rows: readonly Row[], change: Partial<Row>): Row[] =>
  rows.map((row, index) => (index === 0 ? { ...row, ...change } : row));
