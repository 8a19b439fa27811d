/**
 * The ticket workflow's contract: its name, ids, messages, search attributes and errors. Names here are kept for ever,
 * since histories hold them. Arguments carry ids and codes only, never personal data.
 */

import { defineSearchAttributeKey, SearchAttributeType, type UpdateDefinition } from '@temporalio/common';
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ClockSetting } from '../domain/clock.ts';
import type { InputId, OrderId, SubjectId, TicketId } from '../domain/ids.ts';
import type { RailName } from '../domain/rail.ts';
import type { Role } from '../domain/role.ts';
import type { TicketAction } from '../domain/ticket.ts';

export const ticketTaskQueue = 'tickets';
/** Calls to providers and the shop run on a queue of their own, with its own rate limit and secrets. */
export const payoutTaskQueue = 'payouts';
/** Probes too: a slow target holds up no payment, and their accounts are nobody else's to know. */
export const probeTaskQueue = 'probes';

export const ticketWorkflowType = 'ticketWorkflow';
export const ticketWorkflowId = (ticketId: TicketId): string => `ticket/${ticketId}`;

/** A run starts from its id alone: whatever else it needs is in Postgres. */
export interface TicketRun {
  readonly ticketId: TicketId;
  readonly run: number;
  readonly reason: 'created' | 'continued' | 'opened' | 'money';
  /** The desk's clock, where it has a pace of its own. */
  readonly clock?: ClockSetting;
}

/** What people ask of a ticket and its workflow must take; the operation ids of the API. */
export const askedSteps = [
  'addEvidence',
  'withdrawTicket',
  'recordReview',
  'requestInformation',
  'answerInformationRequest',
  'reportRemediation',
  'answerRemediation',
  'placeHold',
  'releaseHold',
  'recordKyc',
  'recordFact',
  'decideTicket',
  'confirmDecision',
  'answerOffer',
  'approvePayout',
  'declinePayout',
  'reroutePayout',
  'cancelPayout',
  'recordManualPayment',
  'recordManualReturn',
  'appealTicket',
  'reopenTicket',
] as const satisfies readonly TicketAction[];

export type AskedStep = (typeof askedSteps)[number];

/** What reaches a ticket from providers, the shop's systems and the desk itself. */
export const notedSteps = ['reportPayout', 'noteIncident', 'noteDispute', 'noteEvidence', 'noteOrder'] as const;

export type NotedStep = (typeof notedSteps)[number];

/** What every message says: the kept input that it delivers, and who asked. The step reads the rest from Postgres. */
export interface TicketMessage {
  readonly ticketId: TicketId;
  /** Also the update's id. */
  readonly inputId: InputId;
  readonly by: { readonly id: SubjectId; readonly role: Role };
  /** It may grant money, and so needs to know what the provider captured (R10). */
  readonly grants?: true;
}

export interface NoteMessage {
  readonly ticketId: TicketId;
  readonly inputId: InputId;
}

/** Updates answer with nothing: whoever waited reads the newest state from Postgres, and histories stay small. */
export const takeUpUpdate = defineUpdate<void, [TicketMessage]>('takeUp');

const named = <Name extends string, Message>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, defineUpdate<void, [Message]>(name)])) as Readonly<
    Record<Name, UpdateDefinition<void, [Message]>>
  >;

export const askedUpdates = named<AskedStep, TicketMessage>(askedSteps);
export const notedUpdates = named<NotedStep, NoteMessage>(notedSteps);

export const capturesWorkflowType = 'capturesWorkflow';
export const capturesWorkflowId = (orderId: OrderId): string => `captures/${orderId}`;

/** What providers have of an order's captures is read anew. */
export interface CapturesRun {
  readonly orderId: OrderId;
}

export const probesWorkflowType = 'probesWorkflow';
export const probesWorkflowId = (ticketId: TicketId): string => `probes/${ticketId}`;

/** Targets are read from Postgres by the activity, and stand in no history (PV-2.1). */
export interface ProbesRun {
  readonly ticketId: TicketId;
  readonly clock?: ClockSetting;
}

/** Something changed that the rounds depend on; `now`: somebody wants a round at once. */
export const steerProbesSignal = defineSignal<[{ readonly now: boolean }]>('steerProbes');

export const reconciliationWorkflowType = 'reconciliationWorkflow';

/** The days up to now that a look goes back over. */
export interface ReconciliationLook {
  readonly rail: RailName;
  readonly days: number;
}

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
