/** Mail as it leaves: every notice in every language, and one attempt to send it over real SMTP. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createMailCatcher, type MailCatcher } from '../../dev/mail-catcher.ts';
import {
  type MailLocale,
  MailNotSent,
  type MailTemplate,
  type MailValue,
  mailLocales,
  mailTemplateFields,
  mailTemplates,
  messageIdOf,
  type OutgoingMail,
} from '../../domain/mail.ts';
import { createMailer, type SmtpMailer } from '../../providers/mail.ts';
import { createMailTemplates } from '../../providers/mail-templates.ts';

const templates = createMailTemplates();

const fieldsOf = (template: MailTemplate): [string, string][] => Object.entries(mailTemplateFields[template]);

function valueFor(name: string, kind: string): MailValue {
  if (kind === 'count') return 7;
  if (kind.startsWith('flag')) return false;
  if (kind.startsWith('texts')) return [`<${name}-1>`, `<${name}-2>`];
  return name === 'ticketUrl' ? 'https://desk.example/t/1' : `<${name}-given>`;
}

/** A full set of parameters of any notice; texts are told apart by their field's name. */
const parametersOf = (template: MailTemplate): Record<string, MailValue> =>
  Object.fromEntries(fieldsOf(template).map(([name, kind]) => [name, valueFor(name, kind)] as const));

const without = (parameters: Record<string, MailValue>, ...names: string[]): Record<string, MailValue> =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));

const inHtml = (text: string): string => text.replace('<', '&lt;').replace('>', '&gt;');

const render = templates.render;

