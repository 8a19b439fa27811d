/** The letter's words of a ticket that closed without a decision, in each language. */

import type { LetterClosing } from '../domain/letter.ts';
import type { PolicyLanguage } from '../domain/policy.ts';

interface Words {
  readonly title: (ticketRef: string) => string;
  readonly closed: string;
  readonly reference: string;
  readonly outcomes: Readonly<Record<LetterClosing['outcome'], string>>;
  readonly grounds: Readonly<Record<LetterClosing['cause'], string>>;
  readonly reopening: string;
  readonly appeal: (until: string) => string;
}

const english: Words = {
  title: (ticketRef) => `How your refund request ${ticketRef} was closed`,
  closed: 'Closed',
  reference: 'Reference',
  outcomes: {
    lapsed: 'Your request was closed for lack of an answer',
    remediated: 'The fault is mended',
    charged_back: 'Your bank returns the payment to you',
  },
  grounds: {
    materials_missing: 'We asked for what a review needs and did not get it in the time we named (clause RP-4.2).',
    question_unanswered: 'A question of the review was not answered in the time we named (clause RP-4.2).',
    offer_expired: 'Neither money nor time was chosen while our offer was good (clause RP-4.5).',
    fix_confirmed:
      'You told us that it works again. The fault was mended in the time that clause RP-2.4a gives us, so no refund is due.',
    fix_presumed:
      'We heard nothing against the mending in the time we named, so the fault counts as mended. It was mended in the time that clause RP-2.4a gives us, so no refund is due.',
    review_found_mended:
      'A technical review found that the fault was mended in the time that clause RP-2.4a gives us, so no refund is due.',
    money_taken:
      'The dispute about the payment was decided for you: your bank or payment provider takes the money back from us for you. So nothing more is paid for this request (clause RP-3.8).',
  },
  reopening:
    'Nothing is lost: reopen the ticket on its page. The moment at which you first asked stays as it was (clause RP-2.3). There is no last day for that, as long as you open no new request for this order.',
  appeal: (until) =>
    `You can appeal on the ticket’s page until ${until}. Somebody who has not decided on your request before then looks at it anew.`,
};

const russian: Words = {
  title: (ticketRef) => `Как закрыт ваш запрос на возврат ${ticketRef}`,
  closed: 'Закрыт',
  reference: 'Код записи',
  outcomes: {
    lapsed: 'Запрос закрыт, потому что ответа не было',
    remediated: 'Неполадка устранена',
    charged_back: 'Банк возвращает вам оплату',
  },
  grounds: {
    materials_missing:
      'Мы попросили материалы, которые нужны для проверки, и не получили их в названный срок (пункт RP-4.2).',
    question_unanswered: 'Вопрос, заданный при проверке, остался без ответа в названный срок (пункт RP-4.2).',
    offer_expired: 'Пока действовало наше предложение, вы не выбрали ни деньги, ни продление (пункт RP-4.5).',
    fix_confirmed:
      'Вы сообщили, что всё снова работает. Неполадка устранена в срок, который даёт нам пункт RP-2.4a, поэтому возврат не полагается.',
    fix_presumed:
      'В названный срок возражений не было, поэтому неполадка считается устранённой. Она устранена в срок, который даёт нам пункт RP-2.4a, поэтому возврат не полагается.',
    review_found_mended:
      'Техническая проверка показала, что неполадка устранена в срок, который даёт нам пункт RP-2.4a, поэтому возврат не полагается.',
    money_taken:
      'Спор по оплате решён в вашу пользу: банк или платёжная система забирает у нас деньги для вас. Поэтому по этому запросу больше ничего не выплачивается (пункт RP-3.8).',
  },
  reopening:
    'Ничего не потеряно: откройте обращение снова на его странице. Момент вашего первого запроса остаётся прежним (пункт RP-2.3). Срока для этого нет, пока вы не создали новый запрос по этому заказу.',
  appeal: (until) =>
    `До ${until} это можно обжаловать на странице обращения. Запрос заново рассмотрит сотрудник, который раньше по нему не решал.`,
};

export const closingWords: Readonly<Record<PolicyLanguage, Words>> = { en: english, ru: russian };
