/** The desk's own tests of a plan, the whole way: begun by the review, looked at by the agent, ended with it, and silent of secrets. */

import fs from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Payload } from '@temporalio/common';
import type { TicketId } from '../../domain/ids.ts';
import { probesWorkflowId } from '../../workflows/messages.ts';
import { settingsText } from '../activities/probe-rounds.ts';
import { type Json, listIn, objectIn } from '../api/client.ts';
import { aNetworkContext, createTicket, review } from '../api/orders-and-tickets.ts';
import { type Cast, castOf, putOrder, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type ProbeBench, startProbeBench, testAccount } from '../providers/probe-bench.ts';
import { eventKinds, expectStatus, refusalIn, untilFound } from './people-at-work.ts';

let bench: ProbeBench;
let desk: Desk;
let cast: Cast;
const folder = fs.mkdtempSync(join(tmpdir(), 'refund-desk-probes-'));
const logged: string[] = [];
const standardOutput = 1;
const nowhere = fs.openSync(devNull, 'w');
const names = ['shop.example', 'dead.example'];

beforeAll(async () => {
  // The desk's log hands its lines to this call.
  const write = fs.write;
  jest.spyOn(fs, 'write').mockImplementation(((fd: number, text: string, encoding: never, done: never) => {
    if (fd === standardOutput) logged.push(text);
    write(fd === standardOutput ? nowhere : fd, text, encoding, done);
  }) as typeof fs.write);
  bench = await startProbeBench({
    'shop.example': {},
    'dead.example': { fault: { kind: 'tunnel-reset' }, socks: { kind: 'tunnel-reset' } },
  });
  const [file, caFile] = [join(folder, 'probes.json'), join(folder, 'ca.pem')];
  fs.writeFileSync(caFile, bench.ca);
  fs.writeFileSync(file, settingsText(bench, names, { caFile }));
  desk = await startDesk({ environment: { PROBES_FILE: file, LOG_LEVEL: 'trace' } });
  cast = await castOf(desk);
});

afterAll(async () => {
  await desk.close();
  await bench.close();
  jest.restoreAllMocks();
  fs.closeSync(nowhere);
  fs.rmSync(folder, { recursive: true });
});

const probesOf = async (ticketId: string): Promise<Json> =>
  expectStatus(await cast.agent.get(`/v1/tickets/${ticketId}/probes`), 200).json;

const untilRounds = (ticketId: string, rounds: number): Promise<Json> =>
  untilFound(`${rounds} rounds`, async () => {
    const { rows } = await desk.core.db.raw<{ rows: { ended: number }[] }>(
      'select count(ended_at)::int as ended from probe_rounds where ticket_id = ?',
      [ticketId],
    );
    return rows[0]?.ended === rounds && probesOf(ticketId);
  });

async function aTicket(targets = names): Promise<string> {
  const { orderRef } = await putOrder(desk, cast.service, cast.customer.email);
  const ticket = await createTicket(cast.customer, orderRef, { networkContext: { ...aNetworkContext, targets } });
  return String(ticket['id']);
}

/** As if the last round had been made an hour ago. */
const letAnHourPass = (ticketId: string) =>
  desk.core.db.raw(`update probe_rounds set begun_at = begun_at - interval '1 hour' where ticket_id = ?`, [ticketId]);

function payloadsIn(value: unknown): Payload[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if ('data' in value && 'metadata' in value) return [value as Payload];
  return Object.values(value).flatMap(payloadsIn);
}

/** All that Temporal keeps of the rounds, in the clear. */
async function historyOf(ticketId: string): Promise<string> {
  const handle = desk.temporal.client.workflow.getHandle(probesWorkflowId(ticketId as TicketId));
  const history = await handle.fetchHistory();
  const payloads = payloadsIn(history.events);
  const read = await desk.core.codec.decode(payloads);
  expect(read.length).toBeGreaterThan(2);
  const told = read.map(({ data }) => Buffer.from(data ?? []).toString());
  return [JSON.stringify(history), ...told].join('\n');
}

