/** A ticket's workflow that somebody resets or ends by Temporal's own means: what was paid stays paid, and once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cast, castOf, closedAs, control, decideClaim, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { expectStatus, untilFound, untilPayout } from './people-at-work.ts';

let desk: Desk;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  cast = await castOf(desk);
});
afterAll(() => desk.close());

const workflowOf = (ticketId: string) => desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`);

/** A claim whose refund the provider has, and has not carried out. */
async function aSentClaim() {
  const claim = await decideClaim(desk, cast);
  await control(desk, 'faults', { kind: 'refund-outcome', status: 'pending', times: 1 });
  expectStatus(await cast.finance.post(`/v1/payouts/${claim.payoutId}/approve`), 200);
  await untilPayout(cast.finance, claim.payoutId, 'sent');
  const [refund] = await refundsOf(desk, claim.charge);
  return { ...claim, settle: () => control(desk, `refunds/${refund?.id}/transition`, { status: 'succeeded' }) };
}

/** Back to before anything was done, in a run of its own. */
async function resetToItsBeginning(ticketId: string): Promise<void> {
  const { client } = desk.temporal;
  const { runId } = await workflowOf(ticketId).describe();
  const { events } = await workflowOf(ticketId).fetchHistory();
  const first = events?.find(({ workflowTaskCompletedEventAttributes: completed }) => completed);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId: `ticket/${ticketId}`, runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first?.eventId ?? null,
  });
  await untilFound('another run', async () => (await workflowOf(ticketId).describe()).runId !== runId);
}

test('R13: a workflow that is reset while its money is on its way follows that money, and sends none', async () => {
  const claim = await aSentClaim();
  await resetToItsBeginning(claim.ticketId);
  await claim.settle();
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, claim.charge)).toMatchObject([{ amount: 1999, status: 'succeeded' }]);
  await untilFound('its end', async () => (await workflowOf(claim.ticketId).describe()).status.name === 'COMPLETED');
});

test('R13: a workflow that is reset after its money was paid pays nothing again', async () => {
  const claim = await aSentClaim();
  await claim.settle();
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  await untilFound('its end', async () => (await workflowOf(claim.ticketId).describe()).status.name === 'COMPLETED');
  await resetToItsBeginning(claim.ticketId);
  await untilFound(
    'its end again',
    async () => (await workflowOf(claim.ticketId).describe()).status.name === 'COMPLETED',
  );
  expect(await refundsOf(desk, claim.charge)).toHaveLength(1);
  expect(await desk.core.db('payouts').where({ ticket_id: claim.ticketId })).toMatchObject([{ state: 'settled' }]);
});

test('R13: a workflow that was ended by force is taken up again by what the provider says, and pays nothing again', async () => {
  const claim = await aSentClaim();
  await workflowOf(claim.ticketId).terminate('a test');
  await claim.settle();
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  expect(await refundsOf(desk, claim.charge)).toMatchObject([{ amount: 1999, status: 'succeeded' }]);
});
