/** Signing in as people do, in a real browser: customers by a mailed code, staff by password, and where each arrives. */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFaults, type Browser, openBrowser, phone, type VisitOptions } from '../environment/browser.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';
import { signIn } from '../environment/people.ts';

let desk: Desk;
let browser: Browser;

beforeAll(async () => {
  desk = await startDesk({ workers: false });
  browser = await openBrowser(desk.url);
});
afterEach(async () => expect(await browser.leave()).toEqual([]));
afterAll(async () => {
  await browser.close();
  await desk.close();
});

async function visit(options: VisitOptions = {}): Promise<Page> {
  return browser.visit(null, options);
}

async function codeFor(email: string): Promise<string> {
  const { subject } = await desk.mail.waitForMail(
    (mail) => mail.to.includes(email) && /\b\d{8}\b/.test(mail.subject),
    patienceMs,
  );
  return /\d{8}/.exec(subject)?.[0] ?? '';
}

test('a customer enters by the code that was mailed, and arrives at the page that they came for', async () => {
  const page = await visit();
  const email = 'wanda@web.example';
  await page.goto('/requests');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Code').fill(await codeFor(email));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Your requests' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/requests');
});

test('a wrong password is refused in words, and what was typed stays', async () => {
  const agent = await signIn(desk, 'agent');
  const page = await visit({ expects: /401/ });
  await page.goto('/sign-in');
  await page.getByText('Staff', { exact: true }).click();
  await page.getByLabel('E-mail').fill(agent.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByLabel('E-mail').inputValue()).toBe(agent.email);
});

test('an address that was put into the link leads nowhere else after sign-in', async () => {
  const page = await visit();
  const email = 'otto@web.example';
  await page.goto('/sign-in?to=//elsewhere.example/');
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Code').fill(await codeFor(email));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Your requests' }).waitFor();
  expect(page.url()).toBe(`${desk.url}/requests`);
});

test.each([
  { colorScheme: 'light', locale: 'en-GB' },
  { colorScheme: 'dark', locale: 'ru-RU', viewport: phone },
] as const)('the page breaks no rule of accessibility: $colorScheme, $locale', async (options) => {
  const page = await visit(options);
  await page.goto('/sign-in');
  await page.getByRole('textbox').first().waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe(options.locale.slice(0, 2));
  expect(await accessibilityFaults(page)).toEqual([]);
});
