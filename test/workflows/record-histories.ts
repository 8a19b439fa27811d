/**
 * Records the histories that the replay suite replays, anew and through real desks: `npm run histories`, in the commit that
 * changes the workflow; a life that is new alone: `npm run histories -- tour life-wave`. From the first release tag on: patches only.
 */

import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { postPolicyVersion } from '../../db/policy-versions.ts';
import { readFirstVersion } from '../../dev/first-version.ts';
import { openTourDesk, type TourDesk } from '../../dev/tour-desk.ts';
import type { Life } from '../../dev/tour-life.ts';
import { tourLives } from '../../dev/tour-lives.ts';
import { beginLives } from '../../dev/tour-run.ts';
import { isRefusal } from '../../domain/errors.ts';
import type { SubjectId } from '../../domain/ids.ts';
import { askedUpdates } from '../../workflows/messages.ts';
import { castOf } from '../environment/claims.ts';
import { openDeadExits } from '../environment/dead-exits.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import setUp from '../environment/global-setup.ts';
import tearDown from '../environment/global-teardown.ts';
import { quickClock, tourAccess } from '../environment/tour-access.ts';
import { recordDisputes } from './record-disputes.ts';
import { recordIncidents } from './record-incidents.ts';
import { recordRuns } from './record-runs.ts';
import {
  continuedName,
  historiesUrl,
  lifeName,
  type OpenPhase,
  openPhases,
  recordedKeys,
  recordedRing,
  stoppedName,
  type Way,
  wayNames,
} from './recorded-histories.ts';
import { recordedLives } from './recorded-lives.ts';
import { scriptDesk } from './scripted-desk.ts';
import { stops } from './stops.ts';
import { startBench } from './time-skipping-bench.ts';
import * as ways from './ways.ts';

const walk: { readonly [Name in Way]: typeof ways.refunded } = {
  refunded: ways.refunded,
  refused: ways.refused,
  withdrawn: ways.withdrawn,
  'declined-then-refunded': ways.declinedThenRefunded,
  'returned-then-refunded': ways.returnedThenRefunded,
};

const environment = { TEMPORAL_CODEC_KEYS: recordedKeys };

async function at(desk: Desk, body: (desk: Desk) => Promise<void>): Promise<void> {
  try {
    await body(desk);
  } finally {
    await desk.close();
  }
}

async function recordLives(desk: Desk, tour: TourDesk, lives: readonly Life[]): Promise<void> {
  const { client } = desk.temporal;
  for (const [id, living] of await beginLives(tour, lives)) {
    const { ticket, faults } = await living;
    if (faults.length > 0) throw new Error(`the life ${id} did not end well: ${faults.join('; ')}`);
    await client.workflow.getHandle(`ticket/${ticket.id}`).result();
    await recordRuns(client, lifeName(id), `ticket/${ticket.id}`);
  }
}

/** RP-4.6: from now on the desk decides by itself what is covered by an incident and small. */
async function letDeskDecide({ core }: Desk): Promise<void> {
  const { document } = readFirstVersion();
  const system = { refundsByIncident: true, refundMax: { USD: '1000' }, dailyMax: { USD: '1000' } };
  const now = core.clock.now();
  const posted = await core.db.transaction((trx) =>
    postPolicyVersion(trx, {
      effectiveAt: new Date(now.getTime() + 3_600_000),
      document: { ...document, parameters: { ...document.parameters, system } },
      by: null,
      at: now,
    }),
  );
  if (isRefusal(posted)) throw new Error(`the version was refused: ${posted.refused}`);
}

/** On a server that suggests it early, and before a scripted desk, since no ticket of a short life grows that long. */
async function recordContinued(): Promise<void> {
  const bench = await startBench('dev', recordedRing);
  try {
    const desk = scriptDesk({ phase: 'deciding', capturesKnown: true });
    const run = await bench.start(desk);
    const by = { id: randomUUID() as SubjectId, role: 'agent' as const };
    const ask = (step: 'recordFact' | 'withdrawTicket'): Promise<void> => {
      const message = { ticketId: desk.ticketId, inputId: desk.keep(step, null), by };
      return run.executeUpdate(askedUpdates[step], { args: [message], updateId: message.inputId });
    };
    for (let said = 0; said < 12; said += 1) await ask('recordFact');
    await ask('withdrawTicket');
    await run.result();
    await recordRuns(bench.client, continuedName, run.workflowId);
  } finally {
    await bench.close();
  }
}

/** Lives of the tour, on a desk whose days last a second. */
async function recordTour(lives: readonly Life[], then: (desk: Desk) => Promise<void> = async () => undefined) {
  const exits = await openDeadExits();
  const quick = { ...environment, ...quickClock(1), ...exits.environment };
  await at(await startDesk({ environment: quick }), async (desk) => {
    await recordLives(desk, await openTourDesk(await tourAccess(desk)), lives);
    await then(desk);
  });
  await exits.close();
}

async function recordTickets(): Promise<void> {
  // What was recorded before may have had more runs.
  for (const file of readdirSync(historiesUrl)) rmSync(new URL(file, historiesUrl));
  await setUp();
  try {
    await at(await startDesk({ environment }), async (desk) => {
      const { client } = desk.temporal;
      const cast = await castOf(desk);
      for (const way of wayNames) await recordRuns(client, way, `ticket/${(await walk[way](desk, cast)).ticketId}`);
      for (const phase of openPhases as readonly OpenPhase[])
        await recordRuns(client, stoppedName(phase), `ticket/${await stops[phase](desk, cast)}`);
    });
    await recordTour(tourLives, async (desk) => {
      await letDeskDecide(desk);
      await recordLives(desk, await openTourDesk(await tourAccess(desk)), recordedLives);
    });
    await recordContinued();
  } finally {
    await tearDown();
  }
}

/** Named lives of the tour alone: what is new beside those that stand. */
async function recordNamed(names: readonly string[]): Promise<void> {
  await setUp();
  try {
    await recordTour(tourLives.filter(({ id }) => names.includes(lifeName(id))));
  } finally {
    await tearDown();
  }
}

// Those of disputes and incidents stand alone, and are recorded without the others where only they change.
const [only = 'all', ...names] = process.argv.slice(2);
if (only === 'tour') await recordNamed(names);
if (only === 'all') await recordTickets();
if (only === 'all' || only === 'disputes') await recordDisputes();
if (only === 'all' || only === 'incidents') await recordIncidents();
