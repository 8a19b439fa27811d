/**
 * Hands kept inputs to their ticket's or dispute's workflow, each under its row's id, so that repeating changes nothing. Inputs of one
 * ticket go in the order they were kept. A time-out says nothing: what was not surely taken stays due.
 */

import { setTimeout as pause } from 'node:timers/promises';
import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type WorkflowUpdateHandle,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Database } from '../db/database.ts';
import { type InputRow, readDueInputs, readInput, settleInput } from '../db/inputs.ts';
import { isNewsOf, recordReport } from '../db/payout-reports.ts';
import { readPayout } from '../db/payouts.ts';
import { RowMalformed, readRow } from '../db/row.ts';
import { readTicket, type TicketRow, ticketReference } from '../db/tickets.ts';
import type { Clock } from '../domain/clock.ts';
import { isRefusal, type Refusal, refuse } from '../domain/errors.ts';
import type { InputId } from '../domain/ids.ts';
import { deliveryWaitMs } from '../domain/limits.ts';
import { permits, type TicketAction } from '../domain/ticket.ts';
import * as messages from '../workflows/messages.ts';
import type { ticketWorkflow } from '../workflows/ticket.ts';
import { reachDispute } from './dispute-delivery.ts';
import { keptReportSchema } from './kept-report.ts';
import type { Log } from './log.ts';
import { type Delivered, messageOf } from './ticket-messages.ts';

export type DeliveryOutcome =
  | { readonly state: 'applied' }
  | { readonly state: 'refused'; readonly refusal: Refusal }
  | { readonly state: 'kept' };

export interface Delivery {
  /** Waits at the most `waitMs`; an input that was delivered before answers with its stored outcome. */
  deliver(inputId: InputId, waitMs: number): Promise<DeliveryOutcome>;
}

/** A workflow task that just failed, a server that just restarts: gone in a moment, or not within any answer's time. */
const handAgainMs = 250;

interface Dependencies {
  readonly db: Database;
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
}

export function createDelivery(given: Dependencies): Delivery {
  return {
    async deliver(inputId, waitMs) {
      const deadline = Date.now() + waitMs;
      const input = await readInput(given.db, inputId);
      if (!input) return { state: 'kept' };
      if (input.delivery === 'due' && input.dispute_id) return deliverToDispute(given, input, deadline);
      if (input.delivery !== 'due' || !input.ticket_id) return outcomeOf(input);
      for (const due of await readDueInputs(given.db, input.ticket_id)) {
        if (due.id !== inputId && isBeingTried(due, given.clock)) continue;
        const handled = await handIfReadable(given, due, deadline);
        if (handled === 'unreadable' && due.id !== inputId) continue;
        if (!handled || handled === 'unreadable') return { state: 'kept' };
        if (due.id === inputId) return (await within(deadline, handled.outcome)) ?? { state: 'kept' };
      }
      // Someone else delivered it meanwhile.
      const newest = await readInput(given.db, inputId);
      return newest ? outcomeOf(newest) : { state: 'kept' };
    },
  };
}

/** What one dispute hears needs no order: each time it looks at all that is recorded. */
async function deliverToDispute(given: Dependencies, input: InputRow, deadline: number): Promise<DeliveryOutcome> {
  try {
    const handed = await within(
      deadline,
      reachDispute(given, input).then((handle) => ({ handle })),
    );
    if (handed === null) return { state: 'kept' };
    const taken = handed.handle?.result() ?? Promise.resolve();
    return (await within(deadline, settle(given, input, taken))) ?? { state: 'kept' };
  } catch (fault) {
    given.log.warn({ inputId: input.id, operation: input.operation, fault }, 'an input was not delivered yet');
    return { state: 'kept' };
  }
}

/** Whoever kept it just now hands it over as well: doing that for each other would only multiply the calls. */
const isBeingTried = (input: InputRow, clock: Clock): boolean =>
  clock.now().getTime() - input.kept_at.getTime() < deliveryWaitMs;

const outcomeOf = (input: InputRow): DeliveryOutcome => {
  if (input.refusal) return { state: 'refused', refusal: input.refusal };
  return input.delivery === 'due' ? { state: 'kept' } : { state: 'applied' };
};

