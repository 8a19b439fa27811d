/** The decision letter's own words, in each language: labels, verdicts, and the names of a sum's lines and units. */

import type { Verdict } from '../domain/assessment.ts';
import type { DecisionException } from '../domain/decision.ts';
import type { LetterDecision, LetterSum } from '../domain/letter.ts';
import type { PolicyLanguage } from '../domain/policy.ts';

interface Words {
  readonly title: (ticketRef: string) => string;
  readonly decisions: Readonly<Record<LetterDecision['kind'], string>>;
  readonly extension: (span: string) => string;
  readonly offered: (parts: readonly string[]) => string;
  readonly labels: Readonly<
    Record<
      'ticket' | 'order' | 'asked' | 'decided' | 'by' | 'exception' | 'version' | 'versionAtPurchase' | 'reference',
      string
    >
  >;
  readonly exceptions: Readonly<Record<DecisionException, string>>;
  readonly byDesk: string;
  readonly byPerson: string;
  readonly version: (number: number, since: string) => string;
  readonly ground: string;
  readonly reasons: string;
  readonly sums: Readonly<Record<LetterSum['of'], string>>;
  /** Of a clause as it bears on the outcome, since grounds for a refusal are among them. */
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly further: string;
  readonly appeal: (until: string) => string;
  readonly person: string;
  readonly questions: (contact: string) => string;
  readonly proof: string;
  readonly page: (number: number, of: number) => string;
  /** By the engine's name of a line; a line that is not here keeps that name. */
  readonly lines: Readonly<Record<string, string>>;
  /** A unit that is not here, such as a currency, stands as it is. */
  readonly units: Readonly<Record<string, Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>>>;
}

const english: Words = {
  title: (ticketRef) => `Decision on your refund request ${ticketRef}`,
  decisions: {
    refund: 'You get a refund',
    refusal: 'Your request is refused',
    extension: 'Your plan is extended',
    replacement: 'Your plan is replaced',
    offer: 'We offer you a choice',
  },
  extension: (span) => `${span} more`,
  offered: (parts) => parts.join(', or '),
  labels: {
    ticket: 'Ticket',
    order: 'Order',
    asked: 'Asked for',
    decided: 'Decided',
    by: 'Decided by',
    exception: 'Beyond the proposal',
    version: 'Refund policy',
    versionAtPurchase: 'Policy at purchase',
    reference: 'Reference',
  },
  exceptions: {
    goodwill: 'goodwill, beyond what the refund policy gives',
    refusal: 'a ground of law or contract (RP-3.9)',
    statutory: 'a right by law, beyond what the refund policy gives (RP-3.9)',
  },
  byDesk: 'the desk, without a person (RP-4.6)',
  byPerson: 'a person',
  version: (number, since) => `version ${number}, in force since ${since}`,
  ground: 'The ground',
  reasons: 'Reasons, clause by clause',
  sums: { refund: 'How the refund was reckoned', extension: 'How the extension was reckoned' },
  verdicts: {
    passed: 'in order',
    failed: 'stands in the way',
    unknown: 'not yet known',
    not_applicable: 'does not apply',
  },
  further: 'If you see it differently',
  appeal: (until) =>
    `You can appeal on the ticket’s page until ${until}. Somebody who has not decided on your request before then looks at it anew.`,
  person:
    'This decision was made without a person. One click on the ticket’s page brings a person, who decides anew; you need not give a reason. Only while the money is on its way must you wait until the ticket is closed.',
  questions: (contact) => `Questions? Write to us on the ticket’s page, or to ${contact}.`,
  proof:
    'The clauses stand here as they were posted. By the reference at the foot of each page this letter can be compared with our records at any later time.',
  page: (number, of) => `Page ${number} of ${of}`,
  lines: {},
  units: {
    minute: { one: 'minute', other: 'minutes' },
    second: { one: 'second', other: 'seconds' },
    byte: { one: 'byte', other: 'bytes' },
  },
};

const russian: Words = {
  title: (ticketRef) => `Решение по вашему запросу на возврат ${ticketRef}`,
  decisions: {
    refund: 'Мы вернём вам деньги',
    refusal: 'В возврате отказано',
    extension: 'Ваш тариф продлён',
    replacement: 'Ваш тариф заменят',
    offer: 'Мы предлагаем вам выбор',
  },
  extension: (span) => `ещё ${span}`,
  offered: (parts) => parts.join(' или '),
  labels: {
    ticket: 'Обращение',
    order: 'Заказ',
    asked: 'Запрос сделан',
    decided: 'Решение принято',
    by: 'Кем принято',
    exception: 'Сверх предложения',
    version: 'Правила возврата',
    versionAtPurchase: 'Правила при покупке',
    reference: 'Код решения',
  },
  exceptions: {
    goodwill: 'жест доброй воли сверх правил возврата',
    refusal: 'основание по закону или договору (RP-3.9)',
    statutory: 'право по закону сверх правил возврата (RP-3.9)',
  },
  byDesk: 'службой, без участия человека (RP-4.6)',
  byPerson: 'сотрудником',
  version: (number, since) => `версия ${number}, действует с ${since}`,
  ground: 'Основание',
  reasons: 'Обоснование по пунктам',
  sums: { refund: 'Как посчитан возврат', extension: 'Как посчитано продление' },
  verdicts: {
    passed: 'в порядке',
    failed: 'препятствует',
    unknown: 'пока неизвестно',
    not_applicable: 'не относится',
  },
  further: 'Если вы не согласны',
  appeal: (until) =>
    `До ${until} решение можно обжаловать на странице обращения. Его заново рассмотрит сотрудник, который раньше по вашему запросу не решал.`,
  person:
    'Решение принято без участия человека. Одно нажатие на странице обращения передаст его сотруднику, который решит заново; объяснять причину не требуется. Только пока деньги в пути, нужно дождаться закрытия обращения.',
  questions: (contact) => `Есть вопросы? Напишите нам на странице обращения или по адресу ${contact}.`,
  proof:
    'Пункты приведены так, как они были опубликованы. По коду внизу каждой страницы это письмо можно в любое время сверить с нашими записями.',
  page: (number, of) => `Страница ${number} из ${of}`,
  lines: {
    'lost time': 'потерянное время',
    'period of the order': 'срок заказа',
    'unused traffic': 'неиспользованный трафик',
    'traffic of the term': 'трафик за срок',
    'traffic of the plan': 'трафик тарифа',
    'paid in money': 'оплачено деньгами',
    'lost share of it, rounded up once to the next minor unit':
      'потерянная доля, один раз округлена вверх до наименьшей единицы валюты',
    'gone back or taken before': 'возвращено или удержано раньше',
    'left to pay back': 'осталось к возврату',
    'tax within the refund': 'в том числе налог',
    refund: 'возврат',
    'extension, rounded up to the next whole minute': 'продление, округлено вверх до целой минуты',
    'time from the purchase to the asking, or to the end of the loss':
      'время от покупки до запроса или до конца потерь',
    'traffic added, rounded up to the next byte': 'добавленный трафик, округлён вверх до байта',
  },
  units: {
    minute: { one: 'минута', few: 'минуты', many: 'минут', other: 'минуты' },
    second: { one: 'секунда', few: 'секунды', many: 'секунд', other: 'секунды' },
    byte: { one: 'байт', few: 'байта', many: 'байт', other: 'байта' },
  },
};

export const letterWords: Readonly<Record<PolicyLanguage, Words>> = { en: english, ru: russian };
