/**
 * Hands what was kept for a dispute to its workflow: what it tells is recorded already, so the workflow only looks again.
 * A dispute that has ended and whose run is over needs none.
 */

import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  type WorkflowUpdateHandle,
} from '@temporalio/client';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import type { InputRow } from '../db/inputs.ts';
import { id, RowMalformed, readRow } from '../db/row.ts';
import type { Clock } from '../domain/clock.ts';
import type { DisputeId } from '../domain/ids.ts';
import type { disputeWorkflow } from '../workflows/dispute.ts';
import * as messages from '../workflows/dispute-messages.ts';
import { ticketTaskQueue } from '../workflows/messages.ts';

interface Given {
  readonly db: Database;
  readonly client: Client;
  readonly clock: Clock;
}

const disputeSchema = z.object({
  id: id<DisputeId>(),
  provider: z.string(),
  provider_ref: z.string(),
  ended_at: z.date().nullable(),
});

type Dispute = z.output<typeof disputeSchema>;

/** The update under way, or `null` where no run need hear of it. */
export async function reachDispute(given: Given, input: InputRow): Promise<WorkflowUpdateHandle<void> | null> {
  const step = messages.disputeSteps.find((one): one is messages.DisputeStep => one === input.operation);
  if (!step) throw new RowMalformed(`${input.operation} input`, ['no dispute takes it']);
  const found: unknown = await given.db('disputes').where({ id: input.dispute_id }).first();
  const dispute = readRow('dispute', disputeSchema, found);
  const message = { disputeId: dispute.id, inputId: input.id };
  if (dispute.ended_at === null) return start(given, dispute, step, message);
  try {
    return await given.client.workflow.getHandle(workflowIdOf(dispute)).startUpdate(messages.disputeUpdates[step], {
      args: [message],
      updateId: message.inputId,
      waitForStage: 'ACCEPTED',
    });
  } catch (fault) {
    if (fault instanceof WorkflowNotFoundError) return null;
    throw fault;
  }
}

const workflowIdOf = ({ provider, provider_ref }: Dispute): string =>
  messages.disputeWorkflowId(provider, provider_ref);

/** One call that starts the run where there is none and hands the message over. */
function start(
  { client, clock }: Given,
  dispute: Dispute,
  step: messages.DisputeStep,
  message: messages.DisputeMessage,
): Promise<WorkflowUpdateHandle<void>> {
  const run: messages.DisputeRun = {
    disputeId: dispute.id,
    ...(clock.setting ? { clock: clock.setting } : {}),
  };
  const startWorkflowOperation = new WithStartWorkflowOperation<typeof disputeWorkflow>(messages.disputeWorkflowType, {
    workflowId: workflowIdOf(dispute),
    taskQueue: ticketTaskQueue,
    args: [run],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `Dispute ${dispute.provider_ref}`,
  });
  return client.workflow.startUpdateWithStart(messages.disputeUpdates[step], {
    args: [message],
    updateId: message.inputId,
    waitForStage: 'ACCEPTED',
    startWorkflowOperation,
  });
}
