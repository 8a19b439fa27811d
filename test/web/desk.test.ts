/** The agent desk in a real browser: from a queue to a decision by keyboard alone, live for a colleague beside. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createTicket, upload } from '../api/orders-and-tickets.ts';
import {
  accessibilityFaults,
  type Browser,
  openBrowser,
  phone,
  picture,
  type VisitOptions,
} from '../environment/browser.ts';
import { type Cast, castOf, openClaim, putOrder } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import type { Person } from '../environment/people.ts';
import { repositoryRoot } from '../tidy/sources.ts';

const logFile = join(repositoryRoot, 'test/client-logs/recorded/curl/egress-dead.log');

let desk: Desk;
let cast: Cast;
let browser: Browser;
let diagnosedId: string;

beforeAll(async () => {
  desk = await startDesk();
  [cast, browser] = await Promise.all([castOf(desk), openBrowser(desk.url)]);
  diagnosedId = await aDiagnosedTicket();
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

/** With a log that a real client printed while its exits were dead. */
async function aDiagnosedTicket(): Promise<string> {
  const { orderRef } = await putOrder(desk, cast.service, cast.customer.email);
  const log = await upload(cast.customer, readFileSync(logFile, 'utf8'), { orderRef, name: 'curl.log' });
  const { id } = await createTicket(cast.customer, orderRef, {
    description: 'Since this morning every request through the residential pool fails after the tunnel is up.',
    uploadIds: [log],
  });
  await cast.customer.post(`/v1/tickets/${id}/messages`, { text: 'Is there any news? The job has to run tonight.' });
  await cast.agent.post(`/v1/tickets/${id}/notes`, { text: 'Same range as two other tickets of today.' });
  return id;
}

const textOf = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

test('an agent reviews and decides by keyboard alone, and a colleague sees it happen', async () => {
  const { ticketId } = await openClaim(desk, cast);
  const page = await visit(cast.agent, '/desk?queue=reviewing');
  await page.getByRole('navigation', { name: 'Tickets of the queue' }).getByRole('link').first().waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(`**/desk/${ticketId}?queue=reviewing`);
  const colleague = await visit(cast.lead, `/desk/${ticketId}`);
  await colleague.getByText('In review', { exact: true }).first().waitFor();

  await textOf(page, 'To be decided');
  await page.keyboard.press('a');
  await colleague
    .getByText(/^agent /)
    .first()
    .waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').or(page.getByPlaceholder('What do you want to do?')).first().fill('Record the rev');
  await page.keyboard.press('Enter');
  await page.getByRole('form', { name: 'Record the review' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('The egress range was dead all day.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Being decided', { exact: true }).first().waitFor();
  await colleague.getByText('Being decided', { exact: true }).first().waitFor();

  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('What do you want to do?').fill('Decide');
  await page.keyboard.press('Enter');
  const form = page.getByRole('form', { name: 'Decide' });
  await form.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await form.getByLabel('Amount in USD').inputValue()).toBe('19.99');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Unusable from the first hour, by our fault.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Paying back', { exact: true }).first().waitFor();
  await colleague.getByText('Paying back', { exact: true }).first().waitFor();
});

test('a note looks unlike a reply and is kept for staff; what is unsent stays with its ticket', async () => {
  const page = await visit(cast.agent, `/desk/${diagnosedId}`);
  await page.getByRole('region', { name: 'What happened' }).waitFor();
  await page.keyboard.press('n');
  await page.getByLabel('Note for staff alone').pressSequentially('Ask the gateway team about the range.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Ask the gateway team about the range.').waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await page.getByLabel('Note for staff alone').fill('Half a thought');
  const { ticketId } = await openClaim(desk, cast);
  await page.getByRole('link', { name: 'Refund Desk' }).click();
  await page.goBack();
  await page.getByLabel('Reply to the customer').or(page.getByLabel('Note for staff alone')).waitFor();
  expect(await page.getByRole('textbox', { name: /Reply|Note/ }).inputValue()).toBe('Half a thought');
  const timeline = await cast.customer.get(`/v1/tickets/${diagnosedId}/timeline`);
  expect(timeline.text).not.toContain('gateway team');
  expect(ticketId).not.toBe(diagnosedId);
});

test('a diagnosis leads to the very lines of the log that show it', async () => {
  const page = await visit(cast.agent, `/desk/${diagnosedId}`);
  await page.getByRole('heading', { name: 'Diagnosis' }).scrollIntoViewIfNeeded();
  const line = page
    .getByRole('row', { name: /Exit is dead/ })
    .getByRole('button')
    .first();
  const from = /\d+/.exec(await line.innerText())?.[0] ?? '';
  await line.click();
  await page.getByRole('dialog', { name: /curl\.log/ }).waitFor();
  await page.getByText(new RegExp(`Cited: lines ${from} to`)).waitFor();
  const cited = page.locator('[data-cited]').first();
  await cited.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  const lines = readFileSync(logFile, 'utf8').split('\n');
  expect((await cited.innerText()).split('\n').at(-1)).toBe(lines[Number(from) - 1]?.trimEnd());
});

test.each([
  { colorScheme: 'light', name: 'desk-ticket' },
  { colorScheme: 'dark', name: 'desk-ticket-dark' },
  { colorScheme: 'light', name: 'desk-phone', viewport: phone, locale: 'ru-RU' },
] as const)('the desk breaks no rule of accessibility: $name', async ({ name, ...options }) => {
  const page = await visit(cast.agent, `/desk/${diagnosedId}?queue=all`, options);
  await page.getByRole('textbox').last().waitFor();
  await page
    .getByText(/curl\.log/)
    .first()
    .waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, name);
});
