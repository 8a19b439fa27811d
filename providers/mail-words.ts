/** Phrases that stand in notices for the desk's codes, in each language that mail is written in. */

import type { MailLocale } from '../domain/mail.ts';
import type { NoticeCode, noticeCodes } from '../domain/notice.ts';

interface Words {
  readonly codes: {
    readonly [Code in NoticeCode]: Readonly<Record<(typeof noticeCodes)[Code][number], string>>;
  };
  readonly reasons: Readonly<Record<string, string>>;
  /** For a reason that only the provider knows the words of. */
  readonly otherReason: (code: string) => string;
  readonly moreTime: (span: string) => string;
  readonly moreTraffic: (traffic: string) => string;
}

const english: Words = {
  codes: {
    notTaken: {
      hash: 'what arrived is not what was announced; it was changed on its way',
      type: 'it is of a kind that we do not take',
      name: 'its name promises another kind of file than it is',
      empty: 'it is empty',
      'too-large': 'it is too large for its kind',
      infected: 'our scanner found something harmful in it',
      undecodable: 'it is damaged and cannot be read',
      'image-limit': 'the picture has too many pixels',
      'page-limit': 'it has too many pages',
      'archive-limit': 'what it unpacks to is too much',
      'archive-encrypted': 'it asks for a passphrase',
      'archive-nested': 'it is an archive within an archive',
      'archive-entry': 'it is a link or a device and no file',
      'traffic-capture': 'it is a capture of traffic; please send its headers as text',
    },
    material: {
      description: 'what went wrong, in your words',
      evidence: 'logs or screenshots that show the fault',
      network_context: 'the network context: target sites, times, egress addresses and client',
    },
    method: {
      card: 'your card',
      paypal: 'your PayPal account',
      bank: 'your bank account',
      crypto: 'your wallet',
      store_balance: 'your store balance',
      promotional_credit: 'promotional credit',
    },
    destination: {
      card: 'your card',
      paypal: 'your PayPal account',
      bank: 'the bank account',
      store_balance: 'your store balance',
      manual: 'the account or address that you gave us',
    },
    rail: {
      card: 'your card',
      paypal: 'your PayPal account',
      bank: 'a transfer to the bank account that was verified with you',
      store_balance: 'your store balance',
      manual: 'a payment that our finance team makes by hand to the account that was verified with you',
    },
    hold: {
      customer: 'an open question to you (clause RP-4.2)',
      kyc: 'a check of identity (clause RP-5.3)',
      dispute: 'a dispute about the payment with the bank or payment provider (clause RP-3.8)',
      provider: 'an answer of the payment provider that is still to come',
    },
    clock: {
      decision: 'the time in which we promised an answer (clause RP-4.3)',
      lapse: 'the time after which the ticket would lapse (clause RP-4.2)',
      offer: 'the time for which our offer is good (clause RP-4.5)',
    },
    kyc: {
      passed: 'it was passed, and the payout is no longer held for it',
      failed: 'it was not passed, so the payout stays held and a person looks at it',
      timed_out: 'the time for it ran out, so the payout stays held and a person looks at it',
    },
    dispute: {
      won: 'was decided for the seller',
      closed: 'was closed without the money being taken back',
      prevented: 'was closed because the money had already gone back to you',
    },
    disputeKind: {
      chargeback: 'a chargeback',
      inquiry: 'an inquiry of the bank',
      early_fraud_warning: 'an early fraud warning',
      paypal_claim: 'a PayPal claim',
    },
    decision: {
      refund: 'a refund',
      refusal: 'a refusal',
      offer: 'an offer of a refund or an extension',
      replacement: 'a new plan in place of the faulty one',
    },
    exception: {
      goodwill: 'this is goodwill, beyond what the refund policy gives',
      refusal: 'this rests on a ground of law or contract (clause RP-3.9)',
      statutory: 'this is your right by law, beyond what the refund policy gives (clause RP-3.9)',
    },
    reopening: {
      lapsed: 'you answered after it had lapsed',
      fact: 'something came to be known that could improve the outcome for you',
      money: 'money that we had sent came back to us',
    },
    turn: {
      remediation_over: 'the days for mending the fault are over (clause RP-2.4a)',
      incident: 'an incident that covers the order was confirmed, so nothing is waited for any more (clause RP-2.4b)',
      other_cause: 'the technical review found another cause (clause RP-4.2)',
      payout_declined: 'the refund could not go out as it was decided (clause RP-4.4)',
      remedy_failed: 'the shop could not carry out what was decided',
      kyc_failed: 'the check of identity was not passed (clause RP-5.3)',
      not_confirmed: 'the second person did not confirm what was put forward (clause RP-3.9)',
    },
    remedy: {
      extension: 'the extension of the plan',
      end_of_plan: 'the end of the plan',
      store_balance: 'the credit to the store balance',
      replacement: 'the replacement of the plan',
    },
    fact: {
      incident: 'a confirmed incident that covers the order',
      review: 'a new finding of the technical review',
      usage: 'a corrected measure of usage',
      dispute: 'a change in a dispute about the payment',
      kyc: 'a result of the check of identity',
      order: 'a correction of the order by the shop',
      payout: 'money that was paid back has come back to us',
    },
  },
  reasons: {
    lost_or_stolen_card: 'the card was reported lost or stolen',
    expired_or_canceled_card: 'the card has expired or was cancelled',
    declined: 'the payment was declined by our finance team',
    kyc_failed: 'the check of identity was not passed (clause RP-5.3)',
    not_paid: 'finance could not make the payment by hand',
    account_closed: 'the account was closed',
    account_unknown: 'the bank knows no such account',
    holder_mismatch: 'the account is in another name',
    receiver_refused: 'it was not accepted',
    sent_back: 'the money was sent back',
    rerouted: 'the money goes another way',
    cancelled_by_finance: 'our finance team called it off',
    paid_elsewhere: 'part of the money had gone back another way',
    charged_back: 'the bank had taken the payment back',
    plan_not_found: 'the shop does not know the plan',
    plan_ended: 'the plan has ended meanwhile',
    plan_upgraded: 'the customer has changed to another plan meanwhile',
  },
  otherReason: (code) => `the answer was “${code.replaceAll('_', ' ')}”`,
  moreTime: (span) => `${span} more`,
  moreTraffic: (traffic) => `${traffic} more traffic`,
};

