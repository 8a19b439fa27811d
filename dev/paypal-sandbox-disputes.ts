/**
 * What PayPal would do with cases: opened, moved on, and answered with evidence while it asks for some. As with the other
 * rules, nothing is written here.
 */

import { type Amount, type Books, type DisputeRow, type EvidenceRow, type Move, put } from './paypal-sandbox-books.ts';
import {
  asksForEvidence,
  mintId,
  notFound,
  PaypalSandboxRefusal,
  shownDispute,
  unprocessable,
} from './paypal-sandbox-wire.ts';

const evidenceDays = 10;

export interface DisputeChange {
  readonly stage?: DisputeRow['stage'] | undefined;
  readonly status?: DisputeRow['status'] | undefined;
  readonly outcome?: DisputeRow['outcome'] | undefined;
  /** What the customer gets by it: all that is disputed, unless it is named. */
  readonly refunded?: Amount | undefined;
  /** Whether PayPal shows how it was settled, which it does not everywhere. */
  readonly shows_movements?: boolean | undefined;
  /** By when the seller is to answer; in some days unless it is named. */
  readonly due?: string | undefined;
}

export interface NewDispute extends Pick<DisputeRow, 'capture_id' | 'stage' | 'status'> {
  readonly channel?: DisputeRow['channel'] | undefined;
  readonly amount?: Amount | undefined;
  readonly due?: string | undefined;
  readonly nowMs: number;
}

export function openDispute(books: Books, input: NewDispute): Move {
  const capture = books.get('capture', input.capture_id);
  if (!capture) throw notFound();
  const at = new Date(input.nowMs).toISOString();
  const dispute: DisputeRow = {
    id: `PP-D-${mintId().slice(0, 6)}`,
    capture_id: capture.id,
    stage: input.stage,
    status: input.status,
    outcome: null,
    ...(input.channel && { channel: input.channel }),
    amount: input.amount ?? capture.amount,
    created: at,
    updated: at,
    ...asked(input, input.nowMs),
  };
  return disputeMove(dispute, 'CUSTOMER.DISPUTE.CREATED');
}

export function moveDispute(books: Books, disputeId: string, change: DisputeChange, nowMs: number): Move {
  const dispute = existing(books, disputeId);
  if (change.status === 'RESOLVED' && !change.outcome)
    throw new PaypalSandboxRefusal(400, 'INVALID_REQUEST', 'MISSING_OUTCOME');
  const moved: DisputeRow = {
    ...dispute,
    stage: change.stage ?? dispute.stage,
    status: change.status ?? dispute.status,
    outcome: change.outcome ?? dispute.outcome,
    updated: new Date(nowMs).toISOString(),
    ...asked(change, nowMs),
    ...settled(dispute, change, nowMs),
  };
  return disputeMove(moved, moved.status === 'RESOLVED' ? 'CUSTOMER.DISPUTE.RESOLVED' : 'CUSTOMER.DISPUTE.UPDATED');
}

/** The customer is paid by the seller where they win, and by PayPal itself where it ends with a payout. */
function settled({ amount }: DisputeRow, change: DisputeChange, nowMs: number): Partial<DisputeRow> {
  const isAtSellersCost = change.outcome === 'RESOLVED_BUYER_FAVOUR' || change.outcome === 'ACCEPTED';
  if (!isAtSellersCost && change.outcome !== 'RESOLVED_WITH_PAYOUT') return {};
  const refunded = change.refunded ?? amount;
  if (change.shows_movements === false) return { refunded };
  const about = {
    amount: refunded,
    reason: 'DISPUTE_SETTLEMENT',
    initiated_time: new Date(nowMs).toISOString(),
  } as const;
  return {
    refunded,
    movements: [
      { affected_party: 'BUYER', type: 'CREDIT', ...about },
      ...(isAtSellersCost ? [{ affected_party: 'SELLER', type: 'DEBIT', ...about } as const] : []),
    ],
  };
}

/** D3: an inquiry, or a claim whose refund was on its way before it, ends by itself once all of the capture has gone back. */
export const endedByRefund = (books: Books, captureId: string, nowMs: number): Pick<Move, 'puts' | 'events'> => {
  const open = books
    .all('dispute')
    .filter(({ capture_id, status }) => capture_id === captureId && status !== 'RESOLVED');
  const moves = open.map((dispute) =>
    disputeMove(
      {
        ...dispute,
        status: 'RESOLVED',
        outcome: 'RESOLVED_BUYER_FAVOUR',
        refunded: dispute.amount,
        updated: new Date(nowMs).toISOString(),
      },
      'CUSTOMER.DISPUTE.RESOLVED',
    ),
  );
  return { puts: moves.flatMap(({ puts }) => puts), events: moves.flatMap(({ events }) => events) };
};

const asked = ({ status, due }: DisputeChange, nowMs: number): Pick<DisputeRow, 'due'> =>
  status === 'WAITING_FOR_SELLER_RESPONSE'
    ? { due: due ?? new Date(nowMs + evidenceDays * 86_400_000).toISOString() }
    : {};

/** PayPal keeps no id of such a call: what comes twice is there twice, as far as it still asks. */
export function provideEvidence(
  books: Books,
  disputeId: string,
  evidences: readonly Omit<EvidenceRow, 'source' | 'date'>[],
  nowMs: number,
): Move {
  const dispute = existing(books, disputeId);
  const date = new Date(nowMs).toISOString();
  if (!asksForEvidence(dispute) || (dispute.due !== undefined && date >= dispute.due))
    throw unprocessable('ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE');
  const told = evidences.map((evidence) => ({ ...evidence, source: 'SUBMITTED_BY_SELLER' as const, date }));
  const answered: DisputeRow = {
    ...dispute,
    status: 'UNDER_REVIEW',
    evidences: [...(dispute.evidences ?? []), ...told],
    updated: date,
  };
  const [self] = shownDispute(answered).links;
  return { ...disputeMove(answered, 'CUSTOMER.DISPUTE.UPDATED'), answer: { links: [self] } };
}

function existing(books: Books, disputeId: string): DisputeRow {
  const dispute = books.get('dispute', disputeId);
  if (!dispute) throw notFound();
  return dispute;
}

const disputeMove = (dispute: DisputeRow, type: string): Move => ({
  answer: shownDispute(dispute),
  puts: [put('dispute', dispute)],
  events: [{ event_type: type, resource_type: 'dispute', resource: shownDispute(dispute) }],
});
