/** The tour's lives as tests: a desk on which a day lasts a second, all lives side by side, each end checked at every place. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTourDesk } from '../../dev/tour-desk.ts';
import type { Lived } from '../../dev/tour-life.ts';
import { tourLives } from '../../dev/tour-lives.ts';
import { beginLives } from '../../dev/tour-run.ts';
import { type DeadExits, openDeadExits } from '../environment/dead-exits.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { quickClock, tourAccess } from '../environment/tour-access.ts';
import { type CountedSteps, countSteps } from '../workflows/counted-steps.ts';

let exits: DeadExits;
let desk: Desk;
let steps: CountedSteps;
let lived: ReadonlyMap<string, Promise<Lived>>;

beforeAll(async () => {
  exits = await openDeadExits();
  desk = await startDesk({ environment: { ...quickClock(3), ...exits.environment } });
  steps = countSteps(desk.core.db);
  const tour = await openTourDesk(await tourAccess(desk));
  lived = await beginLives(tour, tourLives);
}, 120_000);

afterAll(async () => {
  await Promise.allSettled(lived.values());
  await desk.close();
  await exits.close();
});

test.each(tourLives.map(({ id, shows, title }) => [`${shows.join(', ')}: ${title}`, id]))(
  '%s',
  async (_name, id) => {
    const { faults } = await (lived.get(id) ?? Promise.reject(new Error('this life was never begun')));
    expect(faults).toEqual([]);
  },
  240_000,
);

test('the README says how many lives and tickets there are', async () => {
  await Promise.allSettled(lived.values());
  const [tickets] = await desk.core.db('tickets').count<{ count: string }[]>('id as count');
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`lets ${tickets?.count} tickets of ${tourLives.length} lives go side by side`);
});

test('no step of any of these lives takes more than 10 statements', async () => {
  await Promise.allSettled(lived.values());
  expect(Object.entries(steps.read()).filter(([, statements]) => statements > 10)).toEqual([]);
});
