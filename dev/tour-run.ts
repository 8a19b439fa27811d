/** Runs the tour's lives side by side at one desk: their people come in first, so that no window shuts meanwhile. */

import { setTimeout as pause } from 'node:timers/promises';
import type { TourDesk } from './tour-desk.ts';
import { type Life, type Lived, liveThrough } from './tour-life.ts';
import { type Buyer, openBuyer, openStage, type Stage } from './tour-stage.ts';

/** Between the beginnings of two lives: all at once, a busy machine would answer some of them days later. */
const beginMs = 400;
/**
 * As many as the desk lets sign in within a minute from one address. Each stands behind two or three customers, since one
 * who had two refunds gives a signal (RP-3.6).
 */
const buyersMax = 10;

/** Begins all lives; each promise ends with its life, and tells what did not hold at its end. */
export async function beginLives(desk: TourDesk, lives: readonly Life[]): Promise<ReadonlyMap<string, Promise<Lived>>> {
  const stages: [Life, Stage][] = [];
  const buyers: Buyer[] = [];
  let customers = 0;
  const comesIn = async (life: Life, name: string, others: readonly Stage[] = []): Promise<Stage> => {
    const turn = customers % buyersMax;
    customers += 1;
    const buyer = buyers[turn] ?? (await openBuyer(desk, turn + 1));
    buyers[turn] = buyer;
    return openStage(desk, { lifeId: life.id, name, buyer, others });
  };
  for (const life of lives) {
    const others: Stage[] = [];
    for (const name of life.others ?? []) others.push(await comesIn(life, name));
    stages.push([life, await comesIn(life, 'Carol', others)]);
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
