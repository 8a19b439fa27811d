/** What people and providers ask of one ticket's run, by operation and body, each under a key of its own. */

import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { WithStartWorkflowOperation, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { until } from '../../dev/until.ts';
import type { Refusal } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import type { Role } from '../../domain/role.ts';
import * as messages from '../../workflows/messages.ts';
import type { ticketWorkflow } from '../../workflows/ticket.ts';
import { patienceMs } from '../environment/patience.ts';
import type { Bodies } from './scripted-bodies.ts';
import { type AskedFor, type ScriptedDesk, scriptDesk } from './scripted-desk.ts';
import type { Bench } from './time-skipping-bench.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

const customers: readonly messages.AskedStep[] = [
  'addEvidence',
  'withdrawTicket',
  'answerInformationRequest',
  'answerRemediation',
  'answerOffer',
  'appealTicket',
];

const roleOf = (step: messages.AskedStep): Role => {
  if (customers.includes(step)) return 'customer';
  return step.endsWith('Payout') || step.startsWith('recordManual') ? 'finance' : 'agent';
};

/** As the door marks what may grant money. */
function mayGrant(step: messages.AskedStep, body: Bodies[messages.AskedStep]): boolean {
  if (body === null) return step === 'confirmDecision';
  return ('decision' in body && body.decision === 'refund') || ('choice' in body && body.choice === 'refund');
}

export const someone = (): SubjectId => randomUUID() as SubjectId;

/** The refusal that an update was answered with; throws where it took effect. */
export async function refusalOf(asked: Promise<unknown>): Promise<Refusal> {
  const fault: unknown = await asked.then(
    () => new Error('the update was not refused'),
    (reason: unknown) => reason,
  );
  if (!(fault instanceof WorkflowUpdateFailedError) || !(fault.cause instanceof ApplicationFailure)) throw fault;
  expect(fault.cause.type).toBe(messages.refusedFailureType);
  return fault.cause.details?.[0] as Refusal;
}

export type Asks = ReturnType<typeof asksOf>;

type AnyRun = WorkflowHandle<typeof ticketWorkflow>;

/** Of whatever run is the newest. */
export const newestOn = ({ client }: Bench, { ticketId }: ScriptedDesk): AnyRun =>
  client.workflow.getHandle<typeof ticketWorkflow>(messages.ticketWorkflowId(ticketId));

/** The run is over, as it must be before the next can begin. Waited for without letting time skip, as a result would. */
export const isOver = ({ run }: Pick<Asks, 'run'>): Promise<boolean> =>
  until(async () => (await run.describe()).status.name === 'COMPLETED', { withinMs: patienceMs, everyMs: 10 });

/** As the door delivers to a ticket whose run has ended: one call starts the next run and hands the message over. */
export function nextRunOf(
  { client }: Bench,
  { desk, messageFor, noteFor }: Pick<Asks, 'desk' | 'messageFor' | 'noteFor'>,
) {
  const { ticketId } = desk;
  const starting = (reason: messages.TicketRun['reason']) =>
    new WithStartWorkflowOperation<typeof ticketWorkflow>(messages.ticketWorkflowType, {
      workflowId: messages.ticketWorkflowId(ticketId),
      taskQueue: messages.ticketTaskQueue,
      args: [{ ticketId, run: desk.times('openRun') + 1, reason }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
  return {
    async ask<Step extends messages.AskedStep>(step: Step, body: Bodies[Step], by?: SubjectId): Promise<void> {
      const message = messageFor(step, body, by);
      await client.workflow.executeUpdateWithStart(messages.askedUpdates[step], {
        args: [message],
        updateId: message.inputId,
        startWorkflowOperation: starting('opened'),
      });
    },
    async note<Step extends messages.NotedStep>(step: Step, body: Bodies[Step]): Promise<void> {
      const message = noteFor(step, body);
      await client.workflow.executeUpdateWithStart(messages.notedUpdates[step], {
        args: [message],
        updateId: message.inputId,
        startWorkflowOperation: starting('money'),
      });
    },
  };
}

export function asksOf(run: AnyRun, desk: ScriptedDesk) {
  /** What a step's message says, with its input kept. */
  const messageFor = <Step extends messages.AskedStep>(
    step: Step,
    body: Bodies[Step],
    by: SubjectId = someone(),
  ): messages.TicketMessage => ({
    ticketId: desk.ticketId,
    inputId: desk.keep(step, body),
    by: { id: by, role: roleOf(step) },
    ...(mayGrant(step, body) ? { grants: true } : {}),
  });
  const deliver = (step: messages.AskedStep, message: messages.TicketMessage): Promise<void> =>
    run.executeUpdate(messages.askedUpdates[step], { args: [message], updateId: message.inputId });
  const noteFor = <Step extends messages.NotedStep>(step: Step, body: Bodies[Step]): messages.NoteMessage => ({
    ticketId: desk.ticketId,
    inputId: desk.keep(step, body),
  });
  return {
    run,
    desk,
    messageFor,
    noteFor,
    deliver,
    ask: <Step extends messages.AskedStep>(step: Step, body: Bodies[Step], by?: SubjectId): Promise<void> =>
      deliver(step, messageFor(step, body, by)),
    /** Resolves as soon as the run has it, with what it will be answered. */
    async send<Step extends messages.AskedStep>(step: Step, body: Bodies[Step]): Promise<{ answer: Promise<void> }> {
      const message = messageFor(step, body);
      const handle = await run.startUpdate(messages.askedUpdates[step], {
        args: [message],
        updateId: message.inputId,
        waitForStage: 'ACCEPTED',
      });
      return { answer: handle.result() };
    },
    note<Step extends messages.NotedStep>(step: Step, body: Bodies[Step]): Promise<void> {
      const message = noteFor(step, body);
      return run.executeUpdate(messages.notedUpdates[step], { args: [message], updateId: message.inputId });
    },
  };
}

/** The days of the desk's time from an instant to the last call of that name. */
export function daysTo(desk: ScriptedDesk, name: AskedFor, since: string): number {
  const call = desk.calls.findLast((one) => one.name === name);
  if (!call) throw new Error(`${name} was not called`);
  return (call.at.getTime() - Date.parse(since)) / dayMs;
}

/** Waits, without letting time skip, for what happens by itself. */
export async function untilCalled(desk: ScriptedDesk, name: AskedFor, times = 1): Promise<void> {
  const called = await until(() => desk.times(name) >= times, { withinMs: patienceMs, everyMs: 20 });
  if (!called) throw new Error(`${name} was not called: ${desk.calls.map((call) => call.name).join(' ')}`);
}

/** A ticket under remediation: the fault is ours, found on the day of the report. */
export async function remediatingOn(bench: Bench): Promise<Asks> {
  const desk = scriptDesk();
  const asks = asksOf(await bench.start(desk), desk);
  await asks.ask('recordReview', { finding: 'ours' });
  expect(desk.snapshot()).toMatchObject({ phase: 'remediating', due: { kind: 'remediation' } });
  return asks;
}

/** Ends a run that a test has no more use for. */
export async function withdraw({ ask, run }: Asks): Promise<void> {
  await ask('withdrawTicket', null);
  await run.result();
}

export interface Latch {
  readonly opened: Promise<void>;
  open(): void;
}

/** Keeps the shop from answering until it is opened. */
export function silentShop(desk: ScriptedDesk): Latch {
  const shop = latch();
  desk.around('applyRemedy', async (answer) => {
    await shop.opened;
    return answer();
  });
  return shop;
}

export function latch(): Latch {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