/** An input that the workflow has, or that needs none; its outcome is under way. */
interface Handed {
  readonly outcome: Promise<DeliveryOutcome>;
}

const done = (outcome: DeliveryOutcome): Handed => ({ outcome: Promise.resolve(outcome) });

/** What cannot be read stays due until somebody has looked at it, and stands in no later input's way. */
async function handIfReadable(
  given: Dependencies,
  input: InputRow,
  deadline: number,
): Promise<Handed | 'unreadable' | null> {
  try {
    return await hand(given, input, deadline);
  } catch (fault) {
    if (!(fault instanceof RowMalformed)) throw fault;
    given.log.error({ inputId: input.id, operation: input.operation, fault }, 'an input cannot be read and stays due');
    return 'unreadable';
  }
}

/** `null` where the input could not be handed over in time; what hinders it for a moment only is tried again. */
async function hand(given: Dependencies, input: InputRow, deadline: number): Promise<Handed | null> {
  for (;;) {
    const handed = await tryToHand(given, input, deadline);
    if (handed || Date.now() + handAgainMs >= deadline) return handed;
    await pause(handAgainMs);
  }
}

async function tryToHand(given: Dependencies, listed: InputRow, deadline: number): Promise<Handed | null> {
  const ticket = listed.ticket_id && (await readTicket(given.db, listed.ticket_id));
  if (!ticket) return done({ state: 'applied' });
  // Read after the ticket: what closed it in the meantime may have been this very input.
  const input = await readInput(given.db, listed.id);
  if (!input || input.delivery !== 'due') return done(input ? outcomeOf(input) : { state: 'applied' });
  const settled = await settleWithoutRun(given, input, ticket);
  if (settled) return done(settled);
  const message = await messageOf(given.db, input, ticket.id);
  try {
    const handle = await within(deadline, reach(given, input, ticket, message));
    return handle && (isOutcome(handle) ? done(handle) : { outcome: settle(given, input, handle.result()) });
  } catch (fault) {
    if (fault instanceof RowMalformed) throw fault;
    if (fault instanceof WorkflowUpdateFailedError) return { outcome: settle(given, input, Promise.reject(fault)) };
    given.log.warn({ inputId: input.id, operation: input.operation, fault }, 'an input was not delivered yet');
    return null;
  }
}

const isOutcome = (reached: WorkflowUpdateHandle<void> | DeliveryOutcome): reached is DeliveryOutcome =>
  'state' in reached;

/**
 * The ticket's run, begun where there is none. Some kinds of input only tell a run that is there, since it may have
 * ended on their account: what is recorded already, and a provider's report on a ticket that was still open.
 */
async function reach(
  given: Dependencies,
  input: InputRow,
  ticket: TicketRow,
  message: Delivered,
): Promise<WorkflowUpdateHandle<void> | DeliveryOutcome> {
  const closed = ticket.phase === 'closed';
  const recorded = closed && input.recorded_at !== null;
  if (!recorded && (closed || input.source === 'api')) return start(given, input, ticket, message);
  try {
    return await tellRunning(given.client, ticket, message);
  } catch (fault) {
    if (!(fault instanceof WorkflowNotFoundError)) throw fault;
    if (recorded) return outcomeOf(await settleInput(given.db, input.id, given.clock.now(), null));
    const newest = (await readTicket(given.db, ticket.id)) ?? ticket;
    return (await settleWithoutRun(given, input, newest)) ?? start(given, input, newest, message);
  }
}

/** Hands the message to the run that there is; `WorkflowNotFoundError` where it has ended. */
const tellRunning = (client: Client, ticket: TicketRow, deliver: Delivered): Promise<WorkflowUpdateHandle<void>> =>
  deliver((update, message) =>
    client.workflow.getHandle(messages.ticketWorkflowId(ticket.id)).startUpdate(update, {
      args: [message],
      updateId: message.inputId,
      waitForStage: 'ACCEPTED',
    }),
  );

