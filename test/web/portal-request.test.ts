/**
 * A customer's whole request in a real browser: from their order, with a real client's log and a screenshot, to the
 * tracker that follows what the desk does.
 */

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { anOrder, coverByIncident, createTicket, decideRefund, review } from '../api/orders-and-tickets.ts';
import {
  accessibilityFaults,
  type Browser,
  openBrowser,
  phone,
  picture,
  type VisitOptions,
} from '../environment/browser.ts';
import { type Cast, capture, castOf, openClaim, putOrder, sellPlan } from '../environment/claims.ts';
import { type Desk, startDesk } from '../environment/desk.ts';
import { type Person, signIn } from '../environment/people.ts';
import { repositoryRoot } from '../tidy/sources.ts';

let desk: Desk;
let browser: Browser;
let cast: Cast;

beforeAll(async () => {
  desk = await startDesk();
  browser = await openBrowser(desk.url);
  cast = await castOf(desk);
});
afterEach(async () => expect(await browser.leave()).toEqual([]));
afterAll(async () => {
  await browser.close();
  await desk.close();
});

async function visit(person: Person, options: VisitOptions = {}): Promise<Page> {
  return browser.visit(person, options);
}

const recordedLog = join(repositoryRoot, 'test/client-logs/recorded/curl/connect-timeout.log');

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
  const orderRef = await putPlainOrder(2, metered, 'PX-48213');
  await coverByIncident(cast.service, orderRef);
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
  // Its client wrote the proxy's password into it.
  await page.getByText(/secrets? (was|were) masked/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-wizard-files');
  await toStep(page, 'A last look');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Send the request' }).click();
  await page.getByRole('heading', { name: 'A specialist is looking at the fault' }).waitFor();
  await page.getByText('At the latest on').waitFor();
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
  await page.getByRole('heading', { name: /Your refund is on its way/ }).waitFor();
  await page.getByRole('heading', { name: /Refund granted/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.evaluate('window.scrollTo(0, 0)');
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

const metered = {
  plan: { key: 'residential-5gb', kind: 'metered', name: 'Residential 5 GB' },
  metered: { bytes: '5368709120' },
};

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** An order that no incident covers, of a plan without traffic, bought so long ago. */
async function putPlainOrder(days: number, given: object = {}, ref?: string): Promise<string> {
  const orderRef = ref ?? `order-${randomUUID()}`;
  const amount = { minor: '1999', currency: 'USD' };
  const captureRef = await capture(desk, 1999);
  const body = anOrder(cast.customer.email, {
    plan: { key: 'isp-1', kind: 'static_isp', name: 'Static ISP' },
    firstPurchasedAt: daysAgo(days),
    purchasedAt: daysAgo(days),
    period: { from: daysAgo(days), until: daysAgo(days - 30) },
    metered: null,
    tenders: [{ method: 'card', amount, tax: { ...amount, minor: '0' }, captureRef, capturedAt: daysAgo(days) }],
    ...given,
  });
  await asked(cast.service.send('PUT', `/v1/orders/${orderRef}`, { body }));
  const usage = { usedBytes: '1000', requests: 10, at: daysAgo(days / 2) };
  await asked(cast.service.post(`/v1/orders/${orderRef}/usage`, usage));
  await sellPlan(desk, orderRef);
  return orderRef;
}

async function asked(answer: ReturnType<Person['post']>): Promise<void> {
  const { status, text } = await answer;
  if (status !== 200) throw new Error(`it answered ${status} ${text}`);
}

test('a question of the desk is answered where it is asked', async () => {
  const { ticketId } = await openClaim(desk, cast);
  const page = await visit(cast.customer, { colorScheme: 'dark' });
  await page.goto(`/requests/${ticketId}`);
  await page.getByRole('heading', { name: 'A specialist is looking at the fault' }).waitFor();
  const question = { materials: ['network_context'], question: 'Which exit did you use on Monday?' };
  await asked(cast.agent.post(`/v1/tickets/${ticketId}/information`, question));
  await page.getByText('Which exit did you use on Monday?').waitFor();
  // RP-4.3: while we wait for the customer nothing is promised.
  expect((await cast.customer.get(`/v1/tickets/${ticketId}`)).json['promisedAt']).toBeNull();
  expect(await page.getByText('At the latest on').count()).toBe(0);
  await page.getByText('Please answer by').waitFor();
  await page.getByRole('heading', { name: 'Files' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-question-dark');
  await page.getByLabel('Your answer').fill('The one of Frankfurt.');
  await page.getByRole('button', { name: 'Send' }).first().click();
  await page.getByRole('heading', { name: 'A specialist is looking at the fault' }).waitFor();
  await page.getByText('At the latest on').waitFor();
});

test('RP-2.4a: a fix is told, answered, and the request closes as mended', async () => {
  const ticket = await createTicket(cast.customer, await putPlainOrder(2, metered));
  await asked(
    cast.agent.post(`/v1/tickets/${ticket.id}/review`, {
      cause: 'seller',
      finding: 'The pool is down.',
      persistent: true,
    }),
  );
  const page = await visit(cast.customer);
  await page.goto(`/requests/${ticket.id}`);
  await page.getByRole('heading', { name: 'We are mending it' }).waitFor();
  await page.getByText('At the latest on').waitFor();
  await asked(cast.agent.post(`/v1/tickets/${ticket.id}/remediation`, { mended: true, finding: 'The pool is up.' }));
  await page.getByRole('button', { name: 'Yes, it works' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Yes, it works' }).click();
  await page.getByRole('heading', { name: 'This request is closed' }).waitFor();
  await page.getByRole('heading', { name: 'Closed: you said that it works' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Ask for another reviewer' }).click();
  const dialog = page.getByRole('dialog', { name: 'Ask for another reviewer' });
  await dialog.getByLabel('What do you think is wrong with it?').fill('It failed again an hour later.');
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Ask for another reviewer' }).click();
  await page.getByRole('heading', { name: 'A specialist is looking at the fault' }).waitFor();
});

test('RP-4.5: an offer shows its sums, and money is chosen in two presses', async () => {
  const orderRef = await putPlainOrder(10);
  const incident = { ref: 'INC-1', confirmed: true, widelyImpacting: true, covers: true };
  await asked(
    cast.service.post(`/v1/orders/${orderRef}/incidents`, { ...incident, from: daysAgo(2), until: daysAgo(1) }),
  );
  const ticket = await createTicket(cast.customer, orderRef);
  await review(cast.agent, ticket.id);
  await asked(cast.agent.post(`/v1/tickets/${ticket.id}/decision`, { decision: 'offer', ground: 'It was ours.' }));
  const page = await visit(cast.customer);
  await page.goto(`/requests/${ticket.id}`);
  await page.getByRole('heading', { name: 'The choice is yours' }).waitFor();
  await page.getByText('How we worked it out').first().click();
  await page.getByRole('cell', { name: 'Time lost' }).first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-offer');
  await page.getByRole('button', { name: 'Choose the money' }).click();
  await page.getByRole('button', { name: 'Yes, pay the money back' }).click();
  await page.getByText('Confirmed by the payment service on').waitFor();
  await page.getByRole('link', { name: /Credit note/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-settled');
});

test('RP-2.3: what a withdrawal loses is told before it is done', async () => {
  const { ticketId } = await openClaim(desk, cast);
  const page = await visit(cast.customer);
  // An order that has an open request leads to it.
  await page.goto('/requests/new');
  await page
    .getByRole('link', { name: /open request for it already/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Withdraw the request' }).waitFor();
  expect(page.url()).toBe(`${desk.url}/requests/${ticketId}`);
  await page.getByRole('button', { name: 'Withdraw the request' }).click();
  await page.getByText('the moment at which you asked').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Withdraw it' }).click();
  await page.getByRole('heading', { name: 'This request is closed' }).waitFor();
  await page.goto('/requests');
  await page.getByRole('heading', { name: 'Closed' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-list');
});

test('the wizard breaks no rule of accessibility on a dark phone in Russian, and says what it still needs', async () => {
  const newcomer = await signIn(desk, 'customer');
  await putOrder(desk, cast.service, newcomer.email);
  const page = await visit(newcomer, { locale: 'ru-RU', viewport: phone, colorScheme: 'dark' });
  await page.goto('/requests');
  await page.getByRole('link', { name: 'Новое обращение' }).first().click();
  await page.getByRole('radio').first().waitFor();
  await page.getByRole('button', { name: 'Дальше' }).click();
  await page.getByText('Сначала выберите заказ.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-wizard-phone');
  await page.getByRole('radio').first().check();
  await page.getByRole('button', { name: 'Дальше' }).click();
  await page.getByRole('radio', { name: 'Не та страна или город' }).check();
  await page.getByRole('button', { name: 'Дальше' }).click();
  await page.getByRole('heading', { name: 'Где и когда это было?' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Дальше' }).click();
  await page.getByText('Перетащите файлы сюда').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'portal-wizard-phone-files');
  await page.getByLabel('Опишите своими словами').fill('Выход был в другой стране.');
  await page.getByRole('link', { name: 'Refund Desk' }).click();
  await page.getByRole('link', { name: 'Новое обращение' }).first().click();
  expect(await page.getByLabel('Опишите своими словами').inputValue()).toBe('Выход был в другой стране.');
});
