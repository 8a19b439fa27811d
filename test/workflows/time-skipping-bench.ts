/**
 * The Java test server that skips time, or the dev server where a test is about the server's own ways, with workers as
 * production has them (prebuilt bundle, codec, tracing), and scripted desks behind the activities. Time is the server's,
 * so one bench serves one suite, one test after the other.
 */

import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { findFreePort } from '../../dev/ports.ts';
import { commandLine } from '../../dev/process-identity.ts';
import { provisionTemporal } from '../../dev/temporal-binary.ts';
import { findTimeSkippingServer } from '../../dev/time-skipping-server.ts';
import { until } from '../../dev/until.ts';
import { type ClockSetting, pacedInstant, realClock } from '../../domain/clock.ts';
import { type Config, Secret } from '../../runtime/config.ts';
import { createPayloadCodec } from '../../runtime/payload-codec.ts';
import { createTracing, type Tracing } from '../../runtime/tracing.ts';
import type { disputeWorkflow } from '../../workflows/dispute.ts';
import * as disputeMessages from '../../workflows/dispute-messages.ts';
import type { incidentWorkflow } from '../../workflows/incident.ts';
import * as incidentMessages from '../../workflows/incident-messages.ts';
import * as messages from '../../workflows/messages.ts';
import type {
  DisputeActivities,
  EvidenceActivities,
  PayoutActivities,
  RemedyActivities,
  TicketActivities,
} from '../../workflows/ports.ts';
import type { probesWorkflow } from '../../workflows/probes.ts';
import type { ticketWorkflow } from '../../workflows/ticket.ts';
import type { waveWorkflow } from '../../workflows/wave.ts';
import { patienceMs } from '../environment/patience.ts';
import type { ScriptedDesk } from './scripted-desk.ts';
import type { ScriptedDispute } from './scripted-dispute.ts';
import { incidentActivities, type ScriptedIncident } from './scripted-incidents.ts';
import { probeActivities, type ScriptedProbes } from './scripted-probes.ts';

export type Run = WorkflowHandleWithFirstExecutionRunId<typeof ticketWorkflow>;

export type DisputeRun = WorkflowHandleWithFirstExecutionRunId<typeof disputeWorkflow>;

export type ProbesHandle = WorkflowHandleWithFirstExecutionRunId<typeof probesWorkflow>;

export type IncidentHandle = WorkflowHandleWithFirstExecutionRunId<typeof incidentWorkflow | typeof waveWorkflow>;

export interface Bench {
  readonly client: Client;
  start(desk: ScriptedDesk, run?: Partial<messages.TicketRun>): Promise<Run>;
  startDispute(dispute: ScriptedDispute, run?: { readonly clock?: ClockSetting }): Promise<DisputeRun>;
  startProbes(probes: ScriptedProbes, run?: { readonly clock?: ClockSetting }): Promise<ProbesHandle>;
  startIncident(
    incident: ScriptedIncident,
    what: 'incident' | 'wave',
    run?: { readonly clock?: ClockSetting },
  ): Promise<IncidentHandle>;
  /** Stops the workers, lets what is given happen without any, and starts others, as a deployment does. */
  replaceWorkers(meanwhile?: () => Promise<void>): Promise<void>;
  /** Lets so much of the server's time pass. */
  pass(ms: number): Promise<void>;
  nowMs(): Promise<number>;
  /** Ends workers and server; tells whether nothing of them is left. */
  close(): Promise<boolean>;
}

const keyword = 2;

/** Events of a history after which the dev server suggests to continue as new. */
export const soonSuggestedAfterEvents = 60;

async function startServer(kind: 'time-skipping' | 'dev', port: number, options: Options) {
  if (kind === 'time-skipping') {
    const path = findTimeSkippingServer(process.env);
    if (path === null) throw new Error('the time-skipping test server is not provided; run: npm test');
    return TestWorkflowEnvironment.createTimeSkipping({
      ...options,
      server: { executable: { type: 'existing-path', path }, port },
    });
  }
  const source = await provisionTemporal({ environment: { ...process.env, TEMPORAL_ADDRESS: undefined }, report });
  if (source.kind !== 'binary') throw new Error('expected a server to start');
  const suggestion = `limit.historyCount.suggestContinueAsNew=${soonSuggestedAfterEvents}`;
  return TestWorkflowEnvironment.createLocal({
    ...options,
    server: {
      executable: { type: 'existing-path', path: source.path },
      port,
      extraArgs: ['--dynamic-config-value', suggestion],
    },
  });
}

const report = (line: string): void => void process.stdout.write(`${line}\n`);

interface Options {
  readonly client: { readonly dataConverter: { readonly payloadCodecs: PayloadCodec[] } };
  readonly plugins: Tracing['plugin'][];
}

