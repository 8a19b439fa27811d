/**
 * The pages: built files, served from here under a policy that lets in nothing from elsewhere and no script in line.
 * Which address shows what is the pages' own affair; every address of theirs gets the same document.
 */

import { join } from 'node:path';
import compression from 'compression';
import express, { type Express, type Response } from 'express';

/** Styles that components bring with themselves need the exception; attributes are set by script, which needs none. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src-elem 'self' 'unsafe-inline'",
  "style-src-attr 'none'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** How the addresses of pages begin. Others are the API's, or nothing. */
export const pagePaths = ['/sign-in', '/requests', '/desk', '/incidents', '/finance', '/policy'] as const;

/** A file whose name holds the hash of its bytes never changes. */
const hashedName = /-[\w-]{8}\.(?:js|css)$/;
const yearSeconds = 31_536_000;

const cacheOf = (response: Response, path: string): void => {
  response.set('Cache-Control', hashedName.test(path) ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
};

/** `directory` holds what the build of the pages made. */
export function mountPages(app: Express, directory: string): void {
  const squeeze = compression();
  app.use(
    '/assets',
    squeeze,
    express.static(join(directory, 'assets'), { index: false, redirect: false, setHeaders: cacheOf }),
  );
  const addresses = ['/', ...pagePaths.flatMap((path) => [path, `${path}/{*rest}`])];
  app.get(addresses, squeeze, (_request, response) => {
    response.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
    response.sendFile('index.html', { root: directory });
  });
}
