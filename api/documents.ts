/** The API's description as JSON and as a page to read it, served whole from here: no script or style from elsewhere. */

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Express } from 'express';
import { openApiDocument } from '../contract/openapi.ts';

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Refund Desk API</title>
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
    <link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });\n`;

/** Swagger's page sets styles on elements by script, which needs the one exception. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const assets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

export function mountDocuments(app: Express, publicUrl: string): void {
  // Made once, when first asked for: it is of every operation, and no start need wait for it.
  let document: string | undefined;
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  app.get('/openapi.json', (_request, response) => {
    document ??= JSON.stringify(openApiDocument(publicUrl), null, 2);
    response.type('application/json').send(document);
  });
  app.get(['/docs', '/docs/'], (_request, response) => {
    response.set('Content-Security-Policy', pagePolicy).type('html').send(page);
  });
  app.get('/docs/start.js', (_request, response) => {
    response.type('text/javascript').send(start);
  });
  const files = express.static(folder, { index: false, dotfiles: 'ignore', redirect: false, maxAge: '1h' });
  // The package holds more than a page needs; only the named files go out.
  app.get(
    assets.map((asset) => `/docs/assets/${asset}`),
    (request, response, next) => {
      request.url = request.url.slice('/docs/assets'.length);
      void files(request, response, next);
    },
  );
}
