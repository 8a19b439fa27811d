/** Incidents in a real browser: the impact is seen before anybody acts, each move says what it does, a wave shows its progress. */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  accessibilityFaults,
  type Browser,
  openBrowser,
  phone,
  picture,
  type VisitOptions,
} from '../environment/browser.ts';
import { putOrder } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type Person, signIn } from '../environment/people.ts';

const hourMs = 3_600_000;
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

let desk: Desk;
let browser: Browser;
let lead: Person;
let incidentId: string;

beforeAll(async () => {
  desk = await startDesk({ environment: { OFFER_WAVE_ALONE_MAX: '{"USD":"1000000"}' } });
  browser = await openBrowser(desk.url);
  const service = await signIn(desk, 'service');
  lead = await signIn(desk, 'lead');
  for (const name of ['ines', 'igor', 'iris']) await putOrder(desk, service, `${name}@web.example`);
  // As the provider would say when asked; a wave that must ask first goes on a minute later.
  const { db } = desk.core;
  await db('order_tenders').update({ captured_minor: db.ref('amount_minor'), read_at: new Date() });
  const entered = await lead.post('/v1/incidents', {
    ref: 'INC-42',
    title: 'The residential pool of one range was dead',
    from: hoursAgo(6),
    until: hoursAgo(2),
    widelyImpacting: true,
    ground: 'Seen by the gateway team.',
  });
  incidentId = entered.json.id;
});
afterEach(async () => expect(await browser.leave()).toEqual([]));
afterAll(async () => {
  await browser.close();
  await desk.close();
});

async function visit(person: Person, path: string, options: VisitOptions = {}): Promise<Page> {
  const page = await browser.visit(person, options);
  await page.goto(path);
  return page;
}

test('a lead sees whom an incident touches, confirms it, and begins offers within a budget', async () => {
  const page = await visit(lead, '/incidents');
  await page.getByRole('link', { name: 'INC-42' }).click();
  await page.getByText('It covers 3 orders; on 0 tickets are open.').waitFor();
  await page.getByText('Offers begin once the incident is confirmed.').waitFor();
  await page.getByText('Declare it over: not while it is “Suspected”').waitFor();
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm' });
  await dialog.getByText(/hears of it/).waitFor();
  await dialog.getByLabel('Written reason').fill('The gateway’s own log shows it.');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Confirmed', { exact: true }).waitFor();
  const form = page.getByRole('form', { name: 'Begin the offers' });
  await form.getByLabel('Written reason').fill('All of them lost hours by our fault.');
  await form.getByRole('button', { name: 'Begin the offers' }).click();
  await page.getByText('Done.', { exact: true }).waitFor();
  expect((await lead.get(`/v1/incidents/${incidentId}/offers`)).json['state']).toBe('done');
  await picture(page, 'incident');

  await page.getByRole('button', { name: 'Declare it over' }).click();
  const ending = page.getByRole('dialog', { name: 'Declare it over' });
  const until = new Date(Date.now() - hourMs).toISOString().slice(0, 16);
  await ending.getByLabel('When it was over (UTC)').fill(until);
  await ending.getByLabel('Written reason').fill('All exits answer again.');
  await ending.getByRole('button', { name: 'Declare it over' }).click();
  await page.getByText('Over', { exact: true }).waitFor();
  expect((await lead.get(`/v1/incidents/${incidentId}`)).json['until']).toBe(`${until}:00.000Z`);
});

test.each([
  { colorScheme: 'dark', locale: 'en-GB' },
  { colorScheme: 'light', locale: 'ru-RU', viewport: phone },
] as const)('the pages break no rule of accessibility: $colorScheme, $locale', async (options) => {
  const page = await visit(lead, '/incidents', options);
  const link = page.getByRole('link', { name: 'INC-42' });
  await link.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await link.click();
  await page.locator('#impact').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});
