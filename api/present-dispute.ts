/** Disputes on their way out, to finance and leads; what may be done now is judged again when it is asked. */

import type { z } from 'zod';
import type { disputeDetailSchema, disputeSchema } from '../contract/disputes.ts';
import { type DisputeDue, disputeLabels, isPacketDone, plannedDues, refuseEvidence } from '../domain/dispute.ts';
import { toWire } from '../domain/money.ts';
import { allows } from './abilities.ts';
import type { DisputeDetailView, DisputeEventView, DisputeView } from './dispute-views.ts';
import { type PayoutReader, presentPayout } from './present-payout.ts';
import type { Principal } from './principal.ts';

type DisputeWire = z.output<typeof disputeSchema>;
type DetailWire = z.output<typeof disputeDetailSchema>;

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

const isAnswered = ({ submittedAt, packet }: DisputeView): boolean =>
  submittedAt !== null || (packet !== null && (packet.state === 'submitted' || !isPacketDone(packet.state)));

/** Who looks, and the orders of accounts that they share something with, whose disputes they do not handle. */
export interface DisputeReader {
  readonly principal: Principal;
  readonly own: ReadonlySet<string>;
}

function actionsOn(view: DisputeView, { principal: { role }, own }: DisputeReader, at: Date): DisputeWire['actions'] {
  if (view.kind === 'early_fraud_warning') return [];
  const refusal = refuseEvidence({ ...view, isAnswered: isAnswered(view) }, at);
  const maySubmit = refusal === null && !own.has(view.orderId) && allows(role, 'submitDisputeEvidence');
  return ['getDisputeEvidence', ...(maySubmit ? (['submitDisputeEvidence'] as const) : [])];
}

export const presentDispute = (view: DisputeView, reader: DisputeReader, at: Date): DisputeWire => ({
  id: view.id,
  provider: view.provider,
  providerRef: view.providerRef,
  kind: view.kind,
  label: disputeLabels[view.kind].en,
  state: view.state,
  reason: view.reason,
  networkReason: view.networkReason,
  amount: view.amount && toWire(view.amount),
  taken: toWire(view.taken),
  fee: view.fee && toWire(view.fee),
  orderRef: view.orderRef,
  method: view.method,
  evidenceDueAt: instant(view.evidenceDueAt),
  submittedAt: instant(view.submittedAt),
  submittedBy: view.submittedBy && { id: view.submittedBy.id, name: view.submittedBy.name },
  packet: view.packet && { state: view.packet.state, reason: view.packet.reason },
  lapsedAt: instant(view.lapsedAt),
  actionable: view.actionable,
  withdrawnByCustomerAt: instant(view.withdrawnByCustomerAt),
  openedAt: view.openedAt.toISOString(),
  endedAt: instant(view.endedAt),
  actions: actionsOn(view, reader, at),
});

/** What a reminder says of evidence that is surely there, or of a dispute that has ended, is no news to anybody. */
function duesOf(view: DisputeView, at: Date): DisputeDue[] {
  const isSubmitted = view.submittedAt !== null || view.packet?.state === 'submitted';
  if (view.evidenceDueAt === null || refuseEvidence({ ...view, isAnswered: isSubmitted }, at) !== null) return [];
  return plannedDues(view.evidenceDueAt.toISOString()).filter((due) => Date.parse(due.at) > at.getTime());
}

const payoutReaderOf = (view: DisputeDetailView, { principal: { subjectId }, own }: DisputeReader): PayoutReader => ({
  subjectId,
  own: new Set(own.has(view.orderId) ? view.payouts.map(({ ticketId }) => ticketId) : []),
});

export const presentDisputeDetail = (view: DisputeDetailView, reader: DisputeReader, at: Date): DetailWire => ({
  ...presentDispute(view, reader, at),
  due: duesOf(view, at).map((due) => ({ kind: due.kind, at: due.at })),
  events: view.events.map(presentEvent),
  tickets: view.tickets.map(({ id, reference, phase, outcome }) => ({ id, reference, phase, outcome })),
  payouts: view.payouts.map((payout) => presentPayout(payout, payoutReaderOf(view, reader), at)),
  tenders: view.tenders.map((tender) => ({
    method: tender.method,
    captured: tender.captured && toWire(tender.captured),
    committed: toWire(tender.committed),
    elsewhere: toWire(tender.elsewhere),
    disputed: toWire(tender.disputed),
    refundable: toWire(tender.refundable),
  })),
});

function presentEvent(event: DisputeEventView): DetailWire['events'][number] {
  const at = event.at.toISOString();
  if (event.kind !== 'told') {
    const by = event.by && { id: event.by.id, name: event.by.name };
    return {
      kind: event.kind,
      at,
      by,
      dueAt: event.dueAt ?? null,
      state: event.state ?? null,
      reason: event.reason ?? null,
    };
  }
  const { word } = event;
  return {
    kind: 'told',
    at,
    toldAt: word.toldAt,
    cause: word.cause,
    state: word.state,
    amount: word.amount && { minor: word.amount.minor, currency: word.amount.currency },
    evidenceDueAt: word.evidenceDueAt,
    submissions: word.submissions,
  };
}
