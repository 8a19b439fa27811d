/**
 * The Temporal workers of a process: tickets (workflows and their local activities), payouts (calls to providers) and
 * probes (tests of plans), each of the latter on a queue of its own with a server-side rate limit. Runs a prebuilt bundle only.
 */

import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createCaptureActivities } from '../activities/captures.ts';
import { createDisputeActivities } from '../activities/dispute.ts';
import { createEvidenceActivities } from '../activities/evidence.ts';
import { createIncidentActivities } from '../activities/incident.ts';
import { createPayoutActivities } from '../activities/payout.ts';
import { createProbeActivities } from '../activities/probe.ts';
import { createReconciliationActivities } from '../activities/reconciliation.ts';
import { createPlanEnder, createRemedyActivities } from '../activities/remedy.ts';
import { createTicketActivities } from '../activities/ticket.ts';
import type { DisputeDesks } from '../domain/dispute-desk.ts';
import type { Rails } from '../domain/rail.ts';
import type { Shop } from '../domain/shop.ts';
import { createProber } from '../providers/probe.ts';
import { createProbeTargets } from '../providers/probe-targets.ts';
import { payoutTaskQueue, probeTaskQueue, ticketTaskQueue } from '../workflows/messages.ts';
import { bundleFile, requireBundle } from './bundle-file.ts';
import type { Core } from './core.ts';
import { bindDisputeSteps, bindEvidenceSteps } from './dispute-steps.ts';
import { failureConverterPath } from './failure-encoding.ts';
import { bindIncidentSteps } from './incident-steps.ts';
import type { ProbeOutside } from './probe-settings.ts';
import { bindProbeSteps } from './probe-steps.ts';
import { tellProbes } from './probe-telling.ts';
import { tieHashOf } from './staff-ties.ts';
import {
  bindCaptureSteps,
  bindPayoutSteps,
  bindReconciliationSteps,
  bindRemedySteps,
  bindTicketSteps,
} from './steps.ts';

/** Calls to a provider per second, over all workers together: the same value everywhere, since the last poller wins. */
const payoutCallsPerSecondMax = 20;

/** Activities of probes per second, over all workers together. */
const probeRoundsPerSecondMax = 5;
/** Rounds at once in a process: each is a few open sockets, and mostly waits. */
const probeRoundsMax = 10;

/** The outside that activities call. */
export interface Providers {
  readonly rails: Rails;
  readonly shop: Shop | null;
  readonly disputeDesks: DisputeDesks;
  /** The seller's gateways, and what may be tried through them. */
  readonly probes: ProbeOutside;
}

export interface Workers {
  /** Resolves when every worker has stopped; rejects when one of them fails. */
  readonly ended: Promise<void>;
  /** Whether all of them are polling. */
  arePolling(): boolean;
  /** Asks them to stop: running payments may finish within the grace time. */
  shutdown(): void;
  /** The connection's last use is over. */
  close(): Promise<void>;
}

/** Throws `CannotStart` where the bundle is missing, rather than building workflow code on the fly. */
export async function startWorkers(core: Core, providers: Providers): Promise<Workers> {
  const { config, log } = core;
  if (config.WORKER_QUEUES.includes('tickets')) requireBundle(bundleFile(config));
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const telling = config.WORKER_QUEUES.includes('probes') ? await tellProbes(core, providers.probes.gateways) : null;
  try {
    const workers = await Promise.all(
      workerOptions(core, providers).map((options) => Worker.create({ ...options, connection })),
    );
    for (const worker of workers)
      log.info({ event: 'worker', queue: worker.options.taskQueue, buildId: config.WORKER_BUILD_ID }, 'a worker polls');
    return {
      ended: Promise.all(workers.map((worker) => worker.run())).then(() => undefined),
      arePolling: () => workers.every(isPolling),
      shutdown: () => {
        telling?.stop();
        for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      },
      close: () => connection.close(),
    };
  } catch (fault) {
    telling?.stop();
    await connection.close();
    throw fault;
  }
}

function isPolling(worker: Worker): boolean {
  const status = worker.getStatus();
  const poller = worker.options.taskQueue === ticketTaskQueue ? status.workflowPollerState : status.activityPollerState;
  // Poller states read as polling even before the worker runs, so its own state counts too.
  return worker.getState() === 'RUNNING' && poller === 'POLLING';
}