/** Keys that payloads are encrypted under; of their own where nobody else is to read them. */
const ownKeys = (): Config['TEMPORAL_CODEC_KEYS'] => [
  { id: 'test', key: new Secret(randomBytes(32).toString('base64')) },
];

export async function startBench(kind: 'time-skipping' | 'dev' = 'time-skipping', keys = ownKeys()): Promise<Bench> {
  // Steps that fail on purpose are warned of; only what nobody scripted is worth a line.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter } },
    shutdownSignals: [],
  });
  const port = await findFreePort();
  const codec = createPayloadCodec(keys);
  const tracing = createTracing('');
  const dataConverter = { payloadCodecs: [codec] };
  const environment = await startServer(kind, port, { client: { dataConverter }, plugins: [tracing.plugin] });
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.keys(messages.searchAttributes).map((name) => [name, keyword])),
  });
  const nowMs = async (): Promise<number> => Number(await environment.currentTimeMs());
  const desks = createDesks(nowMs);
  const disputes = createDisputes(nowMs);
  const probes = new Map<string, ScriptedProbes>();
  const incidents = new Map<string, ScriptedIncident>();
  const startWorkers = () =>
    runWorkers(
      kind,
      environment,
      { desks, disputes, probes, incidents, nowMs },
      { dataConverter, plugins: [tracing.plugin] },
    );
  let stopWorkers = await startWorkers();
  return {
    client: environment.client,
    start: (desk, run = {}) => {
      desks.add(desk, run.clock);
      return environment.client.workflow.start<typeof ticketWorkflow>(messages.ticketWorkflowType, {
        workflowId: messages.ticketWorkflowId(desk.ticketId),
        taskQueue: messages.ticketTaskQueue,
        args: [{ ticketId: desk.ticketId, run: 1, reason: 'created', ...run }],
      });
    },
    startDispute: (dispute, run = {}) => startDispute(environment.client, disputes, dispute, run),
    startProbes: (script, run = {}) => {
      probes.set(script.ticketId, script);
      return environment.client.workflow.start<typeof probesWorkflow>(messages.probesWorkflowType, {
        workflowId: messages.probesWorkflowId(script.ticketId),
        taskQueue: messages.ticketTaskQueue,
        args: [{ ticketId: script.ticketId, ...run }],
      });
    },
    startIncident: (script, what, run = {}) => {
      incidents.set(script.incidentId, script);
      return startIncident(environment.client, what, { incidentId: script.incidentId, ...run });
    },
    replaceWorkers: async (meanwhile) => {
      await stopWorkers();
      await meanwhile?.();
      stopWorkers = await startWorkers();
    },
    pass: (ms) => environment.sleep(ms),
    nowMs,
    close: async () => {
      await stopWorkers();
      await environment.teardown();
      return until(() => serversOn(port).length === 0, { withinMs: patienceMs });
    },
  };
}

interface Scripts {
  readonly desks: Desks;
  readonly disputes: Disputes;
  readonly probes: ReadonlyMap<string, ScriptedProbes>;
  readonly incidents: ReadonlyMap<string, ScriptedIncident>;
  readonly nowMs: () => Promise<number>;
}

/** Starts the workers; what it answers with stops them. */
async function runWorkers(
  kind: 'time-skipping' | 'dev',
  environment: TestWorkflowEnvironment,
  { desks, disputes, probes, incidents, nowMs }: Scripts,
  options: Pick<WorkerOptions, 'dataConverter' | 'plugins'>,
): Promise<() => Promise<void>> {
  const shared = { connection: environment.nativeConnection, namespace: 'default', ...options };
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: messages.ticketTaskQueue,
      workflowBundle: { codePath: 'build/workflow-bundle.js' },
      activities: { ...ticketActivities(desks), ...disputeActivities(disputes), ...incidentActivities(incidents) },
      // With a cache, an update after a worker was replaced hangs for ever on the server that skips time.
      ...(kind === 'time-skipping' ? { maxCachedWorkflows: 0 } : {}),
    }),
    Worker.create({
      ...shared,
      taskQueue: messages.payoutTaskQueue,
      activities: { ...payoutActivities(desks), ...evidenceActivities(disputes) },
    }),
    Worker.create({
      ...shared,
      taskQueue: messages.probeTaskQueue,
      activities: probeActivities(probes, nowMs),
    }),
  ]);
  const ended = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await ended;
  };
}

function startDispute(
  client: Client,
  disputes: Disputes,
  dispute: ScriptedDispute,
  run: { readonly clock?: ClockSetting },
): Promise<DisputeRun> {
  disputes.add(dispute, run.clock);
  return client.workflow.start<typeof disputeWorkflow>(disputeMessages.disputeWorkflowType, {
    workflowId: disputeMessages.disputeWorkflowId('stripe', `dp_${dispute.disputeId}`),
    taskQueue: messages.ticketTaskQueue,
    args: [{ disputeId: dispute.disputeId, ...run }],
  });
}

