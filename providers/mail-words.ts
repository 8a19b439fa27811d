/** Phrases that stand in notices for the desk's codes, in each language that mail is written in. */

import type { MailLocale } from '../domain/mail.ts';
import type { Material } from '../domain/materials.ts';
import type { TenderMethod } from '../domain/rail.ts';

interface Words {
  readonly materials: Readonly<Record<Material, string>>;
  readonly methods: Readonly<Record<TenderMethod, string>>;
  readonly afterGrant: string;
  readonly reasons: Readonly<Record<string, string>>;
  /** For a reason that only the provider knows the words of. */
  readonly otherReason: (code: string) => string;
  readonly newMessage: string;
}

export const mailWords: Readonly<Record<MailLocale, Words>> = {
  en: {
    materials: {
      description: 'what went wrong, in your words',
      evidence: 'logs or screenshots that show the fault',
      network_context: 'the network context: target sites, times, egress addresses and client',
    },
    methods: {
      card: 'your card',
      paypal: 'your PayPal account',
      bank: 'your bank account',
      crypto: 'your wallet',
      store_balance: 'your store balance',
      promotional_credit: 'promotional credit',
    },
    afterGrant: 'Our finance team releases the payment; we write again when it is on its way.',
    reasons: {
      lost_or_stolen_card: 'the card was reported lost or stolen',
      expired_or_canceled_card: 'the card has expired or was cancelled',
      declined: 'the payment was declined by our finance team',
    },
    otherReason: (code) => `the payment provider said “${code.replaceAll('_', ' ')}”`,
    newMessage: 'We have answered in your ticket. Please open it to read our message and to reply.',
  },
  ru: {
    materials: {
      description: 'описание неполадки вашими словами',
      evidence: 'журналы или снимки экрана, на которых видна неполадка',
      network_context: 'сетевые условия: целевые сайты, время, исходящие адреса и клиент',
    },
    methods: {
      card: 'вашу карту',
      paypal: 'ваш счёт PayPal',
      bank: 'ваш банковский счёт',
      crypto: 'ваш кошелёк',
      store_balance: 'ваш баланс в магазине',
      promotional_credit: 'промо-бонус',
    },
    afterGrant: 'Финансовый отдел подтвердит платёж; мы напишем снова, когда деньги будут отправлены.',
    reasons: {
      lost_or_stolen_card: 'карта заявлена потерянной или украденной',
      expired_or_canceled_card: 'срок карты истёк, или она закрыта',
      declined: 'платёж отклонён финансовым отделом',
    },
    otherReason: (code) => `ответ платёжной системы: «${code.replaceAll('_', ' ')}»`,
    newMessage: 'Мы ответили в вашем обращении. Откройте его, чтобы прочитать сообщение и ответить.',
  },
};
