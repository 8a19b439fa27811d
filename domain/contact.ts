/** The ways to reach a customer (RP-5.1): an address that signing in verifies, and messengers, which nobody verifies yet. */

export const contactKinds = ['email', 'messenger', 'phone'] as const;

export type ContactKind = (typeof contactKinds)[number];

export const messengerServices = ['telegram', 'whatsapp', 'signal', 'viber', 'wechat', 'line', 'discord'] as const;

export type MessengerService = (typeof messengerServices)[number];

export interface Messenger {
  readonly service: MessengerService;
  /** A name or a number, as the service takes it. */
  readonly handle: string;
}
