/**
 * A storm over a whole stack: orders by the seed, people at work, faults and deaths meanwhile; then fair weather until
 * everything has come to rest, and the verdict.
 */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import { z } from 'zod';
import { openDatabase } from '../db/database.ts';
import type { AuditSources } from './audit-facts.ts';
import type { Stack } from './stack.ts';
import { createChance } from './storm-chance.ts';
import { drawOrders, type StormOrder } from './storm-orders.ts';
import { askBack, type Staff, troubleOf, work } from './storm-people.ts';
import { sell } from './storm-sale.ts';
import { hasMoreToTell, isWell, type Judged, judgeStorm, type Verdict } from './storm-verdict.ts';
import { createWeather, tell } from './storm-weather.ts';
import { askForCode, createTourClient, signInAt, type TourClient } from './tour-client.ts';
import { readClock } from './tour-desk.ts';
import { createMails } from './tour-sandboxes.ts';
import { until } from './until.ts';

/** A day of the desk lasts a minute, so that what the desk does after hours and days is seen. */
export const stormPace = 1_440;

/** What the stack of a storm runs with: each person comes from an address of their own, as they do behind a proxy. */
export const stormEnvironment = { TRUST_PROXY: '127.0.0.1', LOG_LEVEL: 'warn', PROBES_FILE: '' } as const;

export interface StormOptions {
  readonly seed: number;
  readonly payouts: number;
  readonly report: (line: string) => void;
}

export interface StormReport extends Verdict {
  readonly seed: number;
  readonly orders: number;
  readonly injected: Readonly<Record<string, number>>;
  /** What its people were told instead of a yes, and how often. */
  readonly troubles: Readonly<Record<string, number>>;
  readonly stormMs: number;
  readonly restMs: number;
}

/** So much of all that is asked for is paid back before the storm ends. */
const stormEndsAtShare = 0.9;
const stormMsPerPayout = 2_500;
const stormMsMin = 30_000;
const restMsMin = 300_000;
const restMsPerPayout = 1_500;
const ordersPerCustomer = 15;
const askingAtOnce = 4;
const keptMsMax = 120_000;

/** A person's way in: what a dead process left unanswered is asked again under the same key. */
const waysFrom = (address: string) => ({
  keptMsMax,
  fetch: async (url: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', address);
    const deadline = performance.now() + keptMsMax;
    for (;;) {
      const answer = await fetch(url, { ...init, headers }).catch((fault: unknown) => {
        if (performance.now() > deadline) throw fault;
        return null;
      });
      if (answer !== null && (answer.status < 500 || performance.now() > deadline)) return answer;
      await pause(500);
    }
  },
});

const demoSchema = z.object({
  logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string().default('') })),
});

interface People extends Staff {
  readonly shopSystems: TourClient;
}

async function signStaffIn(stack: Stack): Promise<People> {
  const { logins } = demoSchema.parse(JSON.parse(readFileSync(join(stack.dataDirectory, 'demo.json'), 'utf8')));
  const url = stack.urls.api;
  let people = 0;
  const by = (email: string): Promise<TourClient> => {
    people += 1;
    const password = logins.find((login) => login.email === email)?.password;
    return signInAt(url, '/v1/auth/sign-in/email', { email, password }, waysFrom(`10.0.0.${people}`));
  };
  const apiKey = logins.find(({ role }) => role === 'service')?.password ?? '';
  return {
    ana: await by('agent@desk.example'),
    fay: await by('finance@desk.example'),
    finn: await by('finance2@desk.example'),
    shopSystems: createTourClient(url, { 'x-api-key': apiKey }, waysFrom('10.0.1.1')),
  };
}

