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
  type Visitor,
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
const visitors: Visitor[] = [];

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
afterEach(async () => {
  for (const { faults, close } of visitors.splice(0)) {
    await close();
    expect(faults).toEqual([]);
  }
});
afterAll(async () => {
  await browser.close();
  await desk.close();
});

async function visit(person: Person, path: string, options: VisitOptions = {}): Promise<Page> {
  const visitor = await browser.visit(person, options);
  visitors.push(visitor);
  await visitor.page.goto(path);
  return visitor.page;
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