describe('notices', () => {
  const all = mailTemplates.flatMap((template) => mailLocales.map((locale) => [template, locale] as const));

  test.each(all)('%s in %s says all it was given, in text and in HTML', (template, locale) => {
    const parameters = parametersOf(template);
    const { subject, text, html } = render(template, locale, parameters);
    expect(subject).not.toMatch(/[\r\n]|\{\{/);
    const texts = Object.values(parameters)
      .flat()
      .filter((value) => typeof value === 'string');
    expect(texts.filter((value) => !text.includes(value))).toEqual([]);
    expect(texts.filter((value) => !html.includes(inHtml(value)))).toEqual([]);
    expect(texts.filter((value) => value.startsWith('<') && html.includes(value))).toEqual([]);
    expect(html).toContain(`<html lang="${locale}">`);
    expect(`${text}${html}`).not.toMatch(/undefined|null|\[object/);
  });

  test.each(all)('%s in %s loads nothing from anywhere and runs nothing', (template, locale) => {
    const { html } = render(template, locale, parametersOf(template));
    expect(html).not.toMatch(/<(?:img|script|link|iframe|object|form)|@import|url\(|\son\w+=/i);
  });

  const staff: readonly MailTemplate[] = [
    'payout-failed',
    'payout-awaiting-approval',
    'payout-by-hand',
    'payout-contradicted',
    'decision-due',
    'mending-due',
    'fix-not-mended',
    'probes-failing',
    'ticket-to-decide',
    'decision-awaits-confirmation',
    'remedy-failed',
    'plan-ended-unpaid',
    'appeal-assigned',
    'fact-arrived',
    'dispute-told',
    'dispute-due',
    'dispute-lapsed',
    'evidence-refused',
    'fraud-warned',
  ];
  const never = { en: 'We never ask for your password', ru: 'Мы никогда не спрашиваем пароль' };
  const next = { en: 'What happens next:', ru: 'Что дальше:' };

  test.each(all)('%s in %s tells customers that no secret is asked for (PV-2.3)', (template, locale) => {
    const { text, html } = render(template, locale, parametersOf(template));
    const told = !staff.includes(template);
    expect([text.includes(never[locale]), html.includes(never[locale])]).toEqual([told, told]);
  });

  test.each(all.filter(([template]) => template !== 'sign-in-code'))(
    '%s in %s says what happens next',
    (template, locale) => {
      const { text, html } = render(template, locale, parametersOf(template));
      expect(text).toContain(next[locale]);
      expect(html).toContain(next[locale]);
    },
  );

  /** Spoken of only to warn of them, or where the desk itself sends one. */
  const warnings = [
    /We never ask for your password[^.]*\./g,
    /Мы никогда не спрашиваем пароль[^.]*\./g,
    /Please leave out passwords of your proxies/g,
    /Не присылайте, пожалуйста, пароли от прокси/g,
    /то, что мы распознаём как пароль/g,
  ];

  test.each(all.filter(([template]) => template !== 'sign-in-code'))(
    '%s in %s asks for no password, code, card number or document by reply (PV-2.3)',
    (template, locale) => {
      const { text, html } = render(template, locale, parametersOf(template));
      const said = warnings.reduce((left, warning) => left.replace(warning, ''), `${text}${html}`);
      expect(said).not.toMatch(/password|passcode|\bPIN\b|sign-in code|card number|\bCVC\b/i);
      expect(said).not.toMatch(/парол|пин-код|код[а-я]* для входа|номер[а-я]* карты|CVC/i);
      expect(said).not.toMatch(/reply to this (?:mail|message)|в ответ на это письмо/i);
    },
  );

  test.each(all)('%s in %s leaves no trace of its own making, whichever way its questions go', (template, locale) => {
    const flags = fieldsOf(template).filter(([, kind]) => kind.startsWith('flag'));
    const yes = Object.fromEntries(flags.map(([name]) => [name, true]));
    const { subject, text, html } = render(template, locale, { ...parametersOf(template), ...yes });
    expect(`${subject}${text}${html}`).not.toMatch(/\{\{|\}\}|undefined|null|\[object/);
    expect(text).not.toMatch(/^[#=>] |\*\*|\n{3}|<p[\s>]|&(?:amp|lt|#x)/m);
    expect(html).not.toMatch(/\*\*|<p[^>]*><\/p>|<ul[^>]*>\s*<\/ul>/);
  });

  const bare: readonly MailTemplate[] = [
    'sign-in-code',
    'message-to-customer',
    'payout-failed',
    'payout-awaiting-approval',
    'payout-by-hand',
    'payout-contradicted',
    'remedy-failed',
    'fact-arrived',
    'dispute-told',
    'dispute-due',
    'dispute-lapsed',
    'evidence-refused',
    'fraud-warned',
  ];

  test.each(all)('%s in %s names a clause where one is behind it', (template, locale) => {
    const refused = template === 'ticket-decided-refusal' ? { clauses: ['RP-3.1'] } : {};
    const { text } = render(template, locale, { ...without(parametersOf(template), 'appealBy'), ...refused });
    expect(/RP-\d\.\d/.test(text)).toBe(!bare.includes(template));
  });

  const eachField = mailTemplates.flatMap((template) =>
    fieldsOf(template).map(([name, kind]) => [template, name, kind] as const),
  );

  test.each(eachField.filter(([, , kind]) => !kind.endsWith('?')))('%s throws without %s', (template, name) => {
    expect(() => render(template, 'en', without(parametersOf(template), name))).toThrow(name);
  });

  test.each(eachField.filter(([, , kind]) => kind.endsWith('?')))('%s can do without %s', (template, name) => {
    const rendered = render(template, 'en', without(parametersOf(template), name));
    expect(rendered.text).not.toContain(`<${name}`);
  });

  test.each(eachField)('%s throws when %s is of another kind than %s, or blank', (template, name) => {
    for (const value of [[' '], -1, ' '])
      expect(() => render(template, 'en', { ...parametersOf(template), [name]: value })).toThrow(name);
  });

  test.each(mailTemplates)('%s throws on a parameter that it does not have', (template) => {
    expect(() => render(template, 'en', { ...parametersOf(template), password: 'x' })).toThrow(
      'password is not a parameter',
    );
  });

  test('the error about parameters never tells their values', () => {
    expect(() => render('sign-in-code', 'en', { code: '123456', minutes: -1 })).toThrow(
      /^the notice cannot be written: minutes must be given as count$/,
    );
  });

  test('what may be left out leaves no trace', () => {
    const parameters = without(parametersOf('ticket-decided-refund'), 'clauses', 'appealBy');
    const { text, html } = render('ticket-decided-refund', 'en', parameters);
    for (const body of [text, html]) expect(body).not.toMatch(/Clauses|appeal|without a person/);
    expect(text).not.toMatch(/\n{3}/);
  });

  test('a complete ticket asks for nothing, an incomplete one names what is missing (RP-4.1)', () => {
    const parameters = { ...parametersOf('ticket-received'), missing: ['connection logs', 'a screenshot'] };
    expect(render('ticket-received', 'en', parameters).text).toContain('- connection logs\n- a screenshot\n');
    const complete = render('ticket-received', 'en', { ...parameters, complete: true, missing: [] });
    expect(complete.text).toContain('everything a review needs is there');
    expect(complete.text).not.toContain('missing');
  });

  test('counts take the plural of the language', () => {
    const days = (locale: MailLocale, postingDays: number): string =>
      render('payout-sent', locale, { ...parametersOf('payout-sent'), postingDays }).text;
    expect(days('en', 1)).toContain('within 1 business day.');
    expect(days('en', 5)).toContain('within 5 business days.');
    expect(days('ru', 21)).toContain('в течение 21 рабочего дня.');
    expect(days('ru', 5)).toContain('в течение 5 рабочих дней.');
    expect(days('en', 0)).toContain('seen there at once');
    expect(days('ru', 0)).toContain('видны сразу');
    const code = (minutes: number): string => render('sign-in-code', 'ru', { code: '1', minutes }).text;
    expect([code(1), code(3), code(10)].map((text) => /действует (\d+ [а-я]+)/.exec(text)?.[1])).toEqual([
      '1 минуту',
      '3 минуты',
      '10 минут',
    ]);
  });

  test('a line break in a value does not break the subject', () => {
    const { subject } = render('payout-awaiting-approval', 'en', {
      ticketRef: 'RD-1\r\nBcc: other@shop.example',
      ticketUrl: 'https://desk.example',
      amount: '1.00 USD',
    });
    expect(subject).toBe('RD-1 Bcc: other@shop.example: a payout of 1.00 USD waits for approval');
  });
});

describe('sending', () => {
  let mailDir: string;
  let catcher: MailCatcher;
  let mailer: SmtpMailer;
  let smtpPort: number;

  const aMail = (key: string, more: Partial<OutgoingMail> = {}): OutgoingMail => ({
    to: { name: 'Ада Л.', address: 'ada@customer.example' },
    subject: `Notice ${key} — решение`,
    text: 'Hello\n.\nworld',
    html: '<p>Hello</p>',
    messageId: messageIdOf(key, 'desk.example'),
    ...more,
  });
  const withKey = (key: string) => (mail: { messageId: string }) => mail.messageId === messageIdOf(key, 'desk.example');

  beforeAll(async () => {
    mailDir = await mkdtemp(join(tmpdir(), 'mail-'));
    catcher = createMailCatcher({ mailDir });
    ({ smtpPort } = await catcher.listen({ smtpPort: 0, webPort: 0 }));
  });
  beforeEach(() => {
    mailer = createMailer({
      smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
      from: 'Refund Desk <desk@desk.example>',
      requireTls: true,
    });
  });
  afterEach(() => mailer.close());
  afterAll(async () => {
    await catcher.close();
    await rm(mailDir, { recursive: true });
  });

  test('a mail arrives as text and HTML, from the desk, marked as automatic', async () => {
    await mailer.send(aMail('notice/1'));
    const mail = await catcher.waitForMail(withKey('notice/1'), 5_000);
    expect(mail).toMatchObject({
      to: ['ada@customer.example'],
      from: 'Refund Desk <desk@desk.example>',
      subject: 'Notice notice/1 — решение',
      text: expect.stringContaining('Hello\n.\nworld'),
      html: expect.stringContaining('<p>Hello</p>'),
    });
    expect(mail.headers['auto-submitted']).toBe('auto-generated');
    expect(mail.headers['to']).toContain('ada@customer.example');
  });

  test('mails of a ticket hang together by the id of its first one', async () => {
    const root = messageIdOf('ticket/1', 'desk.example');
    await mailer.send(aMail('notice/2', { inReplyTo: root, references: [root] }));
    const mail = await catcher.waitForMail(withKey('notice/2'), 5_000);
    expect(mail.inReplyTo).toBe(root);
    expect(mail.references).toEqual([root]);
  });

  test('a mail refused for now is told as such, and goes out when tried again', async () => {
    catcher.fail('reject4xx', 1);
    await expect(mailer.send(aMail('notice/3'))).rejects.toMatchObject({ name: 'MailNotSent', permanent: false });
    await mailer.send(aMail('notice/3'));
    await catcher.waitForMail(withKey('notice/3'), 5_000);
  });

  test('a mail whose acknowledgement was lost keeps its Message-ID when sent again (I5)', async () => {
    catcher.fail('drop-after-data', 1);
    await expect(mailer.send(aMail('notice/4'))).rejects.toMatchObject({ permanent: false });
    await mailer.send(aMail('notice/4'));
    expect(catcher.mails().filter(withKey('notice/4'))).toHaveLength(2);
  });

  test('one call is one attempt, also where the connection breaks', async () => {
    catcher.fail('down', 1);
    await expect(mailer.send(aMail('notice/5'))).rejects.toBeInstanceOf(MailNotSent);
    expect(catcher.mails().filter(withKey('notice/5'))).toHaveLength(0);
    await mailer.send(aMail('notice/5'));
    expect(catcher.mails().filter(withKey('notice/5'))).toHaveLength(1);
  });

  test('no error tells an address or what the server said', async () => {
    catcher.fail('reject4xx', 1);
    const error: unknown = await mailer.send(aMail('notice/6')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MailNotSent);
    expect(JSON.stringify([String(error), error, (error as Error).stack, (error as Error).cause])).not.toMatch(
      /customer\.example|Try again later/,
    );
  });

  test('an address that could name a second recipient is refused for good', async () => {
    for (const address of ['a@b.example,c@d.example', 'a@b.example\r\nBcc: c@d.example', 'nobody'])
      await expect(mailer.send(aMail('notice/7', { to: { address } }))).rejects.toMatchObject({ permanent: true });
    expect(catcher.mails().filter(withKey('notice/7'))).toHaveLength(0);
  });

  test('a server that is not there is told as not sent', async () => {
    const lost = createMailer({ smtpUrl: 'smtp://127.0.0.1:1', from: 'desk@desk.example', requireTls: false });
    await expect(lost.send(aMail('notice/8'))).rejects.toMatchObject({ name: 'MailNotSent', permanent: false });
    lost.close();
  });

  test('where TLS is required, a server elsewhere that has none gets no mail (PV-2.3)', async () => {
    // 0.0.0.0 reaches this machine, but is not one of its loopback addresses.
    const strict = createMailer({ smtpUrl: `smtp://0.0.0.0:${smtpPort}`, from: 'desk@desk.example', requireTls: true });
    await expect(strict.send(aMail('notice/9'))).rejects.toMatchObject({ name: 'MailNotSent' });
    strict.close();
    const lax = createMailer({ smtpUrl: `smtp://0.0.0.0:${smtpPort}`, from: 'desk@desk.example', requireTls: false });
    await lax.send(aMail('notice/10'));
    lax.close();
    expect(catcher.mails().filter(withKey('notice/9'))).toHaveLength(0);
  });

  test('an SMTP_URL that is none is refused without telling it', () => {
    for (const smtpUrl of ['https://user:hunter2@host', 'smtp://', 'hunter2', 'smtp://user:hunter2@host?tls.x=1'])
      expect(() => createMailer({ smtpUrl, from: 'desk@desk.example', requireTls: true })).toThrow(
        /^SMTP_URL (?!.*hunter2)/,
      );
  });
});
