/** Payouts on their way out: all of it to finance, and to everyone of a ticket how far the money is. */

import type { z } from 'zod';
import {
  payoutActions,
  type payoutSchema,
  type payoutShownSchema,
  type payoutStopSchema,
} from '../contract/payouts.ts';
import type { SubjectId } from '../domain/ids.ts';
import { toWire } from '../domain/money.ts';
import { type PayoutState, paidAfterAll, waitsForSomebody } from '../domain/payout.ts';
import { ageBucket, isLate } from '../domain/payout-age.ts';
import { payoutWaits, type WaitingPayout, waitOf } from '../domain/payout-waits.ts';
import type { PayoutView, StopView } from './payout-views.ts';

type PayoutWire = z.output<typeof payoutSchema>;
type PayoutShown = z.output<typeof payoutShownSchema>;

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

const colleague = (view: { id: string; name: string }) => ({ id: view.id, name: view.name });

/** Who looks, and the tickets of accounts that they share something with, whose payouts they do not handle. */
export interface PayoutReader {
  readonly subjectId: SubjectId;
  readonly own: ReadonlySet<string>;
}

/** What an approver may do with it now; the workflow judges again. */
function actionsOn(view: PayoutView, { subjectId, own }: PayoutReader): PayoutWire['actions'] {
  if (own.has(view.ticketId)) return [];
  const maySayBack = view.rail === 'manual' && view.state === 'settled' && mayReturn(view, subjectId);
  // What was paid may come back whatever has become of its ticket.
  if (view.ticketPhase !== 'settling' || view.isReplaced) return maySayBack ? ['recordManualReturn'] : [];
  const isApart = ![view.decidedBy?.id, view.confirmedBy, view.reroutedBy].includes(subjectId);
  const may: Readonly<Record<PayoutWire['actions'][number], boolean>> = {
    approvePayout: view.state === 'granted' && isApart,
    cancelPayout:
      view.state === 'approved' || (view.state === 'sent' && !view.isCancelAsked && waitsForSomebody(view.reason)),
    declinePayout: ['granted', 'approved', 'failed', 'returned'].includes(view.state),
    reroutePayout: ['granted', 'approved', 'failed', 'returned'].includes(view.state) && view.reason !== paidAfterAll,
    recordManualPayment: view.state === 'sent' && view.rail === 'manual' && mayRecord(view, subjectId),
    recordManualReturn: maySayBack,
  };
  return payoutActions.filter((action) => may[action]);
}

/** Not the one who decided it, nor, of crypto, who approved it (RP-2.2). */
const mayRecord = ({ method, decidedBy, approvedBy }: PayoutView, subjectId: SubjectId): boolean =>
  decidedBy?.id !== subjectId && !(method === 'crypto' && approvedBy?.id === subjectId);

/** Nor the one who said that it was paid: nobody by themselves has money go a second time. */
const mayReturn = ({ decidedBy, paidByHandBy }: PayoutView, subjectId: SubjectId): boolean =>
  decidedBy?.id !== subjectId && paidByHandBy !== subjectId;

const waiting = (view: PayoutView): WaitingPayout => ({
  state: view.state,
  reason: view.reason,
  isOpen: view.attention !== null,
  keptBack: view.keptBack,
});

function presentWait(view: PayoutView): PayoutWire['waits'] {
  const wait = waitOf(waiting(view));
  return wait && { for: wait, ...payoutWaits[wait] };
}

export const presentPayout = (view: PayoutView, reader: PayoutReader, at: Date): PayoutWire => ({
  id: view.id,
  ticketId: view.ticketId,
  ticketReference: view.ticketReference,
  orderRef: view.orderRef,
  payoutNo: view.payoutNo,
  key: view.key,
  amount: toWire(view.amount),
  method: view.method,
  rail: view.rail,
  replaces: view.replaces,
  state: view.state,
  since: view.since.toISOString(),
  age: ageBucket(view.since, at),
  reason: view.reason,
  exception: view.attention ?? (isLate(view.state, view.since, at) ? 'late' : null),
  waits: presentWait(view),
  providerRef: view.providerRef,
  bankRef: view.bankRef,
  decidedBy: view.decidedBy && colleague(view.decidedBy),
  approval: view.approval,
  approvedBy: view.approvedBy && colleague(view.approvedBy),
  tries: view.tries,
  nextLookAt: view.state === 'sending' || view.state === 'unknown' ? instant(view.nextLookAt) : null,
  createdAt: view.createdAt.toISOString(),
  approvedAt: instant(view.approvedAt),
  sendingAt: instant(view.sendingAt),
  settledAt: instant(view.settledAt),
  endedAt: instant(view.endedAt),
  checkedAt: instant(view.checkedAt),
  costs: view.costs.map(({ kind, amount }) => ({ kind, amount: toWire(amount) })),
  actions: actionsOn(view, reader),
});

const progressOf: Readonly<Record<PayoutState, PayoutShown['progress']>> = {
  granted: 'preparing',
  approved: 'preparing',
  sending: 'under_way',
  unknown: 'under_way',
  sent: 'sent',
  settled: 'settled',
  failed: 'delayed',
  returned: 'delayed',
  cancelled: 'cancelled',
  rehearsed: 'rehearsed',
};

/** S5: what its provider has not begun with is not told as sent, let alone as refunded. */
function progressOfSent(view: PayoutView): PayoutShown['progress'] {
  // What a person is to pay by hand is not on its way before they have.
  if (view.rail === 'manual') return 'under_way';
  const wait = waitOf(waiting(view));
  if (wait === 'top_up' || wait === 'customer_details') return 'delayed';
  return wait === 'charge_pending' ? 'under_way' : 'sent';
}

export const presentPayoutShown = (view: PayoutView): PayoutShown => ({
  id: view.id,
  amount: toWire(view.amount),
  method: view.method,
  progress: view.state === 'sent' ? progressOfSent(view) : progressOf[view.state],
  settledAt: instant(view.settledAt),
  bankRef: view.bankRef,
});

export const presentStop = (view: StopView): z.output<typeof payoutStopSchema> => ({
  stopped: view.stopped,
  ground: view.ground,
  stoppedAt: instant(view.stoppedAt),
});
