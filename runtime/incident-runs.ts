/** Has an incident's workflows look at what was changed: one that runs is told, and else it is begun. */

import type { Client } from '@temporalio/client';
import type { Database } from '../db/database.ts';
import { matchTicket } from '../db/incident-telling.ts';
import type { Clock } from '../domain/clock.ts';
import type { IncidentId, TicketId } from '../domain/ids.ts';
import * as messages from '../workflows/incident-messages.ts';
import { ticketTaskQueue } from '../workflows/messages.ts';
import type { Log } from './log.ts';

export interface IncidentRuns {
  /** Whether it is told; else it is tried again. */
  look(what: 'tell_incident' | 'run_wave', incidentId: IncidentId): Promise<boolean>;
  /** A ticket whose customer named exits late is matched anew; what throws is tried again by its job. */
  match(ticketId: TicketId): Promise<void>;
}

export const createIncidentRuns = ({
  db,
  client,
  clock,
  log,
}: {
  db: Database;
  client: Client;
  clock: Clock;
  log: Log;
}): IncidentRuns => ({
  match: (ticketId) => matchTicket(db, ticketId, clock.now()),
  async look(what, incidentId) {
    const isWave = what === 'run_wave';
    const run: messages.WaveRun = { incidentId, ...(isWave && clock.setting ? { clock: clock.setting } : {}) };
    try {
      await client.workflow.signalWithStart(isWave ? messages.waveWorkflowType : messages.incidentWorkflowType, {
        workflowId: isWave ? messages.waveWorkflowId(incidentId) : messages.incidentWorkflowId(incidentId),
        taskQueue: ticketTaskQueue,
        args: [run],
        signal: messages.lookSignal,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      });
      return true;
    } catch (fault) {
      log.warn({ event: 'jobs', fault }, 'an incident’s workflow could not be told yet');
      return false;
    }
  },
});
