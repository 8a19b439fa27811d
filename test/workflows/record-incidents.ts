/**
 * Records the histories of what runs beside tickets and disputes, the telling of an incident, its wave of offers and the
 * probes of a plan, through scripted ones on the dev server: `npm run histories -- incidents`.
 */

import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { until } from '../../dev/until.ts';
import { dayMs } from '../../domain/clocks.ts';
import type { TicketId } from '../../domain/ids.ts';
import type { TellingAnswer } from '../../domain/incident.ts';
import type { WaveAnswer } from '../../domain/incident-wave.ts';
import { lookSignal } from '../../workflows/incident-messages.ts';
import { steerProbesSignal } from '../../workflows/messages.ts';
import { patienceMs } from '../environment/patience.ts';
import { recordRuns } from './record-runs.ts';
import { type BesideName, recordedRing } from './recorded-histories.ts';
import { scriptIncident } from './scripted-incidents.ts';
import { scriptProbes } from './scripted-probes.ts';
import { type Bench, startBench } from './time-skipping-bench.ts';

async function come(what: string, holds: () => boolean): Promise<void> {
  if (!(await until(holds, { withinMs: patienceMs }))) throw new Error(`${what} did not come`);
}

const look = (run: WorkflowHandle): Promise<void> => run.signal(lookSignal);

/** Tells page by page: the first wait is broken by news, the second lasts. */
async function telling(bench: Bench, answers: readonly TellingAnswer[], isToEnd = true): Promise<string> {
  const incident = scriptIncident({ telling: answers });
  const run = await bench.startIncident(incident, 'incident');
  const pages = answers.findIndex(({ kind }) => kind === 'page') + 1;
  await come('the first page', () => incident.pages >= pages);
  if (isToEnd && pages > 0) await look(run);
  if (isToEnd) await run.result();
  return run.workflowId;
}

async function reaching(
  bench: Bench,
  answers: readonly WaveAnswer[],
  { newsAfter = 0, isToEnd = true } = {},
): Promise<string> {
  const incident = scriptIncident({ reaching: answers });
  const run = await bench.startIncident(incident, 'wave', { clock: { startMs: await bench.nowMs(), pace: dayMs } });
  await come('the page before the news', () => incident.pages >= (isToEnd ? newsAfter : answers.length));
  if (newsAfter > 0) await look(run);
  if (isToEnd) await run.result();
  return run.workflowId;
}

/** Rounds that are wanted at once, one after the other, and then no more. */
async function probing(bench: Bench, rounds: number, isToEnd = true): Promise<string> {
  const probes = scriptProbes();
  const run = await bench.startProbes(probes, { clock: { startMs: await bench.nowMs(), pace: dayMs / 1_000 } });
  await come('the first round', () => probes.rounds.length >= 1);
  for (let made = 1; made < rounds; made += 1) {
    await bench.client.workflow.getHandle(run.workflowId).signal(steerProbesSignal, { now: true });
    await come('a round that was wanted', () => probes.rounds.length > made);
  }
  if (!isToEnd) return run.workflowId;
  const { looks } = probes;
  const steer = () => bench.client.workflow.getHandle(run.workflowId).signal(steerProbesSignal, { now: false });
  await steer();
  await come('a look', () => probes.looks > looks);
  probes.stop('phase');
  await steer();
  await run.result();
  return run.workflowId;
}

const page = (): TellingAnswer => ({ kind: 'page', after: randomUUID() as TicketId });
const news = (version: number): TellingAnswer => ({ kind: 'changed', version });
const goOn = (waitMs = 0): WaveAnswer => ({ kind: 'go_on', waitMs });

const lives: { readonly [Name in BesideName]: (bench: Bench) => Promise<string> } = {
  'incident-told': (bench) => telling(bench, [news(2), page(), page(), news(3), { kind: 'told' }]),
  'incident-continued': (bench) =>
    telling(
      bench,
      Array.from({ length: 101 }, (_none, version) => news(version + 1)),
    ),
  'incident-open': (bench) => telling(bench, [news(2), page()], false),
  'wave-done': (bench) => reaching(bench, [goOn(), goOn(500 * dayMs), { kind: 'again', waitMs: 60_000 }, goOn()]),
  'wave-paused': (bench) =>
    reaching(bench, [goOn(), { kind: 'again', waitMs: dayMs }, { kind: 'stopped', state: 'paused' }], { newsAfter: 2 }),
  'wave-open': (bench) => reaching(bench, [goOn(), { kind: 'again', waitMs: 20_000 * dayMs }], { isToEnd: false }),
  'wave-continued': (bench) =>
    reaching(
      bench,
      Array.from({ length: 25 }, () => goOn()),
    ),
  'probes-over': (bench) => probing(bench, 3),
  'probes-continued': (bench) => probing(bench, 14),
  'probes-open': (bench) => probing(bench, 2, false),
};

export async function recordIncidents(): Promise<void> {
  const bench = await startBench('dev', recordedRing);
  try {
    for (const name of Object.keys(lives) as BesideName[])
      await recordRuns(bench.client, name, await lives[name](bench));
  } finally {
    await bench.close();
  }
}
