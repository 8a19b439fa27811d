/**
 * What someone may do with a ticket now: what the state table, the role and the rights over the account leave, less what
 * there is nothing to do with. The workflow judges again.
 */

import { isPlaced } from '../domain/hold.ts';
import { leftUs } from '../domain/payout.ts';
import { type TicketAction, type TicketOutcome, ticketActions } from '../domain/ticket.ts';
import { allows } from './abilities.ts';
import { mayAsk, type Principal } from './principal.ts';
import type { TicketView } from './views.ts';

/** Ends that a customer may bring before another reviewer. */
const appealable: readonly (TicketOutcome | null)[] = ['refused', 'remediated', 'refunded', 'extended'];

/** What else an action needs than its phase; an action not named here needs nothing. */
const needs: Readonly<Partial<Record<TicketAction, (view: TicketView, principal: Principal) => boolean>>> = {
  withdrawTicket: (view) => !view.payouts.some((payout) => leftUs(payout.state)),
  answerInformationRequest: (view) => view.informationRequest !== null,
  answerRemediation: (view) => view.remediation?.fixReportedAt != null && view.remediation.answer === null,
  answerOffer: (view) => view.offer?.choice === null,
  releaseHold: (view) => view.holds.some((hold) => hold.until === null && isPlaced(hold.kind)),
  decideTicket: (view) => awaiting(view) === undefined,
  confirmDecision: (view, { subjectId }) => {
    const decision = awaiting(view);
    return decision !== undefined && decision.decidedBy?.id !== subjectId;
  },
  appealTicket: (view) => appealable.includes(view.outcome) && !isAppealed(view),
  // A lapsed ticket is its customer's to take up again; beyond that it takes a fact, and staff who know of it.
  reopenTicket: (view, { role }) => role !== 'customer' || view.outcome === 'lapsed',
};

export function actionsOn(view: TicketView, principal: Principal): TicketAction[] {
  if (principal.role === 'customer' && !mayAsk(principal, view.accountId)) return [];
  return (ticketActions[view.phase] as readonly TicketAction[]).filter(
    (action) => allows(principal.role, action) && (needs[action]?.(view, principal) ?? true),
  );
}

const awaiting = (view: TicketView) => view.decisions.findLast(({ state }) => state === 'awaiting');

/** One appeal per decision; a ticket that closed without one has one as well. */
function isAppealed({ appeal, decisions }: TicketView): boolean {
  const standing = decisions.findLast(({ state }) => state === 'final')?.id ?? null;
  return appeal !== null && appeal.decisionId === standing;
}
