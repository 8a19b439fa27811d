/**
 * The dispute workflow's contract: its name, ids and messages. Names here are kept for ever, since histories hold them.
 * Arguments carry ids and codes only, never personal data.
 */

import { defineUpdate } from '@temporalio/workflow';
import type { ClockSetting } from '../domain/clock.ts';
import type { DisputeId, InputId } from '../domain/ids.ts';

export const disputeWorkflowType = 'disputeWorkflow';

/** By the provider's own id: two desks' words about one dispute can never meet in two workflows. */
export const disputeWorkflowId = (provider: string, providerRef: string): string =>
  `dispute/${provider}/${providerRef}`;

/** A run starts from its id alone: whatever else it needs is in Postgres. */
export interface DisputeRun {
  readonly disputeId: DisputeId;
  /** The desk's clock, where it has a pace of its own. */
  readonly clock?: ClockSetting;
}

/** What reaches a dispute: words of its provider, and the click that submits its evidence. */
export const disputeSteps = ['hearDispute', 'submitDisputeEvidence'] as const;

export type DisputeStep = (typeof disputeSteps)[number];

export interface DisputeMessage {
  readonly disputeId: DisputeId;
  /** Also the update's id. */
  readonly inputId: InputId;
}

/** What was told or clicked is recorded already: the workflow looks again, and arms or follows what follows from it. */
export const disputeUpdates = {
  hearDispute: defineUpdate<void, [DisputeMessage]>('hearDispute'),
  submitDisputeEvidence: defineUpdate<void, [DisputeMessage]>('submitDisputeEvidence'),
} as const;
