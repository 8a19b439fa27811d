/**
 * The contract of what runs for an incident: the telling of tickets, and a wave of offers. Names here are kept for ever,
 * since histories hold them. Ids and codes only.
 */

import { defineSignal } from '@temporalio/workflow';
import type { ClockSetting } from '../domain/clock.ts';
import type { IncidentId } from '../domain/ids.ts';
import type { TellingPage } from '../domain/incident.ts';

export const incidentWorkflowType = 'incidentWorkflow';
export const incidentWorkflowId = (incidentId: IncidentId): string => `incident/${incidentId}`;

export const waveWorkflowType = 'waveWorkflow';
export const waveWorkflowId = (incidentId: IncidentId): string => `wave/${incidentId}`;

/** A run starts from the incident's id alone; what it had done already is handed from one to the next. */
export interface IncidentRun {
  readonly incidentId: IncidentId;
  readonly told?: Pick<TellingPage, 'version' | 'after'>;
}

export interface WaveRun {
  readonly incidentId: IncidentId;
  /** The desk's clock, where it has a pace of its own. */
  readonly clock?: ClockSetting;
}

/** Something changed in Postgres. A signal, since nobody waits for an answer and every look finds all that is new. */
export const lookSignal = defineSignal('look');
