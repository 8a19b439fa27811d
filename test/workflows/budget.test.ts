/**
 * What a ticket may cost, counted and not timed, so that it holds on any machine: the statements of each business step,
 * and the workflow's code.
 */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listIn } from '../api/client.ts';
import { aNetworkContext, putOrdersOfOne, upload } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, untilDelivered, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type CountedSteps, countSteps } from './counted-steps.ts';
import * as ways from './ways.ts';

let desk: Desk;
let cast: Cast;
let steps: CountedSteps;

beforeAll(async () => {
  desk = await startDesk();
  steps = countSteps(desk.core.db);
  cast = await castOf(desk);
});

afterAll(() => desk.close());

/** Statements of each step, by the events that it writes: a change here is seen and meant, or it is a mistake. */
const recordedStatements = {
  captureRead: 8,
  decisionAwaits: 7,
  'decisionConfirmed+refundDecided': 10,
  'decisionConfirmed+refusalDecided': 7,
  'evidenceAdded+materialsCompleted': 9,
  'evidenceShared+materialsCompleted': 6,
  materialsCompleted: 4,
  payoutApproved: 7,
  payoutDeclined: 9,
  payoutSending: 6,
  payoutSent: 6,
  payoutSettled: 9,
  refundDecided: 9,
  remedyApplied: 6,
  remedyApplying: 7,
  reviewRecorded: 8,
  withdrawn: 6,
};

/** Adds the materials that a claim for three orders came without, so that their reviews begin. */
async function completed(): Promise<void> {
  const [orderRef, ...others] = await putOrdersOfOne(cast.service, cast.customer.email, 3);
  const linkedOrders = others.map((ref) => ({ orderRef: ref, paymentMethod: 'card' }));
  const claim = { orderRef, paymentMethod: 'card', linkedOrders, description: 'Nothing could be reached.' };
  const { json: ticket } = await cast.customer.post('/v1/tickets', claim);
  const linked = listIn(ticket, 'linked').map(({ id }) => String(id));
  // Taken up before, so that it is the shared evidence that begins their reviews.
  for (const id of linked) await untilDelivered(desk, id);
  const uploadId = await upload(cast.customer, 'connect timed out', { ticketId: ticket.id });
  const evidence = { uploadIds: [uploadId], networkContext: aNetworkContext };
  const added = await cast.customer.post(`/v1/tickets/${ticket.id}/evidence`, evidence);
  expect(added.status).toBe(200);
  for (const id of [ticket.id, ...linked]) await untilTicket(cast.customer, id, ({ phase }) => phase === 'reviewing');
}

test('no business step takes more than 10 statements, and none takes more than it took', async () => {
  await ways.refunded(desk, cast);
  await ways.refused(desk, cast);
  await ways.withdrawn(desk, cast);
  await ways.declinedThenRefunded(desk, cast);
  await completed();
  const { nothing, ...counted } = steps.read();
  expect(nothing).toBeLessThanOrEqual(10);
  expect(Object.entries(counted).filter(([, statements]) => statements > 10)).toEqual([]);
  expect(counted).toEqual(recordedStatements);
});

/** The bundle's code, and the files that its inline source map says it is made of. */
function readBundle(): { readonly code: string; readonly sources: readonly string[] } {
  const [code = '', map = ''] = readFileSync('build/workflow-bundle.js', 'utf8').split(/\/\/# sourceMappingURL=/);
  const json = Buffer.from(map.slice(map.indexOf('base64,') + 'base64,'.length), 'base64').toString();
  return { code, sources: (JSON.parse(json) as { sources: string[] }).sources };
}

test('the workflow code is minified and at most 350 KB without its source map', () => {
  const { code } = readBundle();
  expect(code.length).toBeLessThanOrEqual(350 * 1024);
  expect(code.length / code.split('\n').length).toBeGreaterThan(500);
});

/** What the SDK and its tracing are made of; nothing of them reaches outside. */
const allowedPackages =
  /^(@temporalio\/(common|workflow|interceptors-opentelemetry-v2)|@opentelemetry\/[a-z-]+|long|ms|nexus-rpc)$/;

test('the workflow code is made of domain, workflows and the SDK: no Node built-in, zod, knex, pg or express', () => {
  const { code, sources } = readBundle();
  const packages = sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
  expect([...new Set(packages)].filter((name) => !allowedPackages.test(name))).toEqual([]);
  expect(packages).toContain('@temporalio/workflow');
  const own = sources.filter((source) => !/node_modules|^webpack\//.test(source));
  expect(
    own.filter((source) => !/\/(domain|workflows)\/[\w.-]+$|\/runtime\/failure-converter\.cjs$/.test(source)),
  ).toEqual([]);
  expect(own.some((source) => source.endsWith('/workflows/ticket-desk.ts'))).toBe(true);
  expect(code).not.toMatch(/require\(["'](node:)?[a-z_/]+["']\)/);
});
