/** The tour's lives as tests: a desk on which a day lasts a second, all lives side by side, each end checked at every place. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createProxyGateway } from '../../dev/proxy-gateway.ts';
import type { SandboxServer } from '../../dev/sandbox-server.ts';
import { openTourDesk } from '../../dev/tour-desk.ts';
import { mobile } from '../../dev/tour-goods.ts';
import type { Lived } from '../../dev/tour-life.ts';
import { tourLives } from '../../dev/tour-lives.ts';
import { beginLives } from '../../dev/tour-run.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { quickClock, tourAccess } from '../environment/tour-access.ts';
import { type CountedSteps, countSteps } from '../workflows/counted-steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'refund-desk-tour-'));
let gateway: SandboxServer;
let desk: Desk;
let steps: CountedSteps;
let lived: ReadonlyMap<string, Promise<Lived>>;

beforeAll(async () => {
  const settingsFile = join(folder, 'probes.json');
  gateway = createProxyGateway({
    settingsFile,
    caFile: join(folder, 'ca.pem'),
    planKinds: [],
    deadKinds: [mobile.kind],
  });
  await gateway.listen(0);
  desk = await startDesk({ environment: { ...quickClock(3), PROBES_FILE: settingsFile } });
  steps = countSteps(desk.core.db);
  const tour = await openTourDesk(await tourAccess(desk));
  lived = await beginLives(tour, tourLives);
}, 120_000);

afterAll(async () => {
  await Promise.allSettled(lived.values());
  await desk.close();
  await gateway.close();
  rmSync(folder, { recursive: true });
});

test.each(tourLives.map(({ id, shows, title }) => [`${shows.join(', ')}: ${title}`, id]))(
  '%s',
  async (_name, id) => {
    const { faults } = await (lived.get(id) ?? Promise.reject(new Error('this life was never begun')));
    expect(faults).toEqual([]);
  },
  240_000,
);

test('no step of any of these lives takes more than 10 statements', async () => {
  await Promise.allSettled(lived.values());
  expect(Object.entries(steps.read()).filter(([, statements]) => statements > 10)).toEqual([]);
});