const russian: Words = {
  codes: {
    notTaken: {
      hash: 'пришло не то, что было объявлено: файл изменился в пути',
      type: 'файлы такого вида мы не принимаем',
      name: 'имя обещает другой вид файла, чем он есть',
      empty: 'файл пуст',
      'too-large': 'файл слишком велик для своего вида',
      infected: 'наш сканер нашёл в нём вредоносное',
      undecodable: 'файл повреждён и не читается',
      'image-limit': 'в изображении слишком много точек',
      'page-limit': 'в нём слишком много страниц',
      'archive-limit': 'при распаковке его содержимое слишком велико',
      'archive-encrypted': 'архив зашифрован',
      'archive-nested': 'это архив внутри архива',
      'archive-entry': 'это ссылка или устройство, а не файл',
      'traffic-capture': 'это запись трафика; пришлите, пожалуйста, её заголовки текстом',
    },
    material: {
      description: 'описание неполадки вашими словами',
      evidence: 'журналы или снимки экрана, на которых видна неполадка',
      network_context: 'сетевые условия: целевые сайты, время, исходящие адреса и клиент',
    },
    method: {
      card: 'вашу карту',
      paypal: 'ваш счёт PayPal',
      bank: 'ваш банковский счёт',
      crypto: 'ваш кошелёк',
      store_balance: 'ваш баланс в магазине',
      promotional_credit: 'промо-бонус',
    },
    destination: {
      card: 'на вашу карту',
      paypal: 'на ваш счёт PayPal',
      bank: 'на банковский счёт',
      store_balance: 'на ваш баланс в магазине',
      manual: 'на счёт или адрес, который вы нам назвали',
    },
    rail: {
      card: 'на вашу карту',
      paypal: 'на ваш счёт PayPal',
      bank: 'банковским переводом на счёт, который мы проверили вместе с вами',
      store_balance: 'на ваш баланс в магазине',
      manual: 'платежом, который финансовый отдел делает вручную на счёт, который мы проверили вместе с вами',
    },
    hold: {
      customer: 'открытый вопрос к вам (пункт RP-4.2)',
      kyc: 'проверка личности (пункт RP-5.3)',
      dispute: 'спор по оплате в банке или платёжной системе (пункт RP-3.8)',
      provider: 'ожидание ответа платёжной системы',
    },
    clock: {
      decision: 'срок, к которому мы обещали ответ (пункт RP-4.3)',
      lapse: 'срок, после которого обращение закрылось бы (пункт RP-4.2)',
      offer: 'срок действия нашего предложения (пункт RP-4.5)',
    },
    kyc: {
      passed: 'она пройдена, и выплата из-за неё больше не задерживается',
      failed: 'она не пройдена, поэтому выплата остаётся приостановленной и ею займётся сотрудник',
      timed_out: 'её срок прошёл, поэтому выплата остаётся приостановленной и ею займётся сотрудник',
    },
    dispute: {
      won: 'решён в пользу продавца',
      closed: 'закрыт, и деньги у нас не забрали',
      prevented: 'закрыт, потому что деньги уже вернулись к вам',
    },
    disputeKind: {
      chargeback: 'оспаривание через банк',
      inquiry: 'запрос банка',
      early_fraud_warning: 'раннее предупреждение о мошенничестве',
      paypal_claim: 'претензия в PayPal',
    },
    decision: {
      refund: 'возврат денег',
      refusal: 'отказ',
      offer: 'предложение вернуть деньги или продлить тариф',
      replacement: 'новый тариф вместо неисправного',
    },
    exception: {
      goodwill: 'это жест доброй воли сверх правил возврата',
      refusal: 'это решение опирается на закон или договор (пункт RP-3.9)',
      statutory: 'это ваше право по закону сверх правил возврата (пункт RP-3.9)',
    },
    reopening: {
      lapsed: 'вы ответили после того, как его срок истёк',
      fact: 'стало известно то, что может улучшить исход для вас',
      money: 'отправленные деньги вернулись к нам',
    },
    turn: {
      remediation_over: 'срок на устранение неполадки истёк (пункт RP-2.4a)',
      incident: 'подтверждён сбой, который касается заказа, и ждать больше нечего (пункт RP-2.4b)',
      other_cause: 'техническая проверка нашла другую причину (пункт RP-4.2)',
      payout_declined: 'возврат не удалось выплатить так, как было решено (пункт RP-4.4)',
      remedy_failed: 'магазин не смог выполнить то, что было решено',
      kyc_failed: 'проверка личности не пройдена (пункт RP-5.3)',
      not_confirmed: 'второй сотрудник не подтвердил предложенное решение (пункт RP-3.9)',
    },
    remedy: {
      extension: 'продление тарифа',
      end_of_plan: 'завершение тарифа',
      store_balance: 'зачисление на баланс в магазине',
      replacement: 'замена тарифа',
    },
    fact: {
      incident: 'подтверждённый сбой, который касается этого заказа',
      review: 'новый вывод технической проверки',
      usage: 'исправленные данные об использовании',
      dispute: 'изменение в споре по оплате',
      kyc: 'результат проверки личности',
      order: 'исправление заказа магазином',
      payout: 'выплаченные деньги вернулись к нам',
    },
  },
  reasons: {
    lost_or_stolen_card: 'карта заявлена потерянной или украденной',
    expired_or_canceled_card: 'срок карты истёк, или она закрыта',
    declined: 'платёж отклонён финансовым отделом',
    kyc_failed: 'проверка личности не пройдена (пункт RP-5.3)',
    not_paid: 'финансовый отдел не смог сделать платёж вручную',
    account_closed: 'счёт закрыт',
    account_unknown: 'банк не знает такого счёта',
    holder_mismatch: 'счёт открыт на другое имя',
    receiver_refused: 'платёж не приняли',
    sent_back: 'деньги отправили обратно',
    rerouted: 'деньги идут другим путём',
    cancelled_by_finance: 'финансовый отдел отменил выплату',
    paid_elsewhere: 'часть денег уже вернулась другим путём',
    charged_back: 'банк уже отозвал этот платёж',
    plan_not_found: 'магазин не знает такого тарифа',
    plan_ended: 'тариф за это время закончился',
    plan_upgraded: 'клиент за это время перешёл на другой тариф',
  },
  otherReason: (code) => `получен ответ «${code.replaceAll('_', ' ')}»`,
  moreTime: (span) => `ещё ${span}`,
  moreTraffic: (traffic) => `ещё ${traffic} трафика`,
};

export const mailWords: Readonly<Record<MailLocale, Words>> = { en: english, ru: russian };
