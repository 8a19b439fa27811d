/** Mails say what is so: what depends on the version, the phase or the reader is told as it is for this one. */

import { describe, expect, test } from '@jest/globals';
import { type MailLocale, type MailParameters, type MailTemplate, mailLocales } from '../../domain/mail.ts';
import { createMailTemplates } from '../../providers/mail-templates.ts';
import { mailWords } from '../../providers/mail-words.ts';

const templates = createMailTemplates();

const onTicket = { ticketRef: 'RD-17', ticketUrl: 'https://desk.example/t/17' };

const textOf = (template: MailTemplate, locale: MailLocale, given: MailParameters): string =>
  templates.render(template, locale, { ...onTicket, ...given }).text;

describe('RP-2.4a: the days for mending', () => {
  const never = { en: /and does not stop|never stands still|runs on/, ru: /не останавливается|идёт дальше/ } as const;
  const mails = {
    'fault-being-mended': { mendBy: '1 May' },
    'hold-placed': { hold: 'a reason', stops: [] },
    'information-requested': { missing: [], asked: true, answerBy: '1 May' },
  } as const;

  const each = mailLocales.flatMap((locale) =>
    (Object.keys(mails) as (keyof typeof mails)[]).map((template) => [template, locale] as const),
  );

  test.each(each)('%s in %s tells whether they stand still while an answer is owed', (template, locale) => {
    const said = (owedDaysPause: boolean) => textOf(template, locale, { ...mails[template], owedDaysPause });
    expect(said(false)).toMatch(never[locale]);
    expect(said(true)).not.toMatch(never[locale]);
    expect(said(true)).toContain('RP-2.4a');
  });

  test('a question says that both times stand still until it is answered', () => {
    const said = (locale: MailLocale) =>
      textOf('information-requested', locale, { ...mails['information-requested'], owedDaysPause: true });
    expect(said('en')).toContain('the time for our answer stands still (clause RP-4.3), and so does the time in which');
    expect(said('ru')).toContain('стоит срок нашего ответа (пункт RP-4.3), а с ним и срок, за который');
  });
});

test('RP-4.1: a request that is settled already is told of no review and asked for nothing', () => {
  const given = { orderRef: 'A-1', complete: false, missing: [], settled: true };
  const received = (locale: MailLocale) => textOf('ticket-received', locale, given);
  expect(received('en')).toContain('nothing more is asked of you');
  expect(received('en')).not.toMatch(/technician|still missing|Please add it/);
  expect(received('ru')).toContain('от вас больше ничего не требуется');
  expect(received('ru')).not.toMatch(/специалист|не хватает|Добавьте это/);
});

test('RP-2.4a: that it works again is nobody’s word but the customer’s own', () => {
  const mended = (locale: MailLocale, byReview: boolean) =>
    textOf('ticket-remediated', locale, { presumed: false, byReview, appealBy: '1 May' });
  expect([mended('en', true), mended('ru', true)]).toEqual([
    expect.stringContaining('and found it mended'),
    expect.stringContaining('установили, что она устранена'),
  ]);
  for (const locale of mailLocales) expect(mended(locale, true)).not.toMatch(/You told us|Вы сообщили/);
  expect([mended('en', false), mended('ru', false)]).toEqual([
    expect.stringContaining('You told us that it works again'),
    expect.stringContaining('Вы сообщили, что всё снова работает'),
  ]);
});

test('a question that was open is told to need no answer any more, and only then', () => {
  const settled = (locale: MailLocale, wasAsked: boolean) =>
    textOf('settled-by-facts', locale, { decisionBy: '1 May', wasAsked });
  expect(settled('en', true)).toContain('You need not answer that any more');
  expect(settled('ru', true)).toContain('Отвечать на него больше не нужно');
  for (const locale of mailLocales) expect(settled(locale, false)).not.toMatch(/answer that|Отвечать/);
});

test('RP-4.2: a lapsed request names how it is taken up again, and until when it can be appealed', () => {
  const lapsed = (locale: MailLocale) =>
    textOf('ticket-lapsed', locale, { orderRef: 'A-1', missing: [], appealBy: '1 May' });
  expect(lapsed('en')).toMatch(/Open the ticket again on its page[\s\S]*Until 1 May you can appeal/);
  expect(lapsed('ru')).toMatch(/Откройте обращение снова на его странице[\s\S]*До 1 May решение можно обжаловать/);
});

test('RP-4.4: finance’s release is promised only where it is needed', () => {
  const decided = (locale: MailLocale, released: boolean) =>
    textOf('ticket-decided-refund', locale, { amount: '1.00 USD', ground: 'It never worked.', released });
  expect([decided('en', false), decided('ru', false)]).toEqual([
    expect.stringContaining('our finance team releases the payment'),
    expect.stringContaining('платёж подтвердит финансовый отдел'),
  ]);
  for (const locale of mailLocales) expect(decided(locale, true)).not.toMatch(/finance|финанс/);
});

test('an appeal’s mail says what is true for each of its readers', () => {
  for (const locale of mailLocales) {
    const { subject, text } = templates.render('appeal-assigned', locale, onTicket);
    expect(`${subject}${text}`).not.toMatch(/is yours|so it is yours|передана|рассматриваете его вы/);
  }
});

test('a replacement that waits for a second person is told as one', () => {
  for (const locale of mailLocales) {
    const { refund, replacement } = mailWords[locale].codes.decision;
    const text = textOf('decision-awaits-confirmation', locale, { decision: replacement });
    expect(text).toContain(replacement);
    expect(text).not.toContain(refund);
  }
});

describe('RP-4.6: a decision that was made without a person', () => {
  test('says that no reason is needed, that the payment is called off, and when one must wait', () => {
    const said = (locale: MailLocale) => textOf('decided-by-desk', locale, { decision: 'a refund', appealBy: '1 May' });
    expect(said('en')).toMatch(/need not give a reason\. Until the money has left us, that calls the payment off/);
    expect(said('en')).toMatch(
      /while the money is on its way must you wait until the ticket is closed\. .* until 1 May/,
    );
    expect(said('ru')).toMatch(
      /объяснять причину не требуется\. Пока деньги не отправлены, вместе с этим отменяется и выплата/,
    );
    expect(said('ru')).toMatch(/пока деньги в пути, нужно дождаться закрытия обращения\. .* до 1 May/);
  });

  test('is told as called off only where money was to go', () => {
    const received = (locale: MailLocale, calledOff: boolean) => textOf('appeal-received', locale, { calledOff });
    expect(received('en', true)).toContain('is called off. Somebody who has not decided');
    expect(received('en', false)).toContain('is open again. Somebody who has not decided');
    expect(received('ru', true)).toContain('отменена. Запрос заново рассмотрит сотрудник');
    expect(received('ru', false)).toContain('снова открыт. Его заново рассмотрит сотрудник');
  });
});
