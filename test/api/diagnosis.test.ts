/** What a log says of the fault, asked of the API by who reviews it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Desk, type Person, startDesk } from './desk.ts';
import { createTicket, putRefundable, upload } from './orders-and-tickets.ts';

const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../client-logs/recorded', name), 'utf8');

let desk: Desk;
let customer: Person;
let agent: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  [customer, agent, service] = [
    await desk.signedIn('customer'),
    await desk.signedIn('agent'),
    await desk.signedIn('service'),
  ];
});

afterAll(() => desk.close());

/** The address of what the desk says of a text that a claim came with. */
async function diagnosisOf(text: string): Promise<string> {
  const orderRef = await putRefundable(desk, service, customer.email);
  const uploadId = await upload(customer, text, { orderRef });
  const ticket = await createTicket(customer, orderRef, { uploadIds: [uploadId] });
  return `/v1/tickets/${ticket.id}/evidence/${uploadId}/diagnosis`;
}

test('RP-3.4, RP-2.4: curl’s log is told by class and cause, with the lines that show it, and the look is on record', async () => {
  const text = recorded('curl/mixed.log');
  const path = await diagnosisOf(text);
  const { status, json } = await agent.get(path);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    format: 'curl',
    attempts: 28,
    failed: 10,
    causes: { target: 7, seller: 3 },
    targets: { 'tickets.example:443': { attempts: 7, failed: 7 } },
    undated: 0,
  });
  const classes = json['classes'] as {
    class: string;
    vendor: string | null;
    proofs: { from: number; until: number }[];
  }[];
  const block = classes.find((entry) => entry.class === 'target_challenge');
  expect(block?.vendor).toBe('Cloudflare');
  const lines = text.split('\n');
  for (const { from, until } of block?.proofs ?? [])
    expect(lines.slice(from - 1, until).some((line) => line.includes('cf-mitigated: challenge'))).toBe(true);
  const looks: unknown[] = await desk.db('access_log').where({ operation: 'getDiagnosis', viewer_id: agent.id });
  expect(looks).toHaveLength(1);
});

test('a HAR is read by its entries, and a text without attempts says that it tells of none', async () => {
  const har = await agent.get(await diagnosisOf(recorded('playwright/target-challenge.har')));
  expect(har.json).toMatchObject({
    format: 'har',
    read: { unit: 'entries', total: 6, told: 6 },
    causes: { target: 6 },
  });
  const words = await agent.get(await diagnosisOf('It does not work.\nPlease help.'));
  expect(words.json).toMatchObject({
    format: 'plain',
    read: { unit: 'lines', total: 2, told: 0 },
    attempts: 0,
    classes: [],
  });
});

test('E6: its customer, and an agent on another ticket, are not told', async () => {
  const path = await diagnosisOf(recorded('curl/works.log'));
  expect((await customer.get(path)).status).toBe(403);
  const other = await diagnosisOf(recorded('curl/works.log'));
  const mixed = path.replace(/\/v1\/tickets\/[^/]+/, other.split('/evidence/')[0] ?? '');
  expect((await agent.get(mixed)).status).toBe(404);
});
