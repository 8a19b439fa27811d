/**
 * The jobs' pace: what waits for long is tried more seldom, mails hold up no words of people, and inputs that nobody takes
 * hold up no mail.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openDatabase } from '../../db/database.ts';
import { enqueueJob } from '../../db/jobs.ts';
import { until } from '../../dev/until.ts';
import { startJobRunner } from '../../runtime/job-runner.ts';
import { retryDelayMs, startJobs } from '../../runtime/jobs.ts';
import { createLog } from '../../runtime/log.ts';
import { copyTemplate, type SuiteDatabase } from '../environment/database.ts';
import { patienceMs } from '../environment/patience.ts';

let database: SuiteDatabase;

beforeAll(async () => {
  database = await copyTemplate();
});
afterAll(() => database.drop());

/** What these jobs have no part in. */
const idle = {
  captures: { begin: () => Promise.resolve(true) },
  incidents: { look: () => Promise.resolve(true), match: () => Promise.resolve() },
  probes: { steer: () => Promise.resolve(true) },
  log: createLog({ LOG_LEVEL: 'silent' }, 'test'),
};

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

test('an input is tried every two seconds for two minutes, then more seldom, and every half minute at the least', () => {
  const delays = [0, secondMs, minuteMs, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs, 1440 * minuteMs];
  expect(delays.map((ageMs) => retryDelayMs('deliver_input', ageMs) / secondMs)).toEqual([2, 2, 2, 2, 10, 30, 30]);
});

test('a mail is tried after ten seconds, then after twice the time, and every ten minutes at the least', () => {
  const delays: number[] = [];
  for (let ageMs = 0; delays.length < 9; ageMs += delays.at(-1) ?? 0) delays.push(retryDelayMs('send_notice', ageMs));
  expect(delays.map((delay) => delay / secondMs)).toEqual([10, 10, 20, 40, 80, 160, 320, 600, 600]);
});

test('while twice as many inputs as jobs can run at once are taken by nobody, a mail goes within seconds', async () => {
  const db = openDatabase({ url: database.url, max: 2 });
  const tried: string[] = [];
  let sentAfterMs: number | null = null;
  const inputIds = Array.from({ length: 16 }, () => randomUUID());
  await db.transaction(async (trx) => {
    for (const inputId of inputIds) await enqueueJob(trx, 'deliver_input', { inputId });
    await enqueueJob(trx, 'send_notice', { noticeId: randomUUID() });
  });
  const begunAt = Date.now();
  const jobs = await startJobs({
    ...idle,
    databaseUrl: database.url,
    delivery: {
      deliver: async (inputId, waitMs) => {
        tried.push(inputId);
        await pause(waitMs);
        return { state: 'kept' };
      },
    },
    notices: {
      send: async () => {
        sentAfterMs ??= Date.now() - begunAt;
        return true;
      },
    },
  });
  expect(await until(() => sentAfterMs !== null, { withinMs: 9_000 })).toBe(true);
  expect(await until(() => new Set(tried).size === 16 && tried.length > 20, { withinMs: patienceMs })).toBe(true);
  const kept: { payload: object }[] = await db('graphile_worker._private_jobs').select('payload');
  expect(new Set(kept.map(({ payload }) => Object.keys(payload).sort().join()))).toContain('firstTriedMs,inputId');
  await jobs.stop();
  await db('graphile_worker._private_jobs').delete();
  await db.destroy();
});

test('P5: while a mail server answers no mail of many, what somebody said is handed over all the same', async () => {
  const db = openDatabase({ url: database.url, max: 2 });
  const noticeIds = Array.from({ length: 40 }, () => randomUUID());
  await db.transaction(async (trx) => {
    for (const noticeId of noticeIds) await enqueueJob(trx, 'send_notice', { noticeId });
    await enqueueJob(trx, 'deliver_input', { inputId: randomUUID() });
  });
  let answer: (isDone: boolean) => void = () => undefined;
  const answered = new Promise<boolean>((resolve) => {
    answer = resolve;
  });
  let handed = false;
  let sent = 0;
  const jobs = await startJobs({
    ...idle,
    databaseUrl: database.url,
    delivery: {
      deliver: async () => {
        handed = true;
        return { state: 'applied' };
      },
    },
    notices: {
      send: () => {
        sent += 1;
        return answered;
      },
    },
  });
  expect(await until(() => handed, { withinMs: patienceMs })).toBe(true);
  expect(sent).toBeLessThanOrEqual(4);
  answer(true);
  expect(await until(() => sent === noticeIds.length, { withinMs: patienceMs })).toBe(true);
  await jobs.stop();
  await db.destroy();
});

test('as many jobs as can run at once, whose calls are never answered, hold the others up for a while and no longer', async () => {
  const db = openDatabase({ url: database.url, max: 2 });
  await db('graphile_worker._private_jobs').delete();
  const unanswered = Array.from({ length: 8 }, () => randomUUID());
  await db.transaction(async (trx) => {
    for (const inputId of unanswered) await enqueueJob(trx, 'deliver_input', { inputId });
    await enqueueJob(trx, 'send_notice', { noticeId: randomUUID() });
  });
  let begun = 0;
  let sent = false;
  const runner = await startJobRunner({
    databaseUrl: database.url,
    taskList: {
      deliver_input: () => {
        begun += 1;
        return new Promise(() => undefined);
      },
      send_notice: () => {
        sent = true;
      },
    },
    log: createLog({ LOG_LEVEL: 'silent' }, 'test'),
    concurrency: 8,
    jobMsMax: 500,
  });
  expect(await until(() => sent, { withinMs: patienceMs })).toBe(true);
  expect(await until(() => begun > 40, { withinMs: patienceMs })).toBe(true);
  await runner.stop();
  const kept: { payload: { inputId: string }; waitMs: number }[] = await db('graphile_worker._private_jobs').select(
    'payload',
    db.raw('extract(epoch from run_at - clock_timestamp())::float8 * 1000 as "waitMs"'),
  );
  expect(kept.map(({ payload }) => payload.inputId).sort()).toEqual(unanswered.sort());
  // However often it was cut off: the queue itself would let it wait longer each time, up to hours.
  expect(kept.every(({ waitMs }) => waitMs <= 500)).toBe(true);
  await db.destroy();
});

test('a runner whose fetch was cut off ends, since a job may be locked of which it does not know', async () => {
  const db = openDatabase({ url: database.url, max: 2 });
  const runner = await startJobRunner({
    databaseUrl: database.url,
    taskList: { send_notice: () => undefined },
    concurrency: 2,
    log: createLog({ LOG_LEVEL: 'silent' }, 'test'),
  });
  await db.transaction(async (trx) => {
    await trx.raw('lock table graphile_worker._private_jobs in access exclusive mode');
    const cutOff = async (): Promise<boolean> => {
      const { rows } = await db.raw<{ rows: unknown[] }>(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%_private_jobs%'`,
      );
      return rows.length > 0;
    };
    expect(await until(cutOff, { withinMs: patienceMs })).toBe(true);
  });
  await runner.ended;
  await db.destroy();
});
