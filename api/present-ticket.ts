/**
 * Tickets on their way out. A customer never sees who works on a ticket, what reviewers wrote to each other, or codes of
 * the inside; staff see all of it. The only place that chooses.
 */

import type { z } from 'zod';
import { networkContextShownSchema } from '../contract/network-context.ts';
import type { ticketSchema, ticketSummarySchema } from '../contract/tickets.ts';
import { toWire } from '../domain/money.ts';
import { leftUs } from '../domain/payout.ts';
import { tenderMethods } from '../domain/rail.ts';
import { type TicketAction, ticketActions } from '../domain/ticket.ts';
import { allows } from './abilities.ts';
import { presentEvidence } from './present-evidence.ts';
import { presentPayoutShown } from './present-payout.ts';
import { isStaff, mayAsk, type Principal } from './principal.ts';
import type { ColleagueView, DecisionView, TicketSummaryView, TicketView } from './views.ts';

type SummaryWire = z.output<typeof ticketSummarySchema>;
type TicketWire = z.output<typeof ticketSchema>;

const colleague = (view: ColleagueView) => ({ id: view.id, name: view.name });

export const presentTicketSummary = (view: TicketSummaryView, principal: Principal): SummaryWire => ({
  id: view.id,
  reference: view.reference,
  orderRef: view.orderRef,
  phase: view.phase,
  outcome: view.outcome,
  askedAt: view.askedAt.toISOString(),
  createdAt: view.createdAt.toISOString(),
  updatedAt: view.updatedAt.toISOString(),
  closedAt: view.closedAt?.toISOString() ?? null,
  ...(isStaff(principal.role) ? { assignee: view.assignee && colleague(view.assignee) } : {}),
});

export function presentTicket(view: TicketView, principal: Principal): TicketWire {
  const staff = isStaff(principal.role);
  const network = networkContextShownSchema.safeParse(view.networkContext);
  return {
    ...presentTicketSummary(view, principal),
    paymentMethod: tenderMethods.find((method) => method === view.paymentMethod) ?? 'card',
    description: view.description,
    networkContext: network.success ? network.data : null,
    missing: [...view.missing],
    evidence: view.evidence.map(presentEvidence),
    decision: view.decision && presentDecision(view.decision, staff),
    payouts: view.payouts.map(presentPayoutShown),
    actions: actionsOn(view, principal),
    ...(staff ? { reviews: view.reviews.map(presentReview) } : {}),
  };
}

const presentDecision = (view: DecisionView, staff: boolean): NonNullable<TicketWire['decision']> => ({
  decision: view.decision,
  amount: view.amount && toWire(view.amount),
  ground: view.ground,
  clauses: [...view.clauses],
  at: view.at.toISOString(),
  ...(staff ? { decidedBy: colleague(view.decidedBy) } : {}),
});

const presentReview = (view: TicketView['reviews'][number]) => ({
  cause: view.cause,
  finding: view.finding,
  at: view.at.toISOString(),
  reviewer: colleague(view.reviewer),
});

/** What the state table, the role and the rights over the account leave; the workflow judges again. */
function actionsOn(view: TicketView, principal: Principal): TicketAction[] {
  const possible = (ticketActions[view.phase] as readonly TicketAction[]).filter((action) =>
    allows(principal.role, action),
  );
  if (principal.role !== 'customer') return possible;
  if (!mayAsk(principal, view.accountId)) return [];
  const underWay = view.payouts.some((payout) => leftUs(payout.state));
  return possible.filter((action) => action !== 'withdrawTicket' || !underWay);
}
