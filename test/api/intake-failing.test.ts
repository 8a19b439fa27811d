/** Files that cannot be looked through for a fault of the desk's own: tried ever more rarely, counted, told to staff, never lost. */

import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { leaseIntake } from '../../db/intake.ts';
import type { UploadId } from '../../domain/ids.ts';
import { retriesFrom } from '../../domain/intake.ts';
import { withBacklog } from '../../runtime/backlog-metrics.ts';
import { createMetrics } from '../../runtime/metrics.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { filesOf } from './handing-in.ts';
import { aNetworkContext, putOrdersOfOne } from './orders-and-tickets.ts';

let desk: Desk;
let owner: Person;
let agent: Person;
let orderRef: string;

beforeAll(async () => {
  desk = await startDesk();
  owner = await desk.signedIn('customer');
  agent = await desk.signedIn('agent');
  [orderRef = ''] = await putOrdersOfOne(await desk.signedIn('service'), owner.email, 1);
});
afterAll(() => desk.close());

const content = Buffer.from('connect timed out through http://user77:hunter2-swordfish@gate.proxy.example:8080\n');

/** Whole in quarantine, with nobody who looks through it yet. */
async function inQuarantine(): Promise<UploadId> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const announced = await owner.post('/v1/uploads', { name: 'app.log', bytes: content.length, sha256, orderRef });
  const id = String(announced.json['uploadId']) as UploadId;
  await desk.evidence.putChunk(owner.id as never, id, 0, content);
  const whole = { state: 'complete', received_bytes: content.length, completed_at: desk.now(), intake: 'quarantined' };
  await desk
    .db('evidence_files')
    .where({ id })
    .update({ ...whole, intake_due_at: desk.now() });
  return id;
}

/** Turns a bit of what is kept of it, and back when it is called again. */
async function turnBit(id: UploadId): Promise<void> {
  const files = await readdir(desk.evidenceDirectory, { recursive: true });
  const chunk = files.find((file) => file.endsWith(join(id, '0')));
  if (chunk === undefined) throw new Error('its bytes are there');
  const bytes = await readFile(join(desk.evidenceDirectory, chunk));
  bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1;
  await writeFile(join(desk.evidenceDirectory, chunk), bytes);
}

async function dueOf(id: UploadId): Promise<Date> {
  const rows: { intake_due_at: Date }[] = await desk.db('evidence_files').where({ id }).select('intake_due_at');
  if (!rows[0]) throw new Error('the file is there');
  return rows[0].intake_due_at;
}

test('E2: a lasting fault is tried ever more rarely and at the latest every hour, both are told of it, and nothing is lost', async () => {
  const id = await inQuarantine();
  const given = { networkContext: aNetworkContext, paymentMethod: 'card', description: 'Nothing connects.' };
  const created = await owner.post('/v1/tickets', { orderRef, uploadIds: [id], ...given });
  const ticketId = String(created.json['id']);
  await turnBit(id);
  let now = new Date('2026-12-01T10:00:00Z');
  const intake = desk.anotherIntake({ clock: { now: () => now } });
  const waits: number[] = [];
  const first = now;
  for (let times = 1; times <= 10; times += 1) {
    expect(await intake.inspect(id)).toEqual({ state: 'open' });
    const due = await dueOf(id);
    waits.push((due.getTime() - now.getTime()) / 60_000);
    now = due;
  }
  expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  const failing = { since: first.toISOString(), tries: 10 };
  expect((await filesOf(agent, ticketId))['app.log']).toMatchObject({ state: 'quarantined', failing });
  const timeline = (await agent.get(`/v1/tickets/${ticketId}/timeline`)).text;
  expect(timeline).toContain(JSON.stringify(failing));
  const text = await withBacklog(createMetrics(), {
    db: desk.db,
    clock: { now: () => new Date(first.getTime() + 600_000) },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  }).metrics();
  expect(text).toMatch(/^refund_desk_evidence_files_failing 1$/m);
  expect(text).toMatch(/^refund_desk_evidence_files_failing_oldest_seconds 600$/m);
  // Neither what it is about nor where the desk keeps it.
  expect(desk.logged.join('')).not.toMatch(/hunter2|gate\.proxy/);
  await turnBit(id);
  expect(await intake.inspect(id)).toEqual({ state: 'complete' });
  expect((await filesOf(owner, ticketId))['app.log']).toMatchObject({ state: 'complete', failing: null });
  expect((await owner.get(`/v1/tickets/${ticketId}/evidence/${id}`)).text).toContain('[masked]@gate.proxy.example');
});

test('E2: a file that fells whoever looks through it is tried ever more rarely as well', async () => {
  const id = await inQuarantine();
  let at = new Date('2026-12-01T10:00:00Z');
  const waits: number[] = [];
  for (let times = 1; times <= 4; times += 1) {
    // Nobody gives it back.
    const until = new Date(at.getTime() + 30_000);
    const row = await leaseIntake(desk.db, id, { at, until, retries: retriesFrom(at) });
    expect(row?.intake_failures).toBe(times - 1);
    const due = await dueOf(id);
    waits.push((due.getTime() - at.getTime()) / 60_000);
    at = due;
  }
  expect(waits).toEqual([0.5, 1, 2, 4]);
});
