/**
 * Records the histories that the replay suite replays, anew and through a real desk: `node --import tsx
 * test/workflows/record-histories.ts`, in the commit that changes the workflow. From the first release tag on: patches only.
 */

import { writeFileSync } from 'node:fs';
import { castOf } from '../environment/claims.ts';
import { startDesk } from '../environment/desk.ts';
import setUp from '../environment/global-setup.ts';
import tearDown from '../environment/global-teardown.ts';
import { historyAsJson, historyFile, recordedKeys, type Way, wayNames } from './recorded-histories.ts';
import * as ways from './ways.ts';

const walk: { readonly [Name in Way]: typeof ways.refunded } = {
  refunded: ways.refunded,
  refused: ways.refused,
  withdrawn: ways.withdrawn,
  'declined-then-refunded': ways.declinedThenRefunded,
  'returned-then-refunded': ways.returnedThenRefunded,
};

await setUp();
try {
  const desk = await startDesk({ environment: { TEMPORAL_CODEC_KEYS: recordedKeys } });
  try {
    const cast = await castOf(desk);
    for (const way of wayNames) {
      const { ticketId } = await walk[way](desk, cast);
      const workflowId = `ticket/${ticketId}`;
      // The newest run: of a ticket that was opened again, the one for the money that came back.
      const history = await desk.temporal.client.workflow.getHandle(workflowId).fetchHistory();
      writeFileSync(historyFile(way), `${JSON.stringify({ workflowId, history: historyAsJson(history) }, null, 1)}\n`);
      process.stdout.write(`${way}: ${history.events?.length ?? 0} events\n`);
    }
  } finally {
    await desk.close();
  }
} finally {
  await tearDown();
}
