/** The API's description and its page: served whole from here. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openApiDocument } from '../../contract/openapi.ts';
import { type Desk, ownOrigin, startDesk } from './desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

test('the document is the contract’s', async () => {
  const answer = await desk.stranger.get('/openapi.json');
  expect(answer.json).toEqual(JSON.parse(JSON.stringify(openApiDocument(ownOrigin))));
});

test('the page names nothing from elsewhere, and all that it names is served under a strict policy', async () => {
  const page = await desk.stranger.get('/docs');
  expect(page.headers.get('content-security-policy')).toMatch("script-src 'self';");
  const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(named).toHaveLength(4);
  for (const path of named) {
    expect(path).toMatch(/^\/docs\//);
    expect([path, (await desk.stranger.get(path)).status]).toEqual([path, 200]);
  }
  expect((await desk.stranger.get('/docs/assets/package.json')).status).toBe(404);
});
