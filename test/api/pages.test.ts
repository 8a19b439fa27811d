/** The pages as files: served whole from here under a strict policy, each address of theirs by the same document. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pagePaths } from '../../api/pages.ts';
import { repositoryRoot } from '../tidy/sources.ts';
import { type Desk, startDesk } from './desk.ts';

const pages = join(repositoryRoot, 'build/pages');
let desk: Desk;

beforeAll(async () => {
  desk = await startDesk({ pages });
});
afterAll(() => desk.close());

const directives = (policy: string): Record<string, string> =>
  Object.fromEntries(
    policy.split('; ').map((each) => {
      const [name = '', ...sources] = each.split(' ');
      return [name, sources.join(' ')];
    }),
  );

describe('a page', () => {
  test('is the same document at each of its addresses, asked for anew each time', async () => {
    const { text } = await desk.stranger.get('/');
    for (const path of ['/sign-in', '/requests', '/requests/new', '/desk/x/y', '/finance?state=failed']) {
      const answer = await desk.stranger.get(path);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      expect(answer.text).toBe(text);
    }
  });

  test('lets in no script in line, nothing from elsewhere, and no frame around it', async () => {
    const { headers, text } = await desk.stranger.get('/sign-in');
    expect(directives(headers.get('content-security-policy') ?? '')).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'connect-src': "'self'",
      'style-src-attr': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(text).not.toMatch(/<script(?![^>]*\ssrc="\/assets\/)/);
    expect(text).not.toMatch(/\sstyle=|https?:\/\//);
  });

  test('is at no address that it does not have: the API’s own and others stay problems', async () => {
    for (const path of ['/requestsx', '/elsewhere', '/v1/elsewhere', '/assets/none-12345678.js', '/manifest.json']) {
      const answer = await desk.stranger.get(path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        expect.stringContaining('application/problem+json'),
      ]);
    }
  });

  test('stands at every address that the pages know, and at none besides', () => {
    const routes = readdirSync(join(repositoryRoot, 'web/routes')).filter((name) => !name.startsWith('__'));
    const roots = new Set(routes.map((name) => `/${name.split('.')[0] ?? ''}`).filter((path) => path !== '/index'));
    expect([...roots].sort()).toEqual([...pagePaths].filter((path) => roots.has(path)).sort());
  });
});

const squeezedFromBytes = 1_024;

describe('what a page names', () => {
  test('is served, squeezed, and kept for ever where its name holds its hash', async () => {
    const { text } = await desk.stranger.get('/');
    const named = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(named.length).toBeGreaterThan(3);
    for (const path of named) {
      const answer = await desk.stranger.get(path);
      const isHashed = /-[\w-]{8}\.\w+$/.test(path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect([path, answer.headers.get('cache-control')]).toEqual([
        path,
        isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      ]);
      // What fits into one packet gains nothing by it.
      const isSqueezed = answer.headers.get('content-encoding') !== null;
      expect([path, isSqueezed]).toEqual([
        path,
        /\.(?:js|css|svg)$/.test(path) && answer.bytes.length >= squeezedFromBytes,
      ]);
    }
  });
});

test('getSession tells who is signed in, and refuses nobody', async () => {
  const agent = await desk.signedIn('agent');
  expect((await desk.stranger.get('/v1/session')).json).toEqual({ me: null });
  expect((await agent.get('/v1/session')).json).toEqual({ me: (await agent.get('/v1/me')).json });
});
