/** Later waves of an incident (RP-4.5), at the door: what former waves have offered and left out counts in them. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Json } from './client.ts';
import { type Desk, type Person, startDesk } from './desk.ts';
import { budget, confirmed, doTo, inPlace, putPlainOrder, runWave } from './incident-desk.ts';

let desk: Desk;
let agent: Person;
let lead: Person;
let service: Person;

beforeAll(async () => {
  desk = await startDesk();
  [agent, lead, service] = await Promise.all([desk.signedIn('agent'), desk.signedIn('lead'), desk.signedIn('service')]);
});
afterAll(() => desk.close());

const anOrderIn = async (place: string): Promise<string> =>
  putPlainOrder(desk, service, await desk.signedIn('customer'), inPlace(place));

const anIncidentIn = (place: string): Promise<Json> => confirmed(agent, lead, { planKinds: [], places: [place] });

const wave = (by: Person, incident: Json, most = budget()): Promise<Json> =>
  doTo(by, String(incident['id']), 'offers', { budget: most, ordersPerMinute: 60_000 });

test('a budget below the limit needs a second person once former waves have offered the rest', async () => {
  await anOrderIn('split');
  const incident = await anIncidentIn('split');
  const limit = budget('1000000');
  expect((await wave(lead, incident, limit))['state']).toBe('running');
  expect(await runWave(desk, incident.id)).toEqual({ kind: 'stopped', state: 'done' });
  expect((await wave(lead, incident, limit))['state']).toBe('awaiting');
});
