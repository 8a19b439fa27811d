/** The finance board in a real browser: what is stuck, a release with a second factor, and the board live for a colleague. */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Device, enrol } from '../api/device.ts';
import { accessibilityFaults, type Browser, openBrowser, picture, type VisitOptions } from '../environment/browser.ts';
import { type Cast, castOf, closedAs, decideClaim, refundsOf, untilTicket } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type Person, signIn } from '../environment/people.ts';

let desk: Desk;
let cast: Cast;
let browser: Browser;
let device: Device;
let fay: Person;

beforeAll(async () => {
  desk = await startDesk({ environment: { PAYOUT_SECOND_FACTOR: 'required' } });
  [cast, browser] = await Promise.all([castOf(desk), openBrowser(desk.url)]);
  const person = await signIn(desk, 'finance');
  device = await enrol(person);
  fay = { ...person, cookie: device.cookie };
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

test('finance releases a payout with the code of their device, and a colleague’s board shows it live', async () => {
  const claim = await decideClaim(desk, cast);
  const page = await visit(fay, '/finance', { expects: /403/ });
  const board = await visit(cast.finance, '/finance');
  await board.getByRole('table', { name: 'Payouts' }).getByText('Granted').first().waitFor();
  await page.getByRole('table', { name: 'Payouts' }).getByRole('link').first().click();
  await page.getByRole('heading', { name: /USD.19\.99/ }).waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve' });
  await dialog.getByText('This cannot be undone.').waitFor();
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('textbox').first().pressSequentially(device.code(30));
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('Settled', { exact: true }).first().waitFor();
  await untilTicket(cast.customer, claim.ticketId, closedAs('refunded'));
  await board.getByRole('table', { name: 'Payouts' }).getByText('Settled').first().waitFor();
  expect(await refundsOf(desk, claim.charge)).toMatchObject([{ amount: 1999, status: 'succeeded' }]);
  await picture(page, 'finance-payout');
});

test('what the board is narrowed to stands in the address and outlives a reload', async () => {
  await decideClaim(desk, cast);
  const page = await visit(cast.finance, '/finance');
  await page
    .getByRole('link', { name: /1 payout/ })
    .first()
    .click();
  await page.waitForURL(/state=.*currency=USD/);
  const narrowed = page.url();
  await page.reload();
  await page.getByRole('table', { name: 'Payouts' }).waitFor();
  expect(page.url()).toBe(narrowed);
  expect(await page.getByRole('table', { name: 'Payouts' }).getByRole('row').count()).toBe(2);
});

test.each([
  { colorScheme: 'light', locale: 'en-GB', name: 'finance-board' },
  { colorScheme: 'dark', locale: 'ru-RU', name: 'finance-board-dark' },
] as const)('the board breaks no rule of accessibility: $name', async ({ name, ...options }) => {
  const page = await visit(cast.finance, '/finance', options);
  await page.getByRole('table').last().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, name);
  await page.getByRole('table').last().getByRole('link').first().click();
  await page.locator('ol li').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});
