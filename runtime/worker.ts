/** The worker process: Temporal workers and the job runner, with health of their own. Stops in order when asked. */

import { withBacklog } from './backlog-metrics.ts';
import { makeBuildCurrent } from './build-current.ts';
import { readConfig } from './config.ts';
import { createCore } from './core.ts';
import { serveHealth } from './health-server.ts';
import { keepTrying } from './keep-trying.ts';
import { runMain, untilAskedToStop } from './main.ts';
import { createMetrics } from './metrics.ts';
import { databaseProbe, temporalProbe } from './part-probes.ts';
import { startProbes } from './probes.ts';
import { createProviders } from './providers.ts';
import { ensureSchedules } from './schedules.ts';
import { createTemporalClient } from './temporal-client.ts';
import { wireJobs } from './wire-jobs.ts';
import { installTemporalRuntime, startWorkers } from './workers.ts';

await runMain('worker', async () => {
  const config = readConfig(process.env);
  const core = createCore(config, 'worker');
  const { log, db } = core;
  const asked = untilAskedToStop();
  installTemporalRuntime(core);
  const temporal = createTemporalClient(core);
  const providers = createProviders(core);
  const workers = await startWorkers(core, providers);
  const build = await makeBuildCurrent(temporal, config);
  // A look that comes a little later is better than no worker: Temporal may be slow to tell of a schedule.
  const schedules = config.WORKER_QUEUES.includes('payouts')
    ? keepTrying(() => ensureSchedules(temporal.client, providers.rails, core.clock.setting), {
        log,
        told: 'the schedules could not be brought up to date yet',
      })
    : null;
  const probes = await startProbes([
    { name: 'worker', check: async () => workers.arePolling() },
    databaseProbe(db),
    temporalProbe(temporal.connection, false),
  ]);
  const health = await serveHealth(
    {
      clock: core.clock,
      readiness: () => probes.read(),
      metrics: withBacklog(createMetrics(), core),
      metricsToken: config.METRICS_TOKEN && config.METRICS_TOKEN.reveal(),
    },
    { host: config.HOST, port: config.WORKER_PORT },
  );
  const jobs = config.WORKER_QUEUES.includes('tickets') ? await wireJobs(core, temporal) : null;
  log.info(
    { event: 'ready', port: health.port, queue: config.WORKER_QUEUES.join(' '), state: `build ${build}` },
    'the worker is at work',
  );

  const why = await Promise.race([
    asked,
    workers.ended.then(() => 'ended'),
    ...(jobs ? [jobs.promise.then(() => 'jobs ended')] : []),
  ]);
  log.info({ event: 'stopping', reason: why }, 'the worker stops');
  probes.drain();
  workers.shutdown();
  await jobs?.stop().catch((fault: unknown) => log.warn({ fault }, 'the job runner did not stop well'));
  await workers.ended;
  await workers.close();
  await schedules?.stop();
  await temporal.close();
  probes.close();
  await health.close();
  await core.close();
});
