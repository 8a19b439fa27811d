/** Two builds side by side: a ticket stays on the build that began it, new ones go to the newest, none is lost. */

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../../dev/until.ts';
import { registerSearchAttributes } from '../../runtime/search-attributes.ts';
import { decideRefund, review } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, openClaim } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type OwnNamespace, registerNamespace } from './namespace.ts';
import { type DeskProcess, environmentOf, startProcess } from './processes.ts';

const deploymentName = `desk-${randomBytes(4).toString('hex')}`;

let namespace: OwnNamespace;
let desk: Desk;
let cast: Cast;
const workers: DeskProcess[] = [];

beforeAll(async () => {
  namespace = await registerNamespace();
  await registerSearchAttributes(namespace.connection, namespace.name);
  desk = await startDesk({ workers: false, environment: { TEMPORAL_NAMESPACE: namespace.name } });
  cast = await castOf(desk);
});

afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await desk.close();
  await namespace.close();
});

/** Ready once its build is the current one, or was before. */
async function startBuild(buildId: string): Promise<DeskProcess> {
  const given = { WORKER_DEPLOYMENT: deploymentName, WORKER_BUILD_ID: buildId, SHUTDOWN_GRACE_SECONDS: '2' };
  const worker = startProcess({ program: 'runtime/worker.ts', environment: environmentOf(desk.core.config, given) });
  workers.push(worker);
  await worker.ready();
  return worker;
}

/** The builds that ran the ticket's workflow tasks, in order, each once. */
async function buildsOf(ticketId: string): Promise<string[]> {
  const { events } = await desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`).fetchHistory();
  const builds = (events ?? []).map((event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId);
  const told = builds.filter((build): build is string => Boolean(build));
  return told.filter((build, index) => build !== told[index - 1]);
}

async function currentBuild(): Promise<string | null | undefined> {
  const { workerDeploymentInfo } = await namespace.connection.workflowService.describeWorkerDeployment({
    namespace: namespace.name,
    deploymentName,
  });
  return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId;
}

/** Open tickets by build, by the query of docs/operations/deploying.md. */
async function openOn(buildId: string): Promise<number> {
  const query = `TemporalWorkerDeploymentVersion = "${deploymentName}:${buildId}" AND ExecutionStatus = "Running"`;
  return (await desk.temporal.client.workflow.count(query)).count;
}

/** As docs/operations/deploying.md tells it. */
const moveTo = (ticketId: string, buildId: string) =>
  namespace.connection.workflowService.updateWorkflowExecutionOptions({
    namespace: namespace.name,
    workflowExecution: { workflowId: `ticket/${ticketId}` },
    workflowExecutionOptions: {
      versioningOverride: { pinned: { behavior: 1, version: { deploymentName, buildId } } },
    },
    updateMask: { paths: ['versioning_override'] },
  });

test('a ticket begun on one build stays there, new ones go to the next, and one that is stuck can be moved', async () => {
  const older = await startBuild('a');
  expect(await currentBuild()).toBe('a');
  const stays = await openClaim(desk, cast);
  const stuck = await openClaim(desk, cast);

  await startBuild('b');
  expect(await currentBuild()).toBe('b');
  const fresh = await openClaim(desk, cast);
  await review(cast.agent, stays.ticketId);
  await review(cast.agent, fresh.ticketId);
  expect(await buildsOf(stays.ticketId)).toEqual(['a']);
  expect(await buildsOf(fresh.ticketId)).toEqual(['b']);
  expect(await until(async () => (await openOn('a')) === 2 && (await openOn('b')) === 1, { withinMs: 10_000 })).toBe(
    true,
  );

  // A restart of the older build's workers, which are kept for their tickets, does not make it the current one again.
  await older.stop();
  const again = await startBuild('a');
  expect(again.logged('ready')).toMatchObject({ state: 'build left' });
  expect(await currentBuild()).toBe('b');
  await decideRefund(cast.agent, stays.ticketId);
  expect(await buildsOf(stays.ticketId)).toEqual(['a']);

  await again.stop();
  await moveTo(stuck.ticketId, 'b');
  await review(cast.agent, stuck.ticketId);
  expect(await buildsOf(stuck.ticketId)).toEqual(['a', 'b']);
});
