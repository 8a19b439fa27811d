/** The mail catcher over real SMTP and HTTP: nothing acknowledged is lost, nothing in a mail runs, faults are as told. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { createMailCatcher, type MailCatcher, MailNotCaught } from '../../dev/mail-catcher.ts';
import { findFreePort } from '../../dev/ports.ts';

let root: string;
let mailDir: string;
let catcher: MailCatcher;
let ports: { smtpPort: number; webPort: number };
let web: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'catcher-'));
});
beforeEach(async () => {
  mailDir = await mkdtemp(join(root, 'mails-'));
  catcher = createMailCatcher({ mailDir });
  ports = await catcher.listen({ smtpPort: 0, webPort: 0 });
  web = `http://127.0.0.1:${ports.webPort}`;
});
afterEach(() => catcher.close());
afterAll(() => rm(root, { recursive: true }));

const sendTo = async (smtpPort: number, to: string, subject: string, html = '<p>x</p>'): Promise<void> => {
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort });
  await transport.sendMail({ from: 'desk@desk.example', to, subject, text: `text of ${subject}`, html });
};
const send = (to: string, subject: string, html?: string): Promise<void> => sendTo(ports.smtpPort, to, subject, html);
const asJson = async (response: Response): Promise<unknown> => response.json();
const fault = (body: unknown): Promise<Response> =>
  fetch(`${web}/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('keeping', () => {
  test('a mail is on disk before it is acknowledged, and is there again after a restart', async () => {
    await send('ada@customer.example', 'First');
    expect((await readdir(mailDir)).filter((name) => name.endsWith('.eml'))).toHaveLength(1);
    await catcher.close();
    const again = createMailCatcher({ mailDir });
    await again.listen({ smtpPort: 0, webPort: 0 });
    expect(again.mails()).toMatchObject([{ subject: 'First', to: ['ada@customer.example'] }]);
    await again.close();
  });

  test('waiting finds a mail that came before and one that comes later', async () => {
    await send('a@customer.example', 'Before');
    await expect(catcher.waitForMail((mail) => mail.subject === 'Before', 5_000)).resolves.toBeDefined();
    const later = catcher.waitForMail((mail) => mail.subject === 'Later', 5_000);
    await send('a@customer.example', 'Other');
    await send('a@customer.example', 'Later');
    expect((await later).text).toContain('text of Later');
  });

  test('waiting in vain ends with a named error', async () => {
    await expect(catcher.waitForMail(() => false, 20)).rejects.toBeInstanceOf(MailNotCaught);
  });
});

describe('JSON', () => {
  test('mails are listed newest first, filtered by recipient and subject, read one by one and deleted', async () => {
    await send('ada@customer.example', 'Code 1');
    await send('bob@customer.example', 'Code 2');
    await send('ada@customer.example', 'Refund');
    const list = (await asJson(await fetch(`${web}/api/mails?to=ADA@`))) as { id: string; subject: string }[];
    expect(list.map((mail) => mail.subject)).toEqual(['Refund', 'Code 1']);
    expect(await asJson(await fetch(`${web}/api/mails?to=ada&subject=code`))).toMatchObject([{ subject: 'Code 1' }]);
    expect(await asJson(await fetch(`${web}/api/mails/${list[0]?.id}`))).toMatchObject({ subject: 'Refund' });
    expect((await fetch(`${web}/api/mails/none`)).status).toBe(404);
    expect((await fetch(`${web}/api/mails`, { method: 'DELETE' })).status).toBe(204);
    expect(await asJson(await fetch(`${web}/api/mails`))).toEqual([]);
    expect(await readdir(mailDir)).toEqual([]);
  });

  test('a fault that is none is refused', async () => {
    expect((await fault({ kind: 'explode', times: 1 })).status).toBe(422);
    expect((await fault({ kind: 'down', times: -1 })).status).toBe(422);
    expect((await fault({ kind: 'down' })).status).toBe(422);
  });
});

describe('faults', () => {
  test('reject4xx refuses the recipient as often as told, then no more', async () => {
    await fault({ kind: 'reject4xx', times: 2 });
    for (const _attempt of [1, 2])
      await expect(send('a@customer.example', 'x')).rejects.toMatchObject({ responseCode: 451 });
    await send('a@customer.example', 'x');
    expect(catcher.mails()).toHaveLength(1);
  });

  test('drop-after-data keeps the mail and loses the acknowledgement', async () => {
    await fault({ kind: 'drop-after-data', times: 1 });
    await expect(send('a@customer.example', 'x')).rejects.toMatchObject({ code: 'ECONNECTION' });
    expect(catcher.mails()).toHaveLength(1);
  });

  test('down ends the connection and keeps nothing', async () => {
    await fault({ kind: 'down', times: 1 });
    await expect(send('a@customer.example', 'x')).rejects.toMatchObject({ code: 'ECONNECTION' });
    expect(catcher.mails()).toHaveLength(0);
    await send('a@customer.example', 'x');
    expect(catcher.mails()).toHaveLength(1);
  });
});

describe('pages', () => {
  test('what a mail says is shown as text and runs nowhere (E12)', async () => {
    await send('a@customer.example', '<script>alert(1)</script>', '<script>alert(2)</script><p>Hello</p>');
    const [mail] = catcher.mails();
    const list = await fetch(web);
    expect(await list.text()).toContain('&#60;script&#62;alert(1)');
    const one = await fetch(`${web}/mails/${mail?.id}`);
    for (const response of [list, one]) {
      const policy = response.headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/script-src|unsafe-inline/);
    }
    const page = await one.text();
    expect(page).not.toMatch(/<script/i);
    expect(page).toMatch(/<iframe sandbox /);
    const framed = await fetch(`${web}/mails/${mail?.id}/html`);
    expect(framed.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    expect(await framed.text()).toContain('<p>Hello</p>');
    const raw = await fetch(`${web}/mails/${mail?.id}/raw`);
    expect(raw.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await raw.text()).toMatch(/^Return-Path: <desk@desk\.example>\r\nDelivered-To: a@customer\.example\r\n/);
  });

  test('a mail that is not there is not found', async () => {
    for (const path of ['/mails/none', '/mails/none/html', '/mails/none/raw'])
      expect((await fetch(web + path)).status).toBe(404);
  });
});

describe('ports and processes', () => {
  test('a taken port is told, and leaves nothing listening', async () => {
    const other = createMailCatcher({ mailDir });
    await expect(other.listen({ smtpPort: 0, webPort: ports.webPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(other.listen({ smtpPort: ports.smtpPort, webPort: 0 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test.each(['SIGTERM', 'disconnect'] as const)(
    'as a process it says when it is ready, and ends by %s',
    async (how) => {
      const [smtpPort, webPort] = [await findFreePort(), await findFreePort()];
      const main = fork(new URL('../../dev/mail-catcher-main.ts', import.meta.url), {
        execArgv: ['--import', 'tsx'],
        env: { ...process.env, SMTP_PORT: `${smtpPort}`, WEB_PORT: `${webPort}`, MAIL_DIR: mailDir },
      });
      const ended = once(main, 'exit');
      expect((await once(main, 'message'))[0]).toBe('ready');
      await sendTo(smtpPort, 'a@customer.example', 'To the process');
      expect(await (await fetch(`http://127.0.0.1:${webPort}/`)).text()).toContain('To the process');
      if (how === 'SIGTERM') main.kill('SIGTERM');
      else main.disconnect();
      expect((await ended)[0]).toBe(0);
    },
    30_000,
  );
});
