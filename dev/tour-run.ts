/** Runs the tour's lives side by side at one desk: their people come in first, so that no window shuts meanwhile. */

import { setTimeout as pause } from 'node:timers/promises';
import type { TourDesk } from './tour-desk.ts';
import { type Life, type Lived, liveThrough } from './tour-life.ts';
import { openStage, type Stage } from './tour-stage.ts';

/** Between the beginnings of two lives: all at once, a busy machine would answer some of them days later. */
const beginMs = 400;

/** Begins all lives; each promise ends with its life, and tells what did not hold at its end. */
export async function beginLives(desk: TourDesk, lives: readonly Life[]): Promise<ReadonlyMap<string, Promise<Lived>>> {
  const stages: [Life, Stage][] = [];
  for (const life of lives) stages.push([life, await openStage(desk, life.id)]);
  return new Map(
    stages.map(([life, stage], index) => {
      const lived = pause(index * beginMs).then(() => liveThrough(desk, life, stage));
      // Whoever awaits it hears of a failure; until then it is nobody's.
      lived.catch(() => undefined);
      return [life.id, lived];
    }),
  );
}