test('RP-2.4: with the review rounds begin, the agent sees what they found, and the customer that we test', async () => {
  const ticketId = await aTicket();
  const probes = await untilRounds(ticketId, 1);
  expect(probes).toMatchObject({
    state: 'running',
    why: null,
    refusedTargets: [],
    ownSetup: 0,
    fix: null,
    budget: { used: 4, max: 1000 },
  });
  expect(objectIn(probes, 'diagnosis')).toMatchObject({
    attempts: 4,
    failed: 2,
    causes: { seller: 2 },
    targets: { 'shop.example:443': { attempts: 2, failed: 0 }, 'dead.example:443': { attempts: 2, failed: 2 } },
  });
  const classes = listIn(probes, 'attempts').map(
    (attempt) => `${String(attempt['target'])} ${String(attempt['class'])}`,
  );
  expect(new Set(classes)).toEqual(new Set(['dead.example:443 egress_dead', 'shop.example:443 works']));
  expect((await cast.customer.get(`/v1/tickets/${ticketId}/probes`)).status).toBe(403);
  const timeline = expectStatus(await cast.customer.get(`/v1/tickets/${ticketId}/timeline`), 200).json;
  const told = listIn(timeline, 'items').filter((item) => String(item['kind']).startsWith('probe'));
  expect(told).toMatchObject([{ kind: 'probesBegun', data: {} }]);
  const looks: unknown[] = await desk.core.db('access_log').where({ ticket_id: ticketId, operation: 'getProbes' });
  expect(looks.length).toBeGreaterThan(0);
});

test('an agent has a round at once, not a moment after the last, and the same click twice is one', async () => {
  const ticketId = await aTicket();
  await untilRounds(ticketId, 1);
  const path = `/v1/tickets/${ticketId}/probes`;
  expect(refusalIn(await cast.agent.post(path, {}))).toEqual([429, 'probes-too-soon', undefined]);
  await letAnHourPass(ticketId);
  const [first, second] = [
    await cast.agent.post(path, {}, { key: 'a-click-of-the-agent' }),
    await cast.agent.post(path, {}, { key: 'a-click-of-the-agent' }),
  ];
  expect([first.status, first.json]).toEqual([200, { attemptsLeft: 996 }]);
  expect(second.text).toBe(first.text);
  expect(objectIn(await untilRounds(ticketId, 2), 'budget')).toEqual({ used: 8, max: 1000 });
});

test('with the finding they end, and nobody can begin them again', async () => {
  const ticketId = await aTicket();
  await untilRounds(ticketId, 1);
  await review(cast.agent, ticketId);
  await untilTicket(cast.agent, ticketId, (ticket) => ticket['phase'] === 'deciding');
  const handle = desk.temporal.client.workflow.getHandle(probesWorkflowId(ticketId as TicketId));
  expect(await handle.result()).toEqual({ over: 'phase' });
  expect(await probesOf(ticketId)).toMatchObject({ state: 'stopped', why: 'phase', rounds: 1 });
  const refused = await cast.agent.post(`/v1/tickets/${ticketId}/probes`, {});
  expect(refusalIn(refused)).toEqual([409, 'probes-stopped', { why: 'phase' }]);
});

test('what is named and may not be tried begins no attempt, and says why', async () => {
  const ticketId = await aTicket(['192.168.0.1', 'shop.example:22']);
  const probes = await untilRounds(ticketId, 1);
  expect(listIn(probes, 'refusedTargets').map((one) => [one['target'], one['refused']])).toEqual([
    ['192.168.0.1', 'private'],
    ['shop.example:22', 'port'],
  ]);
  expect(objectIn(probes, 'budget')['used']).toBe(0);
});

test('PV-2.1, PV-2.3: neither Temporal nor the log knows the test account or a target, and the ticket’s own workflow nothing of it', async () => {
  const ticketId = await aTicket();
  await untilRounds(ticketId, 1);
  const history = await historyOf(ticketId);
  const log = logged.join('\n');
  expect(log).toContain('Activity completed');
  for (const secret of [testAccount.password, testAccount.username, ...names]) {
    expect(history).not.toContain(secret);
    expect(log).not.toContain(secret);
  }
  expect(await eventKinds(desk, ticketId)).toContain('probesBegun');
  const own = await desk.temporal.client.workflow.getHandle(`ticket/${ticketId}`).fetchHistory();
  expect(own.events?.some((event) => event.activityTaskScheduledEventAttributes?.taskQueue?.name === 'probes')).toBe(
    false,
  );
});
