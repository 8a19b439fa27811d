/** Sentences on the request, the version that judges it, and the whole of the answer. Literal data. */

import type { Sentence } from './sentence.ts';

export const sentencesOfRequest = {
  materials_missing: {
    en: 'We still need from you: {missingEn}.',
    ru: 'Нам ещё нужно от вас: {missingRu}.',
    agent: 'Missing: {missingEn}.',
  },
  materials_complete: {
    en: 'We have everything that we need from you.',
    ru: 'У нас есть всё, что нужно от вас.',
    agent: 'Materials complete.',
  },
  information_requested: {
    en: 'We asked you a question. Please answer within {days} days; later you can still reopen the request.',
    ru: 'Мы задали вам вопрос. Ответьте, пожалуйста, в течение {days} дн.; позже обращение можно открыть снова.',
    agent: 'Waiting for the customer’s answer.',
  },
  reviewed: {
    en: 'Our technicians have finished their review.',
    ru: 'Наши техники завершили проверку.',
    agent: 'Reviewed.',
  },
  details_not_needed: {
    en: 'For this kind of fault no technical details are needed.',
    ru: 'Для такой неполадки технические сведения не нужны.',
    agent: 'The version asks for no details for this kind of fault.',
  },
  details_missing: {
    en: 'To reproduce the fault we need the sites that you called, the times, your egress addresses and your settings.',
    ru: 'Чтобы воспроизвести неполадку, нужны сайты, время, исходящие адреса и ваши настройки.',
    agent: 'Structured network context is missing.',
  },
  details_given: {
    en: 'You gave the details by which we can reproduce the fault.',
    ru: 'Вы указали сведения, по которым мы можем воспроизвести неполадку.',
    agent: 'Reproducible details are there.',
  },
  version_at_asking: {
    en: 'Version {number} of our refund policy applies: it was in force when you asked, on {asked}.',
    ru: 'Применяется версия {number} нашей политики возврата: она действовала, когда вы обратились, {asked}.',
    agent: 'Version {number}, in force since {since}.',
  },
  version_at_asking_better: {
    en: 'Version {number} of our refund policy applies: it was in force when you asked, and the one at purchase is no better for you.',
    ru: 'Применяется версия {number} нашей политики возврата: она действовала при обращении, а версия при покупке для вас не лучше.',
    agent: 'Version {number}, in force since {since}; the one at purchase gives no better answer.',
  },
  version_at_purchase: {
    en: 'Version {number} of our refund policy applies: it was in force when you bought, and is better for you than the later one.',
    ru: 'Применяется версия {number} нашей политики возврата: она действовала при покупке и для вас лучше, чем более поздняя.',
    agent: 'Version {number}, in force since {since} and at purchase: the better of both.',
  },
  contact_named: {
    en: 'You can reach us here: {contact}.',
    ru: 'Связаться с нами можно здесь: {contact}.',
    agent: 'The version names a contact.',
  },
  contact_not_named: {
    en: 'This version of our policy names no contact; please answer within this request.',
    ru: 'В этой версии политики не указан контакт; пожалуйста, пишите в этом обращении.',
    agent: 'The version names no contact.',
  },
  conditions_failed: {
    en: 'A full refund is not possible, by {clauses} of our refund policy.',
    ru: 'Полный возврат невозможен по пунктам {clauses} нашей политики возврата.',
    agent: 'No full refund: {clauses}.',
  },
  conditions_open: {
    en: 'Whether a full refund is possible is not known yet; still open: {clauses} of our refund policy.',
    ru: 'Возможен ли полный возврат, пока не известно; открыты пункты {clauses} нашей политики возврата.',
    agent: 'Open: {clauses}.',
  },
  conditions_met: {
    en: 'All conditions of a full refund are met, by {clauses} of our refund policy.',
    ru: 'Все условия полного возврата выполнены, по пунктам {clauses} нашей политики возврата.',
    agent: 'Full refund by {clauses}.',
  },
  part_without_incident: {
    en: 'No confirmed incident affected your order, so there is no part to offer.',
    ru: 'Подтверждённый сбой ваш заказ не затронул, поэтому предлагать часть не за что.',
    agent: 'No confirmed, covering incident.',
  },
  part_not_needed: {
    en: 'A full refund is possible, so no part is offered.',
    ru: 'Возможен полный возврат, поэтому часть не предлагается.',
    agent: 'Full refund instead.',
  },
  part_not_yet: {
    en: 'A part is offered only once a full refund is ruled out.',
    ru: 'Часть предлагается, только когда полный возврат исключён.',
    agent: 'The full refund is still open.',
  },
  part_claimed_late: {
    en: 'You asked on {asked}, more than {days} days after the incident had ended.',
    ru: 'Вы обратились {asked}, более чем через {days} дн. после окончания сбоя.',
    agent: 'Claimed more than {days} days after the end of every incident.',
  },
  part_never_crypto: {
    en: 'The order was paid in crypto, for which no part is offered.',
    ru: 'Заказ оплачен криптовалютой, для неё часть не предлагается.',
    agent: 'Never for crypto.',
  },
  part_barred: {
    en: 'No part can be offered, by {clauses} of our refund policy.',
    ru: 'Часть предложить нельзя по пунктам {clauses} нашей политики возврата.',
    agent: 'Barred by {clauses}.',
  },
  part_open: {
    en: 'Whether a part can be offered is not known yet; still open: {clauses} of our refund policy.',
    ru: 'Можно ли предложить часть, пока не известно; открыты пункты {clauses} нашей политики возврата.',
    agent: 'A part waits for {clauses}.',
  },
  inquiry_bars_part: {
    en: 'While your bank or provider asks about this payment, no part can be offered.',
    ru: 'Пока ваш банк или платёжная система рассматривают запрос, предложить часть нельзя.',
    agent: 'Inquiry open: a part would not resolve it.',
  },
  part_is_nothing: {
    en: 'No lost time of your plan is left to make good.',
    ru: 'Потерянного времени вашего тарифа, которое нужно возместить, не осталось.',
    agent: 'The computed sums are zero: nothing lost within the order, or made good before.',
  },
  part_offered: {
    en: 'For the time that you lost we offer you a part of the price or more time; please choose within {days} days.',
    ru: 'За потерянное время мы предлагаем часть стоимости или продление; выберите, пожалуйста, в течение {days} дн.',
    agent: 'Offer for {days} days.',
  },
  desk_may_decide: {
    en: 'This may be decided without a person. If it is, the decision says so, and you can ask for a person.',
    ru: 'Это может быть решено без участия сотрудника. Тогда в решении это указано, и вы можете позвать сотрудника.',
    agent: 'The desk may decide this alone, below the day’s limit.',
  },
  person_decides: {
    en: 'A person decides this.',
    ru: 'Это решает сотрудник.',
    agent: 'Only a person may decide this.',
  },
} as const satisfies Record<string, Sentence>;
