/** Writes down the runs of a workflow as they stand on the server. */

import { writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { until } from '../../dev/until.ts';
import { patienceMs } from '../environment/patience.ts';
import { historyAsJson, historyFile, runName } from './recorded-histories.ts';

/** Every run, in order. */
export async function recordRuns(client: Client, name: string, workflowId: string): Promise<void> {
  for (const [index, runId] of (await runsOf(client, workflowId)).entries()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const run = runName(name, index + 1);
    writeFileSync(historyFile(run), `${JSON.stringify({ workflowId, history: historyAsJson(history) })}\n`);
    process.stdout.write(`${run}: ${history.events?.length ?? 0} events\n`);
  }
}

/** The server's list is a moment behind, so the newest run is waited for; those before it had ended by then. */
async function runsOf({ workflow }: Client, workflowId: string): Promise<string[]> {
  const newest = await workflow.getHandle(workflowId).describe();
  let runs: { readonly runId: string; readonly startTime: Date }[] = [];
  const isListed = async (): Promise<boolean> => {
    runs = [];
    for await (const run of workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(run);
    return runs.some(({ runId }) => runId === newest.runId);
  };
  if (!(await until(isListed, { withinMs: patienceMs, everyMs: 100 }))) throw new Error(`${workflowId} is not listed`);
  return runs.toSorted((left, right) => left.startTime.getTime() - right.startTime.getTime()).map(({ runId }) => runId);
}
