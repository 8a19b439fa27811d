/** What is cut in the middle on a customer's pages: an upload goes on from its offset, and a form outlives its session. */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { type Browser, openBrowser } from '../environment/browser.ts';
import { putOrder } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { patienceMs } from '../environment/patience.ts';
import { type Person, signIn } from '../environment/people.ts';

let desk: Desk;
let browser: Browser;
let customer: Person;

beforeAll(async () => {
  desk = await startDesk({ workers: false });
  browser = await openBrowser(desk.url);
  customer = await signIn(desk, 'customer');
  await putOrder(desk, await signIn(desk, 'service'), customer.email);
});
afterEach(async () => expect(await browser.leave()).toEqual([]));
afterAll(async () => {
  await browser.close();
  await desk.close();
});

/** At the step where a new request is described and its files are given. */
async function atMaterial(expects: RegExp): Promise<Page> {
  const page = await browser.visit(customer, { expects });
  await page.goto('/requests/new');
  await page.getByRole('radio', { name: /Residential 5 GB/ }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('radio', { name: 'Something else' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('heading', { name: 'Show us what happened' }).waitFor();
  return page;
}

const mebibyte = 1024 * 1024;

const aLog = (bytes: number) => ({
  name: 'proxy.log',
  mimeType: 'text/plain',
  buffer: Buffer.from('12:00:01 connect to 203.0.113.7 timed out after 30 s\n'.repeat(bytes / 53)),
});

test('E1: an upload that is cut between two chunks goes on from its offset, by one press', async () => {
  const page = await atMaterial(/ERR_/);
  const offsets: string[] = [];
  let isCut = false;
  await page.route('**/v1/uploads/*', async (route: Route) => {
    const offset = route.request().headers()['upload-offset'];
    if (offset === undefined) return await route.fallback();
    offsets.push(offset);
    if (offset === '0' || isCut) return await route.fallback();
    isCut = true;
    return await route.abort('connectionreset');
  });
  await page.getByLabel('Choose files').setInputFiles([aLog(2.5 * mebibyte)]);
  await page.getByText(/Cut off after 1 MB of 2.6 MB/).waitFor();
  await page.getByRole('button', { name: 'Go on with proxy.log' }).click();
  await page.getByText(/2.6 MB, received/).waitFor();
  expect(offsets).toEqual(['0', '1048576', '1048576', '2097152']);
});

test('a session that ends in the middle of a form loses nothing: one signs in over it and goes on', async () => {
  const page = await atMaterial(/401/);
  const former = await codeMail(customer.email, new Set());
  await page.getByLabel('Describe it in your own words').fill('It broke on Monday.');
  await page.context().clearCookies();
  await page.getByLabel('Choose files').setInputFiles([aLog(5_300)]);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(customer.email);
  await dialog.getByRole('button', { name: 'Send me a code' }).click();
  const { code } = await codeMail(customer.email, new Set([former.subject]));
  await dialog.getByLabel('Code').fill(code);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByLabel('Describe it in your own words').inputValue()).toBe('It broke on Monday.');
  await page.getByRole('button', { name: 'Go on with proxy.log' }).click();
  await page.getByText(/received\./).waitFor();
});

async function codeMail(email: string, seen: ReadonlySet<string>): Promise<{ subject: string; code: string }> {
  const { subject } = await desk.mail.waitForMail(
    (mail) => mail.to.includes(email) && /\b\d{8}\b/.test(mail.subject) && !seen.has(mail.subject),
    patienceMs,
  );
  return { subject, code: /\d{8}/.exec(subject)?.[0] ?? '' };
}
