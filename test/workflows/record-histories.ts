/**
 * Records the histories that the replay suite replays, anew and through real desks: `npm run histories`, in the commit that
 * changes the workflow. From the first release tag on: patches only.
 */

import { writeFileSync } from 'node:fs';
import { openTourDesk } from '../../dev/tour-desk.ts';
import { tourLives } from '../../dev/tour-lives.ts';
import { beginLives } from '../../dev/tour-run.ts';
import { castOf } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import setUp from '../environment/global-setup.ts';
import tearDown from '../environment/global-teardown.ts';
import { quickClock, tourAccess } from '../environment/tour-access.ts';
import {
  historyAsJson,
  historyFile,
  lifeName,
  type OpenPhase,
  openPhases,
  recordedKeys,
  stoppedName,
  type Way,
  wayNames,
} from './recorded-histories.ts';
import { stops } from './stops.ts';
import * as ways from './ways.ts';

const walk: { readonly [Name in Way]: typeof ways.refunded } = {
  refunded: ways.refunded,
  refused: ways.refused,
  withdrawn: ways.withdrawn,
  'declined-then-refunded': ways.declinedThenRefunded,
  'returned-then-refunded': ways.returnedThenRefunded,
};

const environment = { TEMPORAL_CODEC_KEYS: recordedKeys };

/** The newest run: of a ticket that was opened again, the one that went on last. */
async function record(desk: Desk, name: string, ticketId: string): Promise<void> {
  const workflowId = `ticket/${ticketId}`;
  const history = await desk.temporal.client.workflow.getHandle(workflowId).fetchHistory();
  writeFileSync(historyFile(name), `${JSON.stringify({ workflowId, history: historyAsJson(history) })}\n`);
  process.stdout.write(`${name}: ${history.events?.length ?? 0} events\n`);
}

async function at(desk: Desk, body: (desk: Desk) => Promise<void>): Promise<void> {
  try {
    await body(desk);
  } finally {
    await desk.close();
  }
}

await setUp();
try {
  await at(await startDesk({ environment }), async (desk) => {
    const cast = await castOf(desk);
    for (const way of wayNames) await record(desk, way, (await walk[way](desk, cast)).ticketId);
    for (const phase of openPhases as readonly OpenPhase[])
      await record(desk, stoppedName(phase), await stops[phase](desk, cast));
  });
  await at(await startDesk({ environment: { ...environment, ...quickClock(1) } }), async (desk) => {
    const lives = await beginLives(await openTourDesk(await tourAccess(desk)), tourLives);
    for (const [id, living] of lives) {
      const { ticket, faults } = await living;
      if (faults.length > 0) throw new Error(`the life ${id} did not end well: ${faults.join('; ')}`);
      await desk.temporal.client.workflow.getHandle(`ticket/${ticket.id}`).result();
      await record(desk, lifeName(id), ticket.id);
    }
  });
} finally {
  await tearDown();
}
