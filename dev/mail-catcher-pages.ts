/**
 * The mail catcher's pages and JSON. Pages have no script; a mail's HTML is shown in a frame that may load and run
 * nothing, since what a mail holds is not to be trusted.
 */

import { createHash } from 'node:crypto';
import express, { type Express, type Response } from 'express';
import { z } from 'zod';
import { type CaughtMail, type MailFault, mailFaults } from './caught-mail.ts';

interface Mails {
  mails(): readonly CaughtMail[];
  fail(fault: MailFault, times: number): void;
  clear(): Promise<void>;
}

const faultBody = z.strictObject({ kind: z.enum(mailFaults), times: z.int().min(0).max(1_000) });

export function createMailPages(catcher: Mails): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
    next();
  });
  const find = (id: string | undefined): CaughtMail | undefined => catcher.mails().find((mail) => mail.id === id);
  const newestFirst = (to: unknown, subject: unknown): CaughtMail[] =>
    catcher
      .mails()
      .filter((mail) => includes(mail.to.join(' '), to) && includes(mail.subject, subject))
      .reverse();

  app.get('/', (request, response) => {
    page(response, 'Mails', listPage(newestFirst(request.query['to'], request.query['subject'])));
  });
  app.get('/mails/:id', (request, response) => {
    const mail = find(request.params.id);
    if (!mail) return page(response.status(404), 'No such mail', '<p>There is no such mail.</p>');
    page(response, mail.subject, mailPage(mail));
  });
  app.get('/mails/:id/html', (request, response) => {
    const mail = find(request.params.id);
    response.set('Content-Security-Policy', framePolicy);
    response
      .status(mail ? 200 : 404)
      .type('html')
      .send(mail?.html ?? '');
  });
  app.get('/mails/:id/raw', (request, response) => {
    const mail = find(request.params.id);
    response
      .status(mail ? 200 : 404)
      .type('text/plain')
      .send(mail?.raw ?? '');
  });

  app.get('/api/mails', (request, response) => {
    response.json(newestFirst(request.query['to'], request.query['subject']));
  });
  app.get('/api/mails/:id', (request, response) => {
    const mail = find(request.params.id);
    if (mail) response.json(mail);
    else response.status(404).json({ error: 'no such mail' });
  });
  app.delete('/api/mails', async (_request, response) => {
    await catcher.clear();
    response.status(204).end();
  });
  app.post('/api/faults', express.json(), (request, response) => {
    const body = faultBody.safeParse(request.body);
    if (!body.success) return response.status(422).json({ error: z.prettifyError(body.error) });
    catcher.fail(body.data.kind, body.data.times);
    return response.status(204).end();
  });
  return app;
}

const includes = (text: string, part: unknown): boolean =>
  typeof part !== 'string' || text.toLowerCase().includes(part.toLowerCase());

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8886; vertical-align: top; }
  iframe { width: 100%; height: 40rem; border: 1px solid #8886; background: #fff; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8886; padding: 1rem; }
`;

const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const framePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function page(response: Response, title: string, body: string): void {
  response
    .set('Content-Security-Policy', pagePolicy)
    .type('html')
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
        `<title>${escaped(title)} · Refund Desk mails</title><style>${style}</style></head><body>${body}</body></html>`,
    );
}

function listPage(mails: readonly CaughtMail[]): string {
  const rows = mails.map(
    (mail) =>
      `<tr><td>${escaped(mail.receivedAt)}</td><td>${escaped(mail.to.join(', '))}</td>` +
      `<td><a href="/mails/${mail.id}">${escaped(mail.subject || '(no subject)')}</a></td></tr>`,
  );
  const table = `<table><thead><tr><th>Received</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<h1>Mails</h1>
    <form><label>To <input name="to"></label> <label>Subject <input name="subject"></label> <button>Filter</button></form>
    ${rows.length > 0 ? table : '<p>No mail yet.</p>'}`;
}

function mailPage(mail: CaughtMail): string {
  const facts = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Received', mail.receivedAt],
    ['Message-ID', mail.messageId],
    ['In-Reply-To', mail.inReplyTo ?? ''],
  ] as const;
  const rows = facts.map(([name, value]) => `<tr><th>${name}</th><td>${escaped(value)}</td></tr>`).join('');
  return `<p><a href="/">All mails</a> · <a href="/mails/${mail.id}/raw">Source</a></p>
    <h1>${escaped(mail.subject)}</h1><table><tbody>${rows}</tbody></table>
    <h2>Text</h2><pre>${escaped(mail.text)}</pre>
    <h2>HTML</h2><iframe sandbox title="The mail as HTML" src="/mails/${mail.id}/html"></iframe>`;
}
