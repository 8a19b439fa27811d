/**
 * What someone may do with a ticket now: what the state table, the role and the rights over the account leave, less what
 * there is nothing to do with. The workflow judges again.
 */

import { confirmationRefusal } from '../domain/decision.ts';
import { leftUs } from '../domain/payout.ts';
import { isAppealable, isBetterable, type TicketAction, ticketActions } from '../domain/ticket.ts';
import { allows } from './abilities.ts';
import { mayAsk, type Principal } from './principal.ts';
import type { HoldView, TicketView } from './views.ts';

/** What else an action needs than its phase; an action not named here needs nothing. */
const needs: Readonly<Partial<Record<TicketAction, (view: TicketView, principal: Principal) => boolean>>> = {
  withdrawTicket: (view) => !view.payouts.some((payout) => leftUs(payout.state)),
  answerInformationRequest: (view) => view.informationRequest !== null,
  answerRemediation: (view) => view.remediation?.fixReportedAt != null && view.remediation.answer === null,
  answerOffer: (view) => view.offer?.choice === null,
  releaseHold: (view) => view.holds.some((hold) => isReleasable(view, hold)),
  recordKyc: (view) => view.holds.some(({ kind, until }) => kind === 'kyc' && until === null),
  decideTicket: (view) => awaiting(view) === undefined,
  confirmDecision: (view, { subjectId, role }) => {
    const decision = awaiting(view);
    if (!decision?.exception) return false;
    const decidedBySame = decision.decidedBy?.id === subjectId;
    return confirmationRefusal(decision.exception, { decidedBySame, role }) === null;
  },
  recordManualReturn: (view) => view.payouts.some(({ rail, state }) => rail === 'manual' && state === 'settled'),
  appealTicket: (view) => !isAppealed(view) && (isAppealable(view.outcome) || isUnsentOfDesk(view)),
  // A lapsed ticket is its customer's to take up again; beyond that, or of an offer, it takes a fact, and staff who know of it.
  reopenTicket: (view, { role }) =>
    role === 'customer' ? view.outcome === 'lapsed' : isBetterable(view, isOfPart(view)),
};

export function actionsOn(view: TicketView, principal: Principal): TicketAction[] {
  if (view.isOwnClaim) return [];
  if (principal.role === 'customer' && !mayAsk(principal, view.accountId)) return [];
  return (ticketActions[view.phase] as readonly TicketAction[]).filter(
    (action) => allows(principal.role, action) && (needs[action]?.(view, principal) ?? true),
  );
}

/** RP-2.3: what a withdrawal would lose; `null` where there may be none. */
export const lostByWithdrawal = (view: TicketView, principal: Principal) =>
  actionsOn(view, principal).includes('withdrawTicket')
    ? { losesAskedAt: view.askedAt.toISOString(), windowEndsAt: view.windowEndsAt?.toISOString() ?? null }
    : null;

const awaiting = (view: TicketView) => view.decisions.findLast(({ state }) => state === 'awaiting');

/** A question's hold ends with its answer, a check of identity with its result, a dispute with the provider's word. */
const isReleasable = ({ informationRequest }: TicketView, { id, kind, until }: HoldView): boolean =>
  until === null && (kind === 'customer' || kind === 'provider') && informationRequest?.holdId !== id;

/** RP-4.6: decided without a person, and its money has not left us. */
const isUnsentOfDesk = ({ phase, decisions, payouts }: TicketView): boolean =>
  phase === 'settling' && decisions.at(-1)?.decidedBy === null && !payouts.some(({ state }) => leftUs(state));

/** RP-4.5: an offer is of a part, and so may be any exception; what the policy refunds by itself is all that may go back. */
const isOfPart = ({ offer, decisions }: TicketView): boolean =>
  offer?.choice === 'refund' || decisions.at(-1)?.exception != null;

/** One appeal per decision; a ticket that closed without one has one as well. */
function isAppealed({ appeal, decisions }: TicketView): boolean {
  return appeal !== null && appeal.decisionId === (decisions.at(-1)?.id ?? null);
}
