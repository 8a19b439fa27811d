/** What the ticket workflow asks of the outside: types only, so that its code never meets an activity's. */

import type { Refusal } from '../domain/errors.ts';
import type { PayoutId, TicketId } from '../domain/ids.ts';
import type { TicketSnapshot } from '../domain/ticket.ts';
import type {
  DecisionMessage,
  PayoutMessage,
  ReportMessage,
  ReviewMessage,
  TicketMessage,
  TicketRun,
} from './messages.ts';

/** Steps recorded in Postgres, one transaction each; local activities. An expected no is returned, not thrown. */
export interface TicketActivities {
  openRun(run: TicketRun): Promise<TicketSnapshot | Refusal>;
  recordEvidence(message: TicketMessage): Promise<TicketSnapshot | Refusal>;
  recordWithdrawal(message: TicketMessage): Promise<TicketSnapshot | Refusal>;
  recordReview(message: ReviewMessage): Promise<TicketSnapshot | Refusal>;
  recordDecision(message: DecisionMessage): Promise<TicketSnapshot | Refusal>;
  recordApproval(message: PayoutMessage): Promise<TicketSnapshot | Refusal>;
  recordDecline(message: PayoutMessage): Promise<TicketSnapshot | Refusal>;
  recordReport(message: ReportMessage): Promise<TicketSnapshot | Refusal>;
}

export interface PayoutReference {
  readonly ticketId: TicketId;
  readonly payoutId: PayoutId;
}

/** Calls to payment providers; regular activities on the payouts queue. */
export interface PayoutActivities {
  /** Reads from the providers what the order's tenders captured (R10). */
  readCaptures(ticket: { readonly ticketId: TicketId }): Promise<TicketSnapshot>;
  /** Sends the payout once; ends only with a clear state. */
  sendPayout(payout: PayoutReference): Promise<TicketSnapshot>;
  /** Asks the provider how a sent payout stands, for when no webhook comes (W8). */
  checkPayout(payout: PayoutReference): Promise<TicketSnapshot>;
}
