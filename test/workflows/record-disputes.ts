/**
 * Records the histories of disputes alone, through scripted ones on the dev server whose desk has days of a second:
 * `npm run histories -- disputes`.
 */

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { until } from '../../dev/until.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { InputId, PacketId } from '../../domain/ids.ts';
import { type DisputeStep, disputeUpdates } from '../../workflows/dispute-messages.ts';
import { patienceMs } from '../environment/patience.ts';
import { type DisputeWay, historyAsJson, historyFile, recordedRing } from './recorded-histories.ts';
import { type ScriptedDispute, scriptDispute } from './scripted-dispute.ts';
import { type Bench, type DisputeRun, startBench } from './time-skipping-bench.ts';

const dayPerSecond = dayMs / 1_000;

const hear = (run: DisputeRun, { disputeId }: ScriptedDispute, step: DisputeStep = 'hearDispute'): Promise<void> => {
  const message = { disputeId, inputId: randomUUID() as InputId };
  return run.executeUpdate(disputeUpdates[step], { args: [message], updateId: message.inputId });
};

async function taken(dispute: ScriptedDispute, times: number): Promise<void> {
  if (!(await until(() => dispute.taken.length >= times, { withinMs: patienceMs, everyMs: 50 })))
    throw new Error('what was due did not come');
}

const lives: { readonly [Way in DisputeWay]: (run: DisputeRun, dispute: ScriptedDispute) => Promise<void> } = {
  'dispute-answered': async (run, dispute) => {
    await hear(run, dispute);
    await taken(dispute, 1);
    dispute.become({ packetId: randomUUID() as PacketId });
    await hear(run, dispute, 'submitDisputeEvidence');
    dispute.become({ state: 'won' });
    await hear(run, dispute);
    await run.result();
  },
  'dispute-lapsed': async (run, dispute) => {
    await hear(run, dispute);
    await taken(dispute, 4);
    dispute.become({ state: 'lost' });
    await hear(run, dispute);
    await run.result();
  },
  'dispute-open': async (run, dispute) => {
    await hear(run, dispute);
    await taken(dispute, 1);
  },
};

async function recordOne(bench: Bench, way: DisputeWay): Promise<void> {
  const startMs = await bench.nowMs();
  const dispute = scriptDispute(new Date(startMs + 10 * dayMs).toISOString());
  const run = await bench.startDispute(dispute, { clock: { startMs, pace: dayPerSecond } });
  await lives[way](run, dispute);
  const history = await bench.client.workflow.getHandle(run.workflowId).fetchHistory();
  const recorded = { workflowId: run.workflowId, history: historyAsJson(history) };
  writeFileSync(historyFile(way), `${JSON.stringify(recorded)}\n`);
  process.stdout.write(`${way}: ${history.events?.length ?? 0} events\n`);
}

export async function recordDisputes(): Promise<void> {
  const bench = await startBench('dev', recordedRing);
  try {
    for (const way of Object.keys(lives) as DisputeWay[]) await recordOne(bench, way);
  } finally {
    await bench.close();
  }
}
