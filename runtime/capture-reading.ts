/** Has an order's captures read anew by the workers that may ask providers. */

import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { OrderId } from '../domain/ids.ts';
import { type CapturesRun, capturesWorkflowId, capturesWorkflowType, ticketTaskQueue } from '../workflows/messages.ts';
import type { Log } from './log.ts';

export interface CaptureReading {
  /** Whether it is begun, or with `orReading` was before; else it is asked for again. */
  begin(orderId: OrderId, given?: { readonly orReading: boolean }): Promise<boolean>;
}

export const createCaptureReading = ({ client, log }: { client: Client; log: Log }): CaptureReading => ({
  async begin(orderId, { orReading } = { orReading: false }) {
    try {
      await client.workflow.start(capturesWorkflowType, {
        workflowId: capturesWorkflowId(orderId),
        taskQueue: ticketTaskQueue,
        args: [{ orderId } satisfies CapturesRun],
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      });
      return true;
    } catch (fault) {
      // One that reads already may have asked before the newest word, and then does not count.
      if (fault instanceof WorkflowExecutionAlreadyStartedError) return orReading;
      log.warn({ event: 'jobs', fault }, 'captures could not be asked for yet');
      return false;
    }
  },
});
