/** Runs the tour's lives side by side at one desk: their people come in first, so that no window shuts meanwhile. */

import { setTimeout as pause } from 'node:timers/promises';
import type { TourDesk } from './tour-desk.ts';
import { type Life, type Lived, liveThrough } from './tour-life.ts';
import { type Buyer, openBuyer, openStage, type Stage } from './tour-stage.ts';

/** Between the beginnings of two lives: all at once, a busy machine would answer some of them days later. */
const beginMs = 400;
/** Two, since the desk bounds sign-ins a minute; not more, since an account with two refunds is a signal (RP-3.6). */
const livesPerBuyer = 2;

/** Begins all lives; each promise ends with its life, and tells what did not hold at its end. */
export async function beginLives(desk: TourDesk, lives: readonly Life[]): Promise<ReadonlyMap<string, Promise<Lived>>> {
  const stages: [Life, Stage][] = [];
  let buyer: Buyer | null = null;
  for (const [index, life] of lives.entries()) {
    if (buyer === null || index % livesPerBuyer === 0) buyer = await openBuyer(desk, index / livesPerBuyer + 1);
    stages.push([life, openStage(desk, life.id, buyer)]);
  }
  return new Map(
    stages.map(([life, stage], index) => {
      const lived = pause(index * beginMs).then(() => liveThrough(desk, life, stage));
      // Whoever awaits it hears of a failure; until then it is nobody's.
      lived.catch(() => undefined);
      return [life.id, lived];
    }),
  );
}