export async function runStorm(stack: Stack, { seed, payouts, report }: StormOptions): Promise<StormReport> {
  const db = openDatabase({ url: stack.urls.database, max: 2 });
  try {
    const people = await signStaffIn(stack);
    const clock = await readClock(stack.urls.api);
    const orders = drawOrders(createChance(seed, 0), randomBytes(3).toString('hex').toUpperCase(), payouts);
    const sources = sourcesOf(stack, db);
    const troubles = new Map<string, number>();
    const onTrouble = (fault: unknown): void => {
      const trouble = troubleOf(fault);
      troubles.set(trouble, (troubles.get(trouble) ?? 0) + 1);
    };
    const over = new AbortController();
    const weather = createWeather({ stack, faults: createChance(seed, 1), deaths: createChance(seed, 2) });
    const working = work({
      staff: people,
      clock,
      chance: createChance(seed, 3),
      orders: new Map(orders.map((order) => [order.ref, order])),
      signal: over.signal,
      onTrouble,
      payByHand: (minor, remittance) =>
        tell(`${stack.urls.bankSandbox}/_sandbox/debits`, 'POST', { minor, remittance }),
    });
    const began = performance.now();
    await inTheStorm(weather, async () => {
      await askAll({ stack, people, clock, orders, onTrouble });
      const withinMs = Math.max(stormMsMin, payouts * stormMsPerPayout) - (performance.now() - began);
      await until(async () => (await shareRefunded(sources, orders)) >= stormEndsAtShare, { withinMs, everyMs: 500 });
    });
    const stormMs = performance.now() - began;
    report(`The storm is over after ${(stormMs / 1_000).toFixed(0)} s; what it left undone goes on.`);
    const restMs = Math.max(restMsMin, payouts * restMsPerPayout);
    const verdict = await atRest({ sources, finance: people.finn, orders }, restMs);
    over.abort();
    await working;
    return {
      ...verdict,
      seed,
      orders: orders.length,
      injected: await weather.injected(),
      troubles: Object.fromEntries(troubles),
      stormMs,
      restMs: performance.now() - began - stormMs,
    };
  } finally {
    await db.destroy();
  }
}

const sourcesOf = ({ urls }: Stack, db: AuditSources['db']): AuditSources => ({
  db,
  sandboxUrl: urls.stripeSandbox,
  paypalUrl: urls.paypalSandbox,
  bankUrl: urls.bankSandbox,
  shopUrl: urls.shopSandbox,
  mailUrl: urls.mail,
});

/** The weather blows for as long as the body takes. */
async function inTheStorm(weather: ReturnType<typeof createWeather>, body: () => Promise<void>): Promise<void> {
  const calm = new AbortController();
  const blowing = weather.blow(calm.signal);
  try {
    await Promise.race([body(), blowing]);
  } finally {
    calm.abort();
    await blowing;
    await weather.clear();
  }
}

interface Asking {
  readonly stack: Stack;
  readonly people: People;
  readonly clock: Awaited<ReturnType<typeof readClock>>;
  readonly orders: readonly StormOrder[];
  readonly onTrouble: (fault: unknown) => void;
}

/** Every order is sold and asked back, however often it takes; an account’s first order is its customer’s way in. */
async function askAll({ stack, people, clock, orders, onTrouble }: Asking): Promise<void> {
  const mails = createMails(stack.urls.mail);
  const { shopSystems } = people;
  const buyers = Array.from({ length: Math.ceil(orders.length / ordersPerCustomer) }, (_, index) => ({
    email: `storm-${index}-${orders[0]?.ref.toLowerCase()}@storm.example`,
    ways: waysFrom(`10.0.2.${index % 250}`),
    orders: orders.slice(index * ordersPerCustomer, (index + 1) * ordersPerCustomer),
  }));
  await pMap(
    buyers,
    async ({ email, ways, orders: bought }) => {
      let customer: TourClient | null = null;
      for (const order of bought) {
        await insist(() => sell({ urls: stack.urls, shopSystems, now: clock.now }, order, email), onTrouble);
        customer ??= await insist(async () => {
          await askForCode(stack.urls.api, email, ways);
          const otp = await mails.code(email);
          return signInAt(stack.urls.api, '/v1/auth/sign-in/email-otp', { email, otp }, ways);
        }, onTrouble);
        const asking = customer;
        await insist(() => askBack(asking, order, clock), onTrouble);
      }
    },
    { concurrency: askingAtOnce },
  );
}

const insistsMax = 20;

async function insist<Result>(body: () => Promise<Result>, onTrouble: (fault: unknown) => void): Promise<Result> {
  for (let tries = 1; ; tries += 1)
    try {
      return await body();
    } catch (fault) {
      onTrouble(fault);
      if (tries === insistsMax) throw fault;
      await pause(500);
    }
}

async function shareRefunded({ db }: AuditSources, orders: readonly StormOrder[]): Promise<number> {
  // PostgreSQL may be dead at this moment.
  const refunded: unknown[] = await db('tickets')
    .where({ outcome: 'refunded' })
    .select('id')
    .catch(() => []);
  return refunded.length / orders.length;
}

/** The verdict, once it is good and no provider has more to tell; as it is where it does not become so. */
async function atRest(judged: Judged, withinMs: number): Promise<Verdict> {
  let verdict = await judgeStorm(judged);
  const isAtRest = async (): Promise<boolean> => {
    if (await hasMoreToTell(judged.sources)) return false;
    verdict = await judgeStorm(judged);
    return isWell(verdict);
  };
  await until(isAtRest, { withinMs, everyMs: 1_000 });
  return verdict;
}
