/**
 * The ticket workflow's contract: its name, ids, messages, search attributes and errors. Names here are kept for ever,
 * since histories hold them. Arguments carry ids, codes and amounts only, never personal data.
 */

import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineUpdate } from '@temporalio/workflow';
import type { InputId, PayoutId, SubjectId, TicketId } from '../domain/ids.ts';
import type { MoneyWire } from '../domain/money.ts';
import type { ReviewCause } from '../domain/review.ts';
import type { Role } from '../domain/role.ts';

export const ticketTaskQueue = 'tickets';
/** Payment activities run on a queue of their own, with its own rate limit and secrets. */
export const payoutTaskQueue = 'payouts';

export const ticketWorkflowType = 'ticketWorkflow';
export const ticketWorkflowId = (ticketId: TicketId): string => `ticket/${ticketId}`;

/** A run starts from its id alone: whatever else it needs is in Postgres. */
export interface TicketRun {
  readonly ticketId: TicketId;
  readonly run: number;
  readonly reason: 'created' | 'continued' | 'money';
}

/** What every message says: the kept input that it delivers, and who asked. */
export interface TicketMessage {
  readonly ticketId: TicketId;
  /** Also the update's id. */
  readonly inputId: InputId;
  readonly by: { readonly id: SubjectId; readonly role: Role };
}

export interface ReviewMessage extends TicketMessage {
  readonly cause: ReviewCause;
}

export interface DecisionMessage extends TicketMessage {
  readonly decision: 'refund' | 'refuse';
  readonly amount?: MoneyWire;
}

export interface PayoutMessage extends TicketMessage {
  readonly payoutId: PayoutId;
}

/** A provider's report that was kept as an input: the activity reads it from there. */
export interface ReportMessage {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
  readonly payoutId: PayoutId;
}

/** Updates answer with nothing: whoever waited reads the newest state from Postgres, and histories stay small. */
export const takeUpUpdate = defineUpdate<void, [TicketMessage]>('takeUp');
export const evidenceUpdate = defineUpdate<void, [TicketMessage]>('addEvidence');
export const withdrawUpdate = defineUpdate<void, [TicketMessage]>('withdraw');
export const reviewUpdate = defineUpdate<void, [ReviewMessage]>('recordReview');
export const decideUpdate = defineUpdate<void, [DecisionMessage]>('decide');
export const approveUpdate = defineUpdate<void, [PayoutMessage]>('approvePayout');
export const declineUpdate = defineUpdate<void, [PayoutMessage]>('declinePayout');
export const reportUpdate = defineUpdate<void, [ReportMessage]>('reportPayout');

/** Never encrypted, so never personal. Registered by the stack and compared by type. */
export const searchAttributes = {
  TicketPhase: SearchAttributeType.KEYWORD,
  TicketOutcome: SearchAttributeType.KEYWORD,
  TicketNumber: SearchAttributeType.KEYWORD,
} as const;

export const ticketPhaseKey = defineSearchAttributeKey('TicketPhase', SearchAttributeType.KEYWORD);
export const ticketOutcomeKey = defineSearchAttributeKey('TicketOutcome', SearchAttributeType.KEYWORD);
export const ticketNumberKey = defineSearchAttributeKey('TicketNumber', SearchAttributeType.KEYWORD);

/** The type of the failure that carries a refusal; its first detail is the `Refusal`. */
export const refusedFailureType = 'Refused';
