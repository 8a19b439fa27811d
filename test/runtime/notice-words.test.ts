/** What a notice keeps becomes words when it is sent: every notice and every code, in every language. */

import { describe, expect, test } from '@jest/globals';
import { type MailLocale, mailLocales } from '../../domain/mail.ts';
import {
  type NoticeCode,
  type NoticeField,
  type NoticeParameters,
  type NoticeTemplate,
  noticeCodes,
  noticeFields,
  noticeTemplates,
} from '../../domain/notice.ts';
import { createMailTemplates } from '../../providers/mail-templates.ts';
import { wordsOf } from '../../runtime/notice-words.ts';

const templates = createMailTemplates();

const kept: Readonly<Record<string, unknown>> = {
  amount: '4.20 USD',
  text: 're_17',
  ground: { en: 'The ground in English', ru: 'Основание по-русски' },
  instant: '2026-11-30T14:00:00Z',
  clauses: ['RP-2.3'],
  materials: noticeCodes.material,
  clocks: noticeCodes.clock,
  extension: { minutes: 1_500, bytes: '0' },
  reason: 'expired_or_canceled_card',
  flag: true,
};

const isCode = (kind: string): kind is NoticeCode => Object.hasOwn(noticeCodes, kind);

const fieldsOf = (template: NoticeTemplate) => Object.entries<NoticeField>(noticeFields[template]);

const valueOf = (field: NoticeField): unknown => {
  const kind = field.replace('?', '');
  return isCode(kind) ? noticeCodes[kind][0] : kept[kind];
};

const keptFor = (template: NoticeTemplate): Record<string, unknown> =>
  Object.fromEntries(fieldsOf(template).map(([name, field]) => [name, valueOf(field)]));

const about = { ticketRef: 'RD-17', ticketUrl: 'https://desk.example/t/17', orderRef: 'A-100' };

const words = (template: NoticeTemplate, parameters: Record<string, unknown>, locale: MailLocale = 'en') =>
  wordsOf({ ...about, template, locale, parameters });

const all = noticeTemplates.flatMap((template) => mailLocales.map((locale) => [template, locale] as const));

describe('a notice in words', () => {
  test.each(all)('%s in %s has all that its template asks for', (template, locale) => {
    const { subject, text } = templates.render(template, locale, words(template, keptFor(template), locale));
    // Whoever never asked has an order, and no ticket.
    expect(subject).toContain(template === 'full-refund-due' ? 'A-100' : 'RD-17');
    expect(text).not.toMatch(/undefined|null|\[object|expired_or_canceled|timed_out|T14:00/);
  });

  test.each(all)('%s in %s can do without what may be left out', (template, locale) => {
    const needed = fieldsOf(template).filter(([, field]) => !field.endsWith('?'));
    const parameters = Object.fromEntries(needed.map(([name, field]) => [name, valueOf(field)]));
    expect(() => templates.render(template, locale, words(template, parameters, locale))).not.toThrow();
  });

  const coded = noticeTemplates.flatMap((template) =>
    fieldsOf(template).flatMap(([name, field]) => {
      const kind = field.replace('?', '');
      return isCode(kind) ? noticeCodes[kind].map((code) => [template, name, code] as const) : [];
    }),
  );

  test.each(coded)('%s has words for %s %s in every language', (template, name, code) => {
    for (const locale of mailLocales) {
      const said = words(template, { ...keptFor(template), [name]: code }, locale)[name];
      expect(said).toMatch(locale === 'ru' ? /^[^_]*[а-я][^_]*$/ : /^[a-zA-Z][^_]*$/);
    }
  });

  test.each(
    noticeTemplates.flatMap((template) =>
      fieldsOf(template)
        .filter(([, field]) => !['order', 'postingDays'].includes(field))
        .map(([name]) => [template, name] as const),
    ),
  )('%s is not written where what it keeps as %s is of another kind', (template, name) => {
    expect(() => words(template, { ...keptFor(template), [name]: { not: 'fitting' } })).toThrow(
      `a notice parameter ${name} row is not as expected`,
    );
  });

  test.each([
    ['card', 10],
    ['bank', 1],
    ['store_balance', 0],
  ])('S9: by %s money is usually seen within %i business days', (destination, days) => {
    expect(words('payout-settled', { ...keptFor('payout-settled'), destination })['postingDays']).toBe(days);
  });

  test('a ground by the engine is told in the reader’s language, a person’s as it was written', () => {
    expect(words('ticket-decided-refusal', { ground: kept['ground'] }, 'ru')).toMatchObject({
      ground: 'Основание по-русски',
    });
    const parameters: NoticeParameters['ticket-decided-refusal'] = { ground: 'As written', clauses: ['RP-3.9'] };
    expect(words('ticket-decided-refusal', { ...parameters }, 'ru')).toMatchObject({ ground: 'As written' });
  });

  test('M11: an extension is told in time where time is added, else in traffic', () => {
    const told = (minutes: number, bytes: string) =>
      words('extension-applied', { extension: { minutes, bytes } })['extension'];
    expect(told(1_500, '0')).toBe('1 day and 1 hour more');
    expect(told(0, '2500000000')).toBe('2.5 GB more traffic');
  });

  test('M11: why the shop refused a remedy is told in the reader’s language', () => {
    const told = (reason: string, locale: MailLocale) =>
      words('remedy-failed', { remedy: 'extension', reason }, locale)['reason'];
    for (const reason of ['plan_not_found', 'plan_ended', 'plan_upgraded']) {
      expect(told(reason, 'en')).toMatch(/^the .*plan.*$/);
      expect(told(reason, 'ru')).toMatch(/^[а-яё ]+$/);
    }
  });

  test('S1: a reason that has no words is told as the provider’s own', () => {
    expect(words('payout-failed', { amount: '1.00 USD', reason: 'bank_says_no' })['reason']).toBe(
      'the answer was “bank says no”',
    );
  });
});
