/** Where worker versioning is on, makes this build the deployment's current one; until then it would get no work. */

import type { Config } from './config.ts';
import type { TemporalClient } from './temporal-client.ts';

const pollWaitMs = 500;
const triesMax = 40;

/** Repeatable. Waits until Temporal has seen the build poll; throws what Temporal said last where it never does. */
export async function makeBuildCurrent({ client }: TemporalClient, config: Config): Promise<void> {
  if (!config.WORKER_BUILD_ID) return;
  for (let tries = 1; ; tries += 1) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: config.TEMPORAL_NAMESPACE,
        deploymentName: config.WORKER_DEPLOYMENT,
        buildId: config.WORKER_BUILD_ID,
        identity: 'refund-desk',
        ignoreMissingTaskQueues: true,
      });
      return;
    } catch (fault) {
      if (tries >= triesMax) throw fault;
      await new Promise((resolve) => setTimeout(resolve, pollWaitMs));
    }
  }
}