function startIncident(
  client: Client,
  what: 'incident' | 'wave',
  run: incidentMessages.WaveRun,
): Promise<IncidentHandle> {
  const { waveWorkflowType, waveWorkflowId, incidentWorkflowType, incidentWorkflowId } = incidentMessages;
  const taskQueue = messages.ticketTaskQueue;
  if (what === 'wave')
    return client.workflow.start<typeof waveWorkflow>(waveWorkflowType, {
      workflowId: waveWorkflowId(run.incidentId),
      taskQueue,
      args: [run],
    });
  return client.workflow.start<typeof incidentWorkflow>(incidentWorkflowType, {
    workflowId: incidentWorkflowId(run.incidentId),
    taskQueue,
    args: [run],
  });
}

/** Processes of the server on the port. */
const serversOn = (port: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && commandLine(pid).endsWith(` ${port}`));

/** The scripted desks by ticket, and what the clock of each shows. */
function createDesks(nowMs: () => Promise<number>) {
  const desks = new Map<string, { readonly desk: ScriptedDesk; readonly clock: ClockSetting }>();
  return {
    add: (desk: ScriptedDesk, clock: ClockSetting = realClock) => void desks.set(desk.ticketId, { desk, clock }),
    async of({ ticketId }: { readonly ticketId: string }): Promise<{ desk: ScriptedDesk; at: Date }> {
      const found = desks.get(ticketId);
      if (!found) throw new Error('no desk was scripted for the ticket');
      return { desk: found.desk, at: pacedInstant(found.clock, await nowMs()) };
    },
  };
}

type Desks = ReturnType<typeof createDesks>;

/** Each activity at the desk's instant, as the worker binds the stores' steps to its clock. */
const bound =
  <Given extends { readonly ticketId: string }, Answer>(
    desks: Desks,
    take: (desk: ScriptedDesk, given: Given, at: Date) => Promise<Answer>,
  ) =>
  async (given: Given): Promise<Answer> => {
    const { desk, at } = await desks.of(given);
    return take(desk, given, at);
  };

/** The scripted disputes, by their id and, while it is on its way, by their packet's. */
function createDisputes(nowMs: () => Promise<number>) {
  const disputes: { readonly dispute: ScriptedDispute; readonly clock: ClockSetting }[] = [];
  return {
    add: (dispute: ScriptedDispute, clock: ClockSetting = realClock) => void disputes.push({ dispute, clock }),
    async at(fits: (dispute: ScriptedDispute) => boolean): Promise<{ dispute: ScriptedDispute; at: Date }> {
      const found = disputes.find(({ dispute }) => fits(dispute));
      if (!found) throw new Error('no dispute was scripted');
      return { dispute: found.dispute, at: pacedInstant(found.clock, await nowMs()) };
    },
  };
}

type Disputes = ReturnType<typeof createDisputes>;

const disputeActivities = (disputes: Disputes): Plain<DisputeActivities> => ({
  readDispute: async ({ disputeId }) => {
    const { dispute, at } = await disputes.at((one) => one.disputeId === disputeId);
    return dispute.readDispute(at);
  },
  recordDisputeDue: async ({ disputeId, due }) => {
    const { dispute, at } = await disputes.at((one) => one.disputeId === disputeId);
    return dispute.recordDisputeDue(due, at);
  },
});

const evidenceActivities = (disputes: Disputes): Plain<EvidenceActivities> => ({
  submitEvidence: async ({ packetId }) => {
    const { dispute, at } = await disputes.at((one) => one.packetId === packetId);
    return dispute.submitEvidence(at);
  },
});

type Plain<Port> = { [Name in keyof Port]: Port[Name] };

const ticketActivities = (desks: Desks): Plain<TicketActivities> => ({
  openRun: bound(desks, (desk, run, at) => desk.openRun(run, at)),
  takeStep: bound(desks, (desk, asked, at) => desk.takeStep(asked, at)),
  takeNote: bound(desks, (desk, noted, at) => desk.takeNote(noted, at)),
  recordDue: bound(desks, (desk, given, at) => desk.recordDue(given, at)),
});

const payoutActivities = (desks: Desks): Plain<PayoutActivities & RemedyActivities> => ({
  readCaptures: bound(desks, (desk, _ticket, at) => desk.readCaptures(at)),
  sendPayout: bound(desks, (desk, payout, at) => desk.sendPayout(payout, at)),
  checkPayout: bound(desks, (desk, _payout, at) => desk.checkPayout(at)),
  applyRemedy: bound(desks, (desk, remedy, at) => desk.applyRemedy(remedy, at)),
});
