/** Begins the rounds of a ticket's probes, or has running ones look at what changed. */

import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/database.ts';
import { readTicketProbes } from '../db/probes.ts';
import type { Clock } from '../domain/clock.ts';
import type { TicketId } from '../domain/ids.ts';
import { probeStopOf } from '../domain/probe.ts';
import {
  type ProbesRun,
  probesWorkflowId,
  probesWorkflowType,
  steerProbesSignal,
  ticketTaskQueue,
} from '../workflows/messages.ts';
import type { Log } from './log.ts';

export interface ProbeSteering {
  /** Whether it is done; else it is asked for again. */
  steer(ticketId: TicketId, wish: { readonly now: boolean }): Promise<boolean>;
}

interface Dependencies {
  readonly db: Database;
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
}

export const createProbeSteering = ({ db, client, clock, log }: Dependencies): ProbeSteering => ({
  async steer(ticketId, wish) {
    const workflowId = probesWorkflowId(ticketId);
    const ticket = await readTicketProbes(db, ticketId);
    try {
      if (probeStopOf(ticket) === null)
        await client.workflow.signalWithStart(probesWorkflowType, {
          workflowId,
          taskQueue: ticketTaskQueue,
          args: [{ ticketId, ...(clock.setting ? { clock: clock.setting } : {}) } satisfies ProbesRun],
          signal: steerProbesSignal,
          signalArgs: [wish],
        });
      else if (ticket.rounds > 0) await client.workflow.getHandle(workflowId).signal(steerProbesSignal, wish);
      return true;
    } catch (fault) {
      // It has ended already, as it was to.
      if (fault instanceof WorkflowNotFoundError) return true;
      log.warn({ event: 'jobs', fault }, 'probes could not be begun yet');
      return false;
    }
  },
});
