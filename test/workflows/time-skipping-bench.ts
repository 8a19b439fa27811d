/**
 * The Java test server that skips time, with workers as production has them (prebuilt bundle, codec, tracing), and
 * scripted desks behind the activities. Time is the server's, so one bench serves one suite, one test after the other.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { findFreePort } from '../../dev/ports.ts';
import { commandLine } from '../../dev/process-identity.ts';
import { findTimeSkippingServer } from '../../dev/time-skipping-server.ts';
import { until } from '../../dev/until.ts';
import type { InputId, PayoutId, SubjectId } from '../../domain/ids.ts';
import { Secret } from '../../runtime/config.ts';
import { createPayloadCodec } from '../../runtime/payload-codec.ts';
import { createTracing } from '../../runtime/tracing.ts';
import * as messages from '../../workflows/messages.ts';
import type { PayoutActivities, TicketActivities } from '../../workflows/ports.ts';
import type { ticketWorkflow } from '../../workflows/ticket.ts';
import type { ScriptedDesk } from './scripted-desk.ts';

export type Run = WorkflowHandleWithFirstExecutionRunId<typeof ticketWorkflow>;

export interface Bench {
  readonly client: Client;
  start(desk: ScriptedDesk, run?: Partial<messages.TicketRun>): Promise<Run>;
  /** Stops the workers and starts others, as a deployment does. */
  replaceWorkers(): Promise<void>;
  nowMs(): Promise<number>;
  /** Ends workers and server; tells whether nothing of them is left. */
  close(): Promise<boolean>;
}

const keyword = 2;

export async function startBench(): Promise<Bench> {
  const path = findTimeSkippingServer(process.env);
  if (path === null) throw new Error('the time-skipping test server is not provided; run: npm test');
  // Steps that fail on purpose are warned of; only what nobody scripted is worth a line.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter } },
    shutdownSignals: [],
  });
  const port = await findFreePort();
  const codec = createPayloadCodec([{ id: 'test', key: new Secret(randomBytes(32).toString('base64')) }]);
  const tracing = createTracing('');
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path }, port },
    client: { dataConverter: { payloadCodecs: [codec] } },
    plugins: [tracing.plugin],
  });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.keys(messages.searchAttributes).map((name) => [name, keyword])),
  });
  const desks = new Map<string, ScriptedDesk>();
  const startWorkers = async (): Promise<() => Promise<void>> => {
    const shared = {
      connection: environment.nativeConnection,
      namespace: 'default',
      dataConverter: { payloadCodecs: [codec] },
      plugins: [tracing.plugin],
    };
    const workers = await Promise.all([
      Worker.create({
        ...shared,
        taskQueue: messages.ticketTaskQueue,
        workflowBundle: { codePath: 'build/workflow-bundle.js' },
        activities: ticketActivities(desks),
        // With a cache, an update after a worker was replaced hangs for ever on this server.
        maxCachedWorkflows: 0,
      }),
      Worker.create({ ...shared, taskQueue: messages.payoutTaskQueue, activities: payoutActivities(desks) }),
    ]);
    const ended = Promise.all(workers.map((worker) => worker.run()));
    return async () => {
      for (const worker of workers) worker.shutdown();
      await ended;
    };
  };
  let stopWorkers = await startWorkers();
  return {
    client: environment.client,
    start: (desk, run = {}) => {
      desks.set(desk.ticketId, desk);
      return environment.client.workflow.start<typeof ticketWorkflow>(messages.ticketWorkflowType, {
        workflowId: messages.ticketWorkflowId(desk.ticketId),
        taskQueue: messages.ticketTaskQueue,
        args: [{ ticketId: desk.ticketId, run: 1, reason: 'created', ...run }],
      });
    },
    replaceWorkers: async () => {
      await stopWorkers();
      stopWorkers = await startWorkers();
    },
    nowMs: async () => Number(await environment.currentTimeMs()),
    close: async () => {
      await stopWorkers();
      await environment.teardown();
      return until(() => serversOn(port).length === 0, { withinMs: 10_000 });
    },
  };
}

/** Processes of the server on the port. */
const serversOn = (port: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && commandLine(pid).endsWith(` ${port}`));

type Desks = ReadonlyMap<string, ScriptedDesk>;

function deskOf(desks: Desks, { ticketId }: { readonly ticketId: string }): ScriptedDesk {
  const desk = desks.get(ticketId);
  if (!desk) throw new Error('no desk was scripted for the ticket');
  return desk;
}

const ticketActivities = (desks: Desks): { [Name in keyof TicketActivities]: TicketActivities[Name] } => ({
  openRun: (run) => deskOf(desks, run).openRun(run),
  recordEvidence: (message) => deskOf(desks, message).recordEvidence(message),
  recordWithdrawal: (message) => deskOf(desks, message).recordWithdrawal(message),
  recordReview: (message) => deskOf(desks, message).recordReview(message),
  recordDecision: (message) => deskOf(desks, message).recordDecision(message),
  recordApproval: (message) => deskOf(desks, message).recordApproval(message),
  recordDecline: (message) => deskOf(desks, message).recordDecline(message),
  recordReport: (message) => deskOf(desks, message).recordReport(message),
});

const payoutActivities = (desks: Desks): { [Name in keyof PayoutActivities]: PayoutActivities[Name] } => ({
  readCaptures: (ticket) => deskOf(desks, ticket).readCaptures(ticket),
  sendPayout: (payout) => deskOf(desks, payout).sendPayout(payout),
  checkPayout: (payout) => deskOf(desks, payout).checkPayout(payout),
});

const asker = (role: messages.TicketMessage['by']['role'], id: string = randomUUID()) => ({
  id: id as SubjectId,
  role,
});

/** What people and providers ask of one ticket's run, each under a key of its own unless told otherwise. */
export function asksOf(run: Run, desk: ScriptedDesk) {
  const base = (role: messages.TicketMessage['by']['role'], id?: string) => ({
    ticketId: desk.ticketId,
    inputId: randomUUID() as InputId,
    by: asker(role, id),
  });
  const ask = <Message extends { readonly inputId: InputId }>(
    update: UpdateDefinition<void, [Message]>,
    message: Message,
  ): Promise<void> => run.executeUpdate(update, { args: [message], updateId: message.inputId });
  const granted = (): PayoutId => {
    const payoutId = desk.snapshot().payouts.at(-1)?.id;
    if (!payoutId) throw new Error('nothing is granted');
    return payoutId;
  };
  return {
    ask,
    reviewed: () => ({ ...base('agent'), cause: 'seller' as const }),
    decided: (agent?: string) => ({
      ...base('agent', agent),
      decision: 'refund' as const,
      amount: { minor: '1999', currency: 'USD' as const },
    }),
    withdrawn: () => base('customer'),
    approved: () => ({ ...base('finance'), payoutId: granted() }),
    reported: (inputId: InputId) => ({ ticketId: desk.ticketId, inputId, payoutId: granted() }),
  };
}
