/**
 * Tickets on their way out. A customer never sees who works on a ticket, what reviewers wrote to each other, or codes of
 * the inside; staff see all of it. The only place that chooses.
 */

import type { z } from 'zod';
import type { networkContextShownSchema } from '../contract/network-context.ts';
import type { ticketSchema, ticketSummarySchema } from '../contract/ticket-shown.ts';
import type { NetworkContext } from '../domain/network-context.ts';
import { tenderMethods } from '../domain/rail.ts';
import { presentContact } from './contacts.ts';
import { presentCourse, presentReview } from './present-course.ts';
import { presentDecision } from './present-decision.ts';
import { presentEvidence } from './present-evidence.ts';
import { presentPastTicket } from './present-past-ticket.ts';
import { presentPayoutShown } from './present-payout.ts';
import { isStaff, type Principal } from './principal.ts';
import { actionsOn, lostByWithdrawal } from './ticket-actions.ts';
import type { TicketSummaryView, TicketView } from './views.ts';

type SummaryWire = z.output<typeof ticketSummarySchema>;
type TicketWire = z.output<typeof ticketSchema>;

export const presentTicketSummary = (view: TicketSummaryView, principal: Principal): SummaryWire => ({
  id: view.id,
  reference: view.reference,
  orderRef: view.orderRef,
  fault: view.fault,
  phase: view.phase,
  outcome: view.outcome,
  due: view.due && { kind: view.due.kind, at: view.due.at.toISOString() },
  askedAt: view.askedAt.toISOString(),
  createdAt: view.createdAt.toISOString(),
  updatedAt: view.updatedAt.toISOString(),
  closedAt: view.closedAt?.toISOString() ?? null,
  ...(isStaff(principal.role)
    ? { assignee: view.assignee && { id: view.assignee.id, name: view.assignee.name }, urgent: view.urgent }
    : {}),
});

const presentNetworkContext = (context: NetworkContext): z.output<typeof networkContextShownSchema> => ({
  ...context,
  targets: [...context.targets],
  times: [...context.times],
  egress: [...context.egress],
});

export function presentTicket(view: TicketView, principal: Principal): TicketWire {
  const staff = isStaff(principal.role);
  // What waits for a second person, or was rejected by them, was never decided to a customer.
  const decision = view.decisions.findLast(({ state }) => (staff ? state !== 'rejected' : state === 'final'));
  return {
    ...presentTicketSummary(view, principal),
    ...presentCourse(view, staff),
    paymentMethod: tenderMethods.find((method) => method === view.paymentMethod) ?? 'card',
    description: view.description,
    networkContext: view.networkContext && presentNetworkContext(view.networkContext),
    missing: [...view.missing],
    evidence: view.evidence.map(presentEvidence),
    decision: decision ? presentDecision(decision, staff) : null,
    payouts: view.payouts.map(presentPayoutShown),
    withdrawal: lostByWithdrawal(view, principal),
    actions: actionsOn(view, principal),
    ...(staff
      ? {
          contacts: view.contacts.map(presentContact),
          pastTickets: view.pastTickets.map(presentPastTicket),
          incidents: view.incidents.map(({ id, ref, state, coverage }) => ({ id, ref, state, coverage })),
          reviews: view.reviews.map(presentReview),
        }
      : {}),
  };
}
