/**
 * Where worker versioning is on, makes this build the deployment's current one; until then it would get no work. A build
 * that was current before is left alone: its workers are there for the tickets pinned to it, not to take new ones.
 */

import type { Config } from './config.ts';
import type { TemporalClient } from './temporal-client.ts';

const pollWaitMs = 500;
const triesMax = 40;
/** Temporal's numbers of the states in which a build is current, or was: current, draining, drained. */
const sinceCurrent: readonly number[] = [2, 4, 5];

/** Repeatable. Waits until Temporal has seen the build poll; throws what Temporal said last where it never does. */
export async function makeBuildCurrent(temporal: TemporalClient, config: Config): Promise<'made' | 'left' | 'off'> {
  if (!config.WORKER_BUILD_ID) return 'off';
  for (let tries = 1; ; tries += 1) {
    try {
      return await makeCurrent(temporal, config);
    } catch (fault) {
      if (tries >= triesMax) throw fault;
      await new Promise((resolve) => setTimeout(resolve, pollWaitMs));
    }
  }
}

async function makeCurrent({ client }: TemporalClient, config: Config): Promise<'made' | 'left'> {
  const build = { deploymentName: config.WORKER_DEPLOYMENT, buildId: config.WORKER_BUILD_ID };
  const described = await client.workflowService.describeWorkerDeploymentVersion({
    namespace: config.TEMPORAL_NAMESPACE,
    deploymentVersion: build,
  });
  if (sinceCurrent.includes(Number(described.workerDeploymentVersionInfo?.status))) return 'left';
  await client.workflowService.setWorkerDeploymentCurrentVersion({
    ...build,
    namespace: config.TEMPORAL_NAMESPACE,
    identity: 'refund-desk',
    ignoreMissingTaskQueues: true,
  });
  return 'made';
}
