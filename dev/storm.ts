/**
 * `npm run storm`: payouts over every rail while providers fail at random and processes are killed; prints what was
 * thrown at the desk and what became of the money. `--payouts 500`, `--seed 7`: the seed repeats a storm.
 */

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from './run-main.ts';
import { startStack } from './stack.ts';
import { runStorm, stormEnvironment, stormPace } from './storm-run.ts';
import { tellStorm } from './storm-tale.ts';
import { isWell } from './storm-verdict.ts';
import { Trouble } from './trouble.ts';

const root = resolve(import.meta.dirname, '..');
const dataDirectory = join(resolve(process.env['REFUND_DESK_DATA'] || join(root, '.data')), 'storm');
const payoutsPreset = 500;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const asked = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => asked.abort());

function readArguments(): { payouts: number; seed: number } {
  const { values } = parseArgs({ options: { payouts: { type: 'string' }, seed: { type: 'string' } } });
  const whole = (text: string | undefined, preset: number): number => {
    const number = text === undefined ? preset : Number(text);
    if (!Number.isSafeInteger(number) || number < 1) throw new Trouble(`"${text}" is no whole number above 0.`);
    return number;
  };
  return { payouts: whole(values.payouts, payoutsPreset), seed: whole(values.seed, 1 + (Date.now() % 1_000_000)) };
}

async function run(): Promise<number> {
  const { payouts, seed } = readArguments();
  say(`A storm of at least ${payouts} payouts, by the seed ${seed}, on a desk of its own (${dataDirectory}).`);
  rmSync(dataDirectory, { recursive: true, force: true });
  const stack = await startStack({
    dataDirectory,
    ports: 'free',
    shell: { ...process.env, CLOCK_PACE: String(stormPace) },
    environment: stormEnvironment,
    onCrash: 'leave',
    report: say,
    signal: asked.signal,
  });
  const calledOff = once(asked.signal, 'abort').then(() => Promise.reject(new Trouble('The storm was called off.')));
  try {
    const report = await Promise.race([runStorm(stack, { seed, payouts, report: say }), calledOff]);
    say(tellStorm(report));
    return isWell(report) ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

await runMain(run, asked.signal);
// The people of a storm that was called off would go on asking a desk that is gone.
process.exit();
