/**
 * A customer's whole request in a real browser: from their order, with a real client's log and a screenshot, to the
 * tracker that follows what the desk does.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { decideRefund, review } from '../api/orders-and-tickets.ts';
import {
  accessibilityFaults,
  type Browser,
  openBrowser,
  phone,
  picture,
  type VisitOptions,
  type Visitor,
} from '../environment/browser.ts';
import { type Cast, castOf, putOrder } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import type { Person } from '../environment/people.ts';
import { repositoryRoot } from '../tidy/sources.ts';

let desk: Desk;
let browser: Browser;
let cast: Cast;
const visitors: Visitor[] = [];

beforeAll(async () => {
  desk = await startDesk();
  browser = await openBrowser(desk.url);
  cast = await castOf(desk);
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

async function visit(person: Person, options: VisitOptions = {}): Promise<Page> {
  const visitor = await browser.visit(person, options);
  visitors.push(visitor);
  return visitor.page;
}

const recordedLog = join(repositoryRoot, 'test/client-logs/recorded/curl/gateway-refused.log');

const yesterday = (hour: string): string => `${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}T${hour}`;

async function fillNetwork(page: Page): Promise<void> {
  await page.getByLabel('Which hosts could not be reached?').fill('https://shop.example.com/login');
  await page.getByLabel('Time zone of these times').selectOption('UTC');
  await page.getByLabel('From', { exact: true }).fill(yesterday('20:00'));
  await page.getByLabel('Until', { exact: true }).fill(yesterday('21:00'));
  await page.getByLabel('Which proxy exits did you use?').fill('203.0.113.7');
  await page.getByLabel('With which program?').fill('curl');
}

async function toStep(page: Page, heading: string): Promise<void> {
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('heading', { name: heading }).waitFor();
}

test('a customer asks, is reviewed, decided and told, and the page follows by itself', async () => {
  const { orderRef } = await putOrder(desk, cast.service, cast.customer.email);
  const page = await visit(cast.customer);
  await page.goto('/requests/new');
  await page.getByRole('radio', { name: /Residential 5 GB/ }).check();
  await picture(page, 'portal-wizard-order');
  await toStep(page, 'What is wrong?');
  await page.getByRole('radio', { name: 'Nothing connects' }).check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-wizard');
  await toStep(page, 'Where and when did it happen?');
  await page.getByLabel('Which proxy exits did you use?').fill('203.0.113.300');
  await page.getByText('Not an address or range: 203.0.113.300').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await fillNetwork(page);
  await picture(page, 'portal-wizard-network');
  await toStep(page, 'Show us what happened');
  await page.getByLabel('Describe it in your own words').fill('Nothing could be reached through the proxy.');
  const screenshot = await page.screenshot();
  await page.getByLabel('Choose files').setInputFiles([
    { name: 'curl.log', mimeType: 'text/plain', buffer: readFileSync(recordedLog) },
    { name: 'screen.png', mimeType: 'image/png', buffer: screenshot },
  ]);
  await page
    .getByText(/received\./)
    .nth(1)
    .waitFor();
  await page.getByText('100% complete').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-wizard-files');
  await toStep(page, 'A last look');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send the request' }).click();
  await page.getByRole('heading', { name: 'A specialist is looking at the fault' }).waitFor();
  expect(await page.getByText(orderRef).first().isVisible()).toBe(true);
  const ticketId = page.url().split('/').at(-1) ?? '';
  await page.getByRole('img', { name: 'Preview of screen.png' }).first().waitFor();
  await page.getByRole('textbox', { name: 'Write to us' }).fill('I forgot: it began after the weekend.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('listitem').filter({ hasText: 'I forgot: it began after the weekend.' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-tracker-review');
  await review(cast.agent, ticketId);
  await decideRefund(cast.agent, ticketId);
  await page.reload();
  await page.getByRole('heading', { name: /Your refund is on its way/ }).waitFor();
  await page.getByRole('heading', { name: /Refund granted/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-tracker');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-tracker-dark');
  const russian = await visit(cast.customer, { locale: 'ru-RU', viewport: phone, colorScheme: 'dark' });
  await russian.goto(page.url());
  await russian
    .getByRole('heading', { name: /Возврат/ })
    .first()
    .waitFor();
  expect(await accessibilityFaults(russian)).toEqual([]);
  await picture(russian, 'portal-tracker-phone');
});