function workerOptions(core: Core, providers: Providers): Omit<WorkerOptions, 'connection'>[] {
  const { rails, shop, disputeDesks } = providers;
  const { config, db, clock, codec, tracing } = core;
  const shared: Pick<
    WorkerOptions,
    'namespace' | 'dataConverter' | 'plugins' | 'shutdownGraceTime' | 'shutdownForceTime' | 'workerDeploymentOptions'
  > = {
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: { payloadCodecs: [codec], failureConverterPath },
    plugins: [tracing.plugin],
    shutdownGraceTime: config.SHUTDOWN_GRACE_SECONDS * 1000,
    // A payment in its call is not aborted; only well after the grace time is the process ended.
    shutdownForceTime: (config.SHUTDOWN_GRACE_SECONDS + 10) * 1000,
    // Declared here and not in the workflow's code, which an unversioned worker must be able to run as well.
    ...(config.WORKER_BUILD_ID
      ? {
          workerDeploymentOptions: {
            version: { deploymentName: config.WORKER_DEPLOYMENT, buildId: config.WORKER_BUILD_ID },
            useWorkerVersioning: true,
            defaultVersioningBehavior: 'PINNED' as const,
          },
        }
      : {}),
  };
  const mode = { dryRun: config.PAYOUT_MODE === 'dry-run', dailyMax: config.PAYOUT_DAILY_MAX };
  const ticketMode = { hasShop: shop !== null, tieHash: tieHashOf(config), approvalMax: config.PAYOUT_APPROVAL_MAX };
  const waveMode = { ...ticketMode, handedPerSecond: config.OFFER_WAVE_HANDED_PER_SECOND };
  const tickets = {
    ...shared,
    taskQueue: ticketTaskQueue,
    workflowBundle: { codePath: bundleFile(config) },
    activities: {
      ...createTicketActivities({ steps: bindTicketSteps(db, rails, ticketMode), clock }),
      ...createDisputeActivities({ steps: bindDisputeSteps(db), clock }),
      ...createIncidentActivities({ steps: bindIncidentSteps(db, waveMode), clock }),
    },
  };
  const remedies = { steps: bindRemedySteps(db, clock, mode), shop };
  const payouts = {
    ...shared,
    taskQueue: payoutTaskQueue,
    maxTaskQueueActivitiesPerSecond: payoutCallsPerSecondMax,
    activities: {
      ...createPayoutActivities({
        steps: bindPayoutSteps(db, clock, mode),
        rails,
        plans: createPlanEnder(remedies),
        attempt: () => activityInfo().attempt,
      }),
      ...createRemedyActivities(remedies),
      ...createCaptureActivities({ steps: bindCaptureSteps(db, clock), rails }),
      ...createReconciliationActivities({ steps: bindReconciliationSteps(db, clock), rails, clock }),
      ...createEvidenceActivities({ steps: bindEvidenceSteps(db, clock), desks: disputeDesks }),
    },
  };
  const queues = { tickets, payouts, probes: { ...shared, ...probeOptions(core, providers) } };
  return config.WORKER_QUEUES.map((queue) => queues[queue]);
}

/** Its own queue: a slow target keeps no payment waiting. */
const probeOptions = ({ db, clock }: Core, { probes }: Providers) => ({
  taskQueue: probeTaskQueue,
  maxTaskQueueActivitiesPerSecond: probeRoundsPerSecondMax,
  maxConcurrentActivityTaskExecutions: probeRoundsMax,
  activities: createProbeActivities({
    steps: bindProbeSteps(db, clock, probes),
    gateways: probes.gateways,
    targets: createProbeTargets(probes.targets),
    prober: createProber({ ca: probes.ca }),
    breathe: () => {
      heartbeat();
      return { signal: cancellationSignal() };
    },
  }),
});

/** Temporal's native part logs through the desk's log and leaves signals to the process's own main. Once per process. */
export function installTemporalRuntime({ log }: Pick<Core, 'log'>): void {
  const say = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: Record<string, unknown>) =>
    log[level]({ event: 'temporal', ...(meta?.['error'] instanceof Error ? { fault: meta['error'] } : {}) }, message);
  Runtime.install({
    logger: {
      log: (_level, message) => log.info({ event: 'temporal' }, message),
      trace: () => undefined,
      debug: say('debug'),
      info: say('info'),
      warn: say('warn'),
      error: say('error'),
    },
    shutdownSignals: [],
  });
}
