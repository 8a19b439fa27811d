/**
 * `npm run tour`: lives of tickets, side by side, through the public API alone, on a desk where a day lasts two seconds. Each
 * is printed as it ends; the tour fails where an end does not hold.
 */

import { join, resolve } from 'node:path';
import { tourName } from './data-directory.ts';
import { runMain } from './run-main.ts';
import { openTourDesk } from './tour-desk.ts';
import { tourLives } from './tour-lives.ts';
import { beginLives } from './tour-run.ts';
import { findOrStartStack, type TourStack } from './tour-stack.ts';
import { tellLife } from './tour-tale.ts';

const root = resolve(import.meta.dirname, '..');
const dataDirectory = resolve(process.env['REFUND_DESK_DATA'] || join(root, '.data'));
const tourDirectory = join(dataDirectory, tourName);

const asked = new AbortController();

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints each life as it ends, and tells how many did not end as they should. */
async function tour({ access }: TourStack): Promise<number> {
  const desk = await openTourDesk(access);
  const began = performance.now();
  const lives = await beginLives(desk, tourLives);
  let failed = 0;
  const told = [...lives.values()].map(async (life) => {
    const lived = await life;
    if (lived.faults.length > 0) failed += 1;
    say(`\n${await tellLife(desk, lived)}`);
  });
  const broken = (await Promise.allSettled(told)).filter((end) => end.status === 'rejected');
  for (const { reason } of broken) say(`\n✕ A life could not even begin: ${String(reason)}`);
  failed += broken.length;
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  say(`\n${lives.size - failed} of ${lives.size} lives ended as they should, in ${seconds} seconds.`);
  return failed;
}

const places = ({ access, temporalUi }: TourStack): string =>
  [
    '',
    `  API and reference  ${access.url}/docs`,
    `  Temporal’s UI      ${temporalUi}`,
    `  Caught mails       ${access.mailUrl}`,
  ].join('\n');

async function run(): Promise<number> {
  const stack = await findOrStartStack({
    shell: process.env,
    dataDirectory,
    tourDirectory,
    report: say,
    signal: asked.signal,
  });
  const stop = (): void => void stack.own?.stop();
  asked.signal.addEventListener('abort', stop, { once: true });
  if (asked.signal.aborted) stop();
  say(places(stack));
  try {
    const failed = await tour(stack);
    if (stack.own && process.stdin.isTTY && !asked.signal.aborted) {
      say(`${places(stack)}\n\nThe desk stays up, its clock running, until Ctrl-C.`);
      await stack.own.ended;
    }
    return failed === 0 ? 0 : 1;
  } finally {
    await stack.own?.stop();
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked.abort());

await runMain(run, asked.signal);
