/**
 * A storm's weather: faults thrown at random, by the seed, into every sandbox, and processes killed -9 meanwhile. What
 * has acted is read from the sandboxes themselves; a fault that met no call is none.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { readBooks } from './audit-providers.ts';
import type { Stack } from './stack.ts';
import type { PartName } from './stack-parts.ts';
import type { Chance } from './storm-chance.ts';

export interface Weather {
  /** Until it is called off; resolves when every process runs again. */
  blow(signal: AbortSignal): Promise<void>;
  /** Takes all switches away, so that what they held back goes on. */
  clear(): Promise<void>;
  /** How many of each kind have acted, as far as they are known by now. */
  injected(): Promise<Readonly<Record<string, number>>>;
}

type Fault = { readonly kind: string } & Readonly<Record<string, string | number | boolean>>;

/** How often a fault is drawn, beside its like. */
type Gust = readonly [weight: number, draw: (chance: Chance) => Fault];

/** What may become of any call over HTTP. A provider that never answers is rare, since each costs a client's patience. */
const callGusts: readonly Gust[] = [
  [6, () => ({ kind: 'lose-answer' })],
  [6, (chance) => ({ kind: 'fail', status: chance.pick([500, 502, 503]), worked: chance.happens(50) })],
  [3, () => ({ kind: 'reset' })],
  [3, (chance) => ({ kind: 'truncate', cut: chance.happens(50) })],
  [3, (chance) => ({ kind: 'html', worked: chance.happens(50) })],
  [3, () => ({ kind: 'rate-limit', retryAfterSeconds: 1 })],
  [3, (chance) => ({ kind: 'slow', ms: chance.between(200, 3_000), when: chance.pick(['before', 'after']) })],
  [1, (chance) => ({ kind: 'hang', worked: chance.happens(50) })],
];

const webhookGusts: readonly Gust[] = [
  [4, (chance) => ({ kind: 'webhook-duplicate', copies: chance.between(2, 5) })],
  [3, (chance) => ({ kind: 'webhook-reorder', hold: chance.between(2, 4) })],
  [3, (chance) => ({ kind: 'webhook-delay', ms: chance.between(200, 5_000) })],
  [2, () => ({ kind: 'webhook-withhold' })],
];

const lifeMs = (chance: Chance): number => chance.between(200, 5_000);

const sandboxes = {
  stripeSandbox: [
    ...callGusts,
    ...webhookGusts,
    [4, (chance) => ({ kind: 'refund-outcome', status: 'pending', next: 'succeed', afterMs: lifeMs(chance) })],
    [2, (chance) => ({ kind: 'refund-outcome', status: 'requires_action', next: 'succeed', afterMs: lifeMs(chance) })],
    [2, (chance) => ({ kind: 'refund-outcome', status: 'pending', next: 'fail', afterMs: lifeMs(chance) })],
    [2, (chance) => ({ kind: 'refund-outcome', status: 'succeeded', next: 'fail', afterMs: lifeMs(chance) })],
  ],
  paypalSandbox: [
    ...callGusts,
    ...webhookGusts,
    [4, (chance) => ({ kind: 'refund-outcome', status: 'PENDING', next: 'COMPLETED', afterMs: lifeMs(chance) })],
    [2, (chance) => ({ kind: 'refund-outcome', status: 'PENDING', next: 'FAILED', afterMs: lifeMs(chance) })],
  ],
  bankSandbox: [
    [4, () => ({ kind: 'no-answer' })],
    [3, (chance) => ({ kind: 'reject', code: chance.pick(['AC01', 'AC04', 'MD07']), part: chance.happens(50) })],
    [4, () => ({ kind: 'truncate' })],
    [3, (chance) => ({ kind: 'return', code: chance.pick(['AC04', 'AC06', 'MS03']) })],
  ],
  shopSandbox: callGusts,
} as const satisfies Partial<Record<keyof Stack['urls'], readonly Gust[]>>;

type SandboxName = keyof typeof sandboxes;

const sandboxNames = Object.keys(sandboxes) as [SandboxName, ...SandboxName[]];

/** Of the faults; a bank gets one file where the others get many calls, so that some of them still come through. */
const bankPercent = 5;

const called = ['stripeSandbox', 'paypalSandbox', 'shopSandbox'] as const satisfies readonly SandboxName[];

/** Which process dies, and how often beside the others. */
const mortals = ['worker', 'worker', 'worker', 'worker', 'api', 'postgres'] as const satisfies readonly PartName[];

const actedSchema = z.object({ acted: z.record(z.string(), z.number()) });

interface WeatherParts {
  readonly stack: Stack;
  readonly faults: Chance;
  readonly deaths: Chance;
}

export function createWeather({ stack, faults, deaths }: WeatherParts): Weather {
  const killed = new Map<PartName, number>();
  // On a slow machine a process that is killed as soon as it is back would never get to work.
  let awayMs = 0;

  const throwOne = async (): Promise<void> => {
    const name: SandboxName = faults.happens(bankPercent) ? 'bankSandbox' : faults.pick(called);
    const fault = drawGust(faults, sandboxes[name]);
    const times = name === 'bankSandbox' ? 1 : faults.between(1, 3);
    await tell(`${stack.urls[name]}/_sandbox/faults`, 'POST', { ...fault, times });
  };

  const killOne = async (): Promise<void> => {
    const name = deaths.pick(mortals);
    const began = performance.now();
    await stack.part(name).kill();
    killed.set(name, (killed.get(name) ?? 0) + 1);
    await stack.part(name).start();
    awayMs = performance.now() - began;
  };

  return {
    async blow(signal) {
      const over = (body: () => Promise<void>, everyMs: () => number) => whileIt(signal, body, everyMs);
      await Promise.all([
        over(throwOne, () => faults.between(100, 700)),
        over(killOne, () => deaths.between(4_000, 9_000) + awayMs),
      ]);
    },
    clear: async () => {
      for (const name of sandboxNames) await tell(`${stack.urls[name]}/_sandbox/faults`, 'DELETE');
    },
    async injected() {
      const all = new Map<string, number>();
      const count = (kind: string, times: number) => all.set(kind, (all.get(kind) ?? 0) + times);
      for (const name of sandboxNames)
        for (const [kind, times] of Object.entries(actedSchema.parse(await readBooks(stack.urls[name])).acted))
          count(kind, times);
      for (const [name, times] of killed) count(`${name} killed`, times);
      return Object.fromEntries([...all].sort(([, left], [, right]) => right - left));
    },
  };
}

function drawGust(chance: Chance, gusts: readonly Gust[]): Fault {
  let rest = chance.between(
    1,
    gusts.reduce((sum, [weight]) => sum + weight, 0),
  );
  for (const [weight, draw] of gusts) {
    rest -= weight;
    if (rest <= 0) return draw(chance);
  }
  throw new Error('there is no weather');
}

/** The pause is part of the draw: how thick a storm is, is its seed's. */
async function whileIt(signal: AbortSignal, body: () => Promise<void>, pauseMs: () => number): Promise<void> {
  while (!signal.aborted) {
    await pause(pauseMs(), undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await body();
  }
}

/** One of a sandbox’s own controls. */
export async function tell(url: string, method: string, body?: object): Promise<void> {
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`);
}