/** A provider's report that tells nothing new needs no run, and on a closed ticket people's requests are refused. */
async function settleWithoutRun(
  { db, clock }: Dependencies,
  input: InputRow,
  ticket: TicketRow,
): Promise<DeliveryOutcome | null> {
  if (input.recorded_at) return null;
  if (input.operation === 'reportPayout') {
    const payout = input.payout_id && (await readPayout(db, input.payout_id));
    const { report } = readRow('report input', keptReportSchema, input.body);
    const news = payout && isNewsOf(payout, report);
    // Whoever recorded what it tells already lets the workflow know as well, so saying it again is waste.
    if (news === 'moves' || (news && ticket.phase !== 'closed')) return null;
    // S9: what says more after the last word moves nothing, such as the bank's reference, so no run need hear of it.
    if (payout && news) {
      const about = { ticketId: ticket.id, payoutId: payout.id, inputId: input.id, report };
      await recordReport(db, about, clock.now());
    }
    return outcomeOf(await settleInput(db, input.id, clock.now(), null));
  }
  if (ticket.phase !== 'closed') return null;
  // Nobody asked: what came too late to be told is done with.
  if (input.operation === 'noteEvidence') return outcomeOf(await settleInput(db, input.id, clock.now(), null));
  // These open it again, or are told on a closed ticket as well.
  if (isNote(input.operation) || permits('closed', input.operation as TicketAction)) return null;
  const refusal = input.operation === 'createTicket' ? null : refuse('ticket-closed', { phase: ticket.phase });
  return outcomeOf(await settleInput(db, input.id, clock.now(), refusal));
}

const isNote = (operation: string): boolean => (messages.notedSteps as readonly string[]).includes(operation);

/** One call that starts the run where there is none and hands the message over; resolves when a worker accepted it. */
function start(
  { client, clock }: Dependencies,
  input: InputRow,
  ticket: TicketRow,
  deliver: Delivered,
): Promise<WorkflowUpdateHandle<void>> {
  const closed = ticket.phase === 'closed';
  const reopens = input.source === 'api' ? 'opened' : 'money';
  const run: messages.TicketRun = {
    ticketId: ticket.id,
    run: closed ? ticket.run + 1 : ticket.run,
    reason: closed ? reopens : ticket.last_event_number <= 1 ? 'created' : 'continued',
    ...(clock.setting ? { clock: clock.setting } : {}),
  };
  const startWorkflowOperation = new WithStartWorkflowOperation<typeof ticketWorkflow>(messages.ticketWorkflowType, {
    workflowId: messages.ticketWorkflowId(ticket.id),
    taskQueue: messages.ticketTaskQueue,
    args: [run],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `Ticket ${ticketReference(ticket)}`,
  });
  return deliver((update, message) =>
    client.workflow.startUpdateWithStart(update, {
      args: [message],
      updateId: message.inputId,
      waitForStage: 'ACCEPTED',
      startWorkflowOperation,
    }),
  );
}

async function settle(given: Dependencies, input: InputRow, taken: Promise<void>): Promise<DeliveryOutcome> {
  try {
    await taken;
  } catch (fault) {
    return settleFailure(given, input, fault);
  }
  return outcomeOf(await settleInput(given.db, input.id, given.clock.now(), null));
}

async function settleFailure(
  { db, clock, log }: Dependencies,
  input: InputRow,
  fault: unknown,
): Promise<DeliveryOutcome> {
  const refusal = refusalOf(fault);
  if (!refusal) {
    log.warn({ inputId: input.id, operation: input.operation, fault }, 'what became of an input is not known yet');
    return { state: 'kept' };
  }
  return outcomeOf(await settleInput(db, input.id, clock.now(), refusal));
}

function refusalOf(fault: unknown): Refusal | null {
  const cause = fault instanceof WorkflowUpdateFailedError ? fault.cause : null;
  if (!(cause instanceof ApplicationFailure) || cause.type !== messages.refusedFailureType) return null;
  const refusal = cause.details?.[0];
  return isRefusal(refusal) ? refusal : null;
}

/** The client's own deadlines are not kept while a server is away, hence a timer of ours; what runs on is not lost. */
async function within<Result>(deadline: number, work: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, deadline - Date.now()));
  });
  // The loser of the race is still looked at, or its rejection would end the process.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
