/** The tour's lives as tests: a desk on which a day lasts a second, all lives side by side, each end checked at every place. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTourDesk, type TourAccess } from '../../dev/tour-desk.ts';
import type { Lived } from '../../dev/tour-life.ts';
import { tourLives } from '../../dev/tour-lives.ts';
import { beginLives } from '../../dev/tour-run.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { signIn } from '../environment/people.ts';

const pace = 86_400;
const password = 'a password for the tour';

let desk: Desk;
let lived: ReadonlyMap<string, Promise<Lived>>;

beforeAll(async () => {
  desk = await startDesk({ environment: { CLOCK_START: new Date().toISOString(), CLOCK_PACE: String(pace) } });
  const tour = await openTourDesk(await accessTo(desk));
  lived = await beginLives(tour, tourLives);
}, 120_000);

afterAll(async () => {
  await Promise.allSettled(lived.values());
  await desk.close();
});

async function accessTo({ url, sandboxUrl, shopUrl, mailUrl, auth }: Desk): Promise<TourAccess> {
  const login = async (role: 'agent' | 'lead' | 'finance') => {
    const { id, email } = await signIn(desk, role);
    await auth.setPassword(id, password);
    return { email, password };
  };
  const service = await signIn(desk, 'service');
  return {
    url,
    stripeUrl: sandboxUrl,
    shopUrl,
    mailUrl,
    apiKey: await auth.createApiKey(service.id, 'tour'),
    logins: { agent: await login('agent'), lead: await login('lead'), finance: await login('finance') },
  };
}

test.each(tourLives.map(({ id, shows, title }) => [`${shows.join(', ')}: ${title}`, id]))('%s', async (_name, id) => {
  const { faults } = await (lived.get(id) ?? Promise.reject(new Error('this life was never begun')));
  expect(faults).toEqual([]);
});
