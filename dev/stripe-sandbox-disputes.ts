/**
 * What Stripe would do with disputes: opened with a time for evidence, answered once, won or lost, and the early fraud
 * warnings before them. As with the other rules, nothing is written here.
 */

import { type Books, put } from './stripe-sandbox-books.ts';
import {
  barringDisputes,
  type DisputeObject,
  type DisputeStatus,
  type FileObject,
  mintId,
  type WarningObject,
} from './stripe-sandbox-objects.ts';
import type { Move } from './stripe-sandbox-rules.ts';
import { spendWarnings } from './stripe-sandbox-warnings.ts';
import { StripeRefusal } from './stripe-sandbox-wire.ts';

const evidenceSeconds = 10 * 24 * 3_600;
/** What Stripe charges for a dispute, in minor units of any currency here. */
const disputeFeeMinor = 1_500;

const refused = (message: string, code: string, param?: string): StripeRefusal =>
  new StripeRefusal(400, message, { code, executed: true, ...(param === undefined ? {} : { param }) });

export interface NewDispute {
  readonly chargeId: string;
  readonly status: DisputeStatus;
  readonly amount?: number;
  readonly created: number;
  /** Epoch seconds; 0: the bank takes no answer. */
  readonly dueBy?: number;
  readonly reason?: string;
}

const isInquiry = (status: DisputeStatus): boolean => status.startsWith('warning_');

export function openDispute(books: Books, input: NewDispute): Move<DisputeObject> {
  const charge = books.get('charge', input.chargeId);
  if (!charge) throw refused(`No such charge: '${input.chargeId}'`, 'resource_missing', 'charge');
  const amount = input.amount ?? charge.amount_captured;
  const dispute: DisputeObject = {
    id: mintId('dp'),
    object: 'dispute',
    amount,
    balance_transactions: isInquiry(input.status) ? [] : [withdrawal(amount, charge.currency)],
    charge: charge.id,
    created: input.created,
    currency: charge.currency,
    evidence: { uncategorized_file: null },
    evidence_details: {
      due_by: input.dueBy ?? input.created + evidenceSeconds,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: !barringDisputes.includes(input.status),
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: { type: 'card', card: { brand: 'visa', network_reason_code: '10.4' } },
    reason: input.reason ?? 'general',
    status: input.status,
  };
  const spent = spendWarnings(books, charge.id);
  return {
    answer: dispute,
    puts: [put('dispute', dispute), put('charge', { ...charge, disputed: true }), ...spent.puts],
    events: [
      { type: 'charge.dispute.created', object: dispute },
      ...(isInquiry(input.status) ? [] : [{ type: 'charge.dispute.funds_withdrawn', object: dispute }]),
      ...spent.events,
    ],
  };
}

const withdrawal = (amount: number, currency: string) => ({
  id: mintId('txn'),
  object: 'balance_transaction' as const,
  amount: -amount,
  currency,
  fee: disputeFeeMinor,
  type: 'adjustment' as const,
});

const endings: readonly DisputeStatus[] = ['won', 'lost', 'warning_closed', 'prevented'];

/** As the bank or Stripe decides; a lost one keeps the money that was withdrawn. */
export function moveDispute(books: Books, disputeId: string, status: DisputeStatus): Move<DisputeObject> {
  const dispute = existing(books, disputeId);
  const escalates = isInquiry(dispute.status) && !isInquiry(status) && dispute.balance_transactions.length === 0;
  const moved: DisputeObject = {
    ...dispute,
    status,
    is_charge_refundable: !barringDisputes.includes(status),
    balance_transactions: escalates ? [withdrawal(dispute.amount, dispute.currency)] : dispute.balance_transactions,
  };
  return {
    answer: moved,
    puts: [put('dispute', moved)],
    events: [
      { type: endings.includes(status) ? 'charge.dispute.closed' : 'charge.dispute.updated', object: moved },
      ...(escalates ? [{ type: 'charge.dispute.funds_withdrawn', object: moved }] : []),
      ...(status === 'won' ? [{ type: 'charge.dispute.funds_reinstated', object: moved }] : []),
    ],
  };
}

export interface DisputeChange {
  readonly file: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly submit: boolean;
  readonly now: number;
}

/** Evidence is staged until it is submitted, and submitted once. */
export function updateDispute(books: Books, disputeId: string, change: DisputeChange): Move<DisputeObject> {
  const dispute = existing(books, disputeId);
  const { evidence_details: details } = dispute;
  if (endings.includes(dispute.status))
    throw refused(`The dispute ${disputeId} is ${dispute.status}.`, 'dispute_closed');
  if (change.submit && details.submission_count > 0)
    throw refused('Evidence has already been submitted for this dispute.', 'dispute_already_submitted');
  if (change.submit && change.now >= details.due_by)
    throw refused('The time for evidence has passed.', 'dispute_past_due');
  if (change.file !== null && !books.get('file', change.file))
    throw refused(`No such file: '${change.file}'`, 'resource_missing', 'evidence[uncategorized_file]');
  const file = change.file ?? dispute.evidence.uncategorized_file;
  const moved: DisputeObject = {
    ...dispute,
    evidence: { uncategorized_file: file },
    evidence_details: {
      ...details,
      has_evidence: file !== null,
      submission_count: details.submission_count + (change.submit ? 1 : 0),
    },
    metadata: { ...dispute.metadata, ...change.metadata },
    status: change.submit ? answered(dispute.status) : dispute.status,
  };
  return told(moved, 'charge.dispute.updated');
}

const answered = (status: DisputeStatus): DisputeStatus =>
  status === 'warning_needs_response' ? 'warning_under_review' : status === 'needs_response' ? 'under_review' : status;

/** The seller gives it up. */
export function closeDispute(books: Books, disputeId: string): Move<DisputeObject> {
  const dispute = existing(books, disputeId);
  if (dispute.status !== 'needs_response')
    throw refused(`The dispute ${disputeId} is ${dispute.status}.`, 'dispute_closed');
  return moveDispute(books, disputeId, 'lost');
}

const told = (dispute: DisputeObject, type: string): Move<DisputeObject> => ({
  answer: dispute,
  puts: [put('dispute', dispute)],
  events: [{ type, object: dispute }],
});

function existing(books: Books, disputeId: string): DisputeObject {
  const dispute = books.get('dispute', disputeId);
  if (!dispute) throw refused(`No such dispute: '${disputeId}'`, 'resource_missing', 'id');
  return dispute;
}

export function addFile(input: {
  purpose: string;
  name: string;
  bytes: Buffer;
  sha256: string;
  created: number;
}): Move<FileObject> {
  const file: FileObject = {
    id: mintId('file'),
    object: 'file',
    created: input.created,
    filename: input.name,
    purpose: input.purpose,
    size: input.bytes.length,
    type: 'pdf',
    sha256: input.sha256,
  };
  return { answer: file, puts: [put('file', file)], events: [] };
}

export function warn(books: Books, input: { chargeId: string; created: number }): Move<WarningObject> {
  const charge = books.get('charge', input.chargeId);
  if (!charge) throw refused(`No such charge: '${input.chargeId}'`, 'resource_missing', 'charge');
  const warning: WarningObject = {
    id: mintId('issfr'),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created: input.created,
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    payment_intent: charge.payment_intent,
  };
  return {
    answer: warning,
    puts: [put('warning', warning)],
    events: [{ type: 'radar.early_fraud_warning.created', object: warning }],
  };
}
